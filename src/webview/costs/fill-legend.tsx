import type { JSX } from "preact";
import { useTexts } from "../shared/contexts.ts";
import type { Texts } from "../shared/texts.ts";
import type { Series } from "./series.ts";

/** The name of a series. */
export function seriesName(texts: Texts, { kind, names }: Series): string {
  return {
    model: names[0] ?? "",
    others: texts.count("costs.others", names.length),
    rest: texts.t("costs.rest"),
  }[kind];
}

/** A sample of a fill: its colour with its pattern. */
export const FillSample = ({ fill }: Readonly<{ fill: number }>): JSX.Element => (
  <span class={`fill-sample part-${fill}`} aria-hidden="true" />
);

/** An amount with a bar for it. @param share of the longest bar, 0 to 1 */
export const BarCell = ({ fill, share, text }: Readonly<{ fill: number; share: number; text: string }>): JSX.Element => (
  <span class="bar-cell">
    <span class="bar-track">
      <span class={`bar part-${fill}`} style={{ width: `${100 * share}%` }} />
    </span>
    <span class="bar-text">{text}</span>
  </span>
);

type Props = Readonly<{ series: readonly Series[]; hidden: readonly string[]; onToggle(key: string): void }>;

/** Shows which series each part of a bar belongs to, and switches series off and on. */
export function FillLegend({ series, hidden, onToggle }: Props): JSX.Element {
  const texts = useTexts();
  return (
    <fieldset class="legend">
      <legend class="hidden-text">{texts.t("costs.legend")}</legend>
      {series.map((one) => (
        <button
          key={one.key}
          type="button"
          class="legend-item"
          aria-pressed={!hidden.includes(one.key)}
          {...(one.kind === "others" ? { title: texts.list(one.names) } : {})}
          onClick={() => onToggle(one.key)}
        >
          <FillSample fill={one.fill} />
          <span>{seriesName(texts, one)}</span>
        </button>
      ))}
    </fieldset>
  );
}
