import type { JSX } from "preact";
import type { EffectView } from "../../features/rules/operations/views.ts";
import { severities } from "../runs/severities.ts";
import { SeverityMark } from "../runs/severity-mark.tsx";
import { CountChange } from "../shared/change.tsx";
import { useTexts } from "../shared/contexts.ts";
import { EffectMark, effectWords } from "../shared/effect-mark.tsx";
import type { Texts } from "../shared/texts.ts";
import { Sparkline } from "./sparkline.tsx";
import type { RuleRow as Rule } from "./violation-table.tsx";

type Props = Readonly<{
  row: Rule;
  /** Count of the most broken rule: the full width of a bar. */
  maxCount: number;
  current: boolean;
  /** The effect of teaching the rule; undefined if it is not taught. */
  effect: EffectView | undefined;
  onOpen(): void;
}>;

/** The text for the change against the period before. */
function changeWords(texts: Texts, { count, previous }: Rule): string {
  if (previous === null) return texts.t("change.none");
  if (previous === 0) return texts.t("change.first");
  if (count === previous) return texts.t("change.same");
  return texts.t(count > previous ? "change.more" : "change.fewer", { n: texts.number(Math.abs(count - previous)) });
}

/** The text for the findings of a rule by severity; severities without findings are left out. */
function splitWords(texts: Texts, { by_severity: split }: Rule): string {
  return texts.list([
    ...(split.error > 0 ? [texts.count("severity.errors", split.error)] : []),
    ...(split.warning > 0 ? [texts.count("severity.warnings", split.warning)] : []),
    ...(split.info > 0 ? [texts.count("severity.infos", split.info)] : []),
  ]);
}

/** One broken rule: how often, how severe, when, and whether it gets better. Opens the runs that broke it. */
export function RuleRow({ row, maxCount, current, effect, onOpen }: Props): JSX.Element {
  const texts = useTexts();
  const split = splitWords(texts, row);
  return (
    <li>
      <button
        type="button"
        class="rule-row"
        aria-current={current ? "true" : undefined}
        aria-label={[
          texts.t("violations.open", {
            rule: row.rule,
            findings: texts.count("count.findings", row.count),
            runs: texts.count("count.runs", row.runs),
            split,
            change: changeWords(texts, row),
          }),
          ...(effect === undefined ? [] : [effectWords(texts, effect)]),
        ].join(" ")}
        onClick={onOpen}
      >
        <span class="rule-head">
          <span class="rule-name" title={row.rule}>
            {row.rule}
          </span>
          {effect !== undefined && <EffectMark effect={effect.effect} title={effectWords(texts, effect)} />}
        </span>
        <span class="rule-bar" title={split}>
          <span class="bar" style={{ width: `${(100 * row.count) / Math.max(1, maxCount)}%` }}>
            {severities.map((severity) =>
              row.by_severity[severity] === 0 ? null : (
                <span key={severity} class={`bar-part bar-${severity}`} style={{ flexGrow: row.by_severity[severity] }} />
              ),
            )}
          </span>
        </span>
        <span class="rule-split">
          {severities.map((severity) =>
            row.by_severity[severity] === 0 ? null : (
              <span key={severity} class="with-mark">
                <SeverityMark severity={severity} />
                {texts.number(row.by_severity[severity])}
              </span>
            ),
          )}
        </span>
        <Sparkline counts={row.spark} max={Math.max(...row.spark, 1)} />
        <span class="rule-count">
          <strong>{texts.number(row.count)}</strong> <span class="muted">{texts.count("count.runs", row.runs)}</span>
        </span>
        <span class="rule-change">
          <CountChange count={row.count} previous={row.previous} />
        </span>
      </button>
    </li>
  );
}
