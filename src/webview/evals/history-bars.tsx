import type { JSX } from "preact";
import type { EvalTestResultView } from "../../features/evals/operations/panel-views.ts";
import { useTexts } from "../shared/contexts.ts";

type Props = Readonly<{
  title: string;
  /** Oldest first. */
  results: readonly EvalTestResultView[];
  value(result: EvalTestResultView): number | null;
  text(value: number): string;
}>;

const height = 40;

/** A figure of each result as bars, fails with a cap; the results' table has the numbers. */
export function HistoryBars({ title, results, value, text }: Props): JSX.Element | null {
  const texts = useTexts();
  const values = results.map(value);
  const known = values.filter((one) => one !== null);
  if (known.length === 0) return null;
  const maxValue = Math.max(...known);
  const width = Math.max(results.length, 12);
  const last = known.at(-1) ?? 0;
  return (
    <figure class="history">
      <figcaption>
        <span>{title}</span>
        <span class="muted">{texts.t("evals.history.range", { last: text(last), most: text(maxValue) })}</span>
      </figcaption>
      <svg class="history-bars" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="base" d={`M0 ${height - 0.5}H${width}`} />
        {values.map((one, at) => {
          const result = results[at];
          if (one === null || result === undefined) return null;
          const size = maxValue === 0 ? 1 : Math.max(1, (one / maxValue) * (height - 6));
          const x = width - results.length + at;
          return (
            <g key={`${result.run} ${x}`}>
              <title>{`${texts.dateTime(Date.parse(result.timestamp))}: ${text(one)}`}</title>
              <rect class="hit" x={x} y={0} width={1} height={height} />
              <rect
                class={result.passed ? "figure" : "figure failed"}
                x={x + 0.12}
                y={height - size}
                width={0.76}
                height={size}
              />
              {!result.passed && <rect class="cap" x={x + 0.12} y={height - size - 5} width={0.76} height={3} />}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
