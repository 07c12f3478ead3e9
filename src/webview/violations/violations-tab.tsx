import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { TrendsView } from "../../features/reviews/operations/views.ts";
import { useTexts } from "../shared/contexts.ts";
import type { Host } from "../shared/host.ts";
import { PresentationSwitch } from "../shared/presentation-switch.tsx";
import { moveFocus } from "../shared/roving-focus.ts";
import type { PanelState, Presentation } from "../shared/state.ts";
import { DataTable } from "../shared/table/data-table.tsx";
import { RuleRow } from "./rule-row.tsx";
import { matchingRules, violationColumns } from "./violation-table.tsx";

type Props = Readonly<{
  host: Host;
  view: TrendsView;
  state: PanelState;
  onQuery(query: string): void;
  onPresent(as: Presentation): void;
  onOpenRule(rule: string): void;
}>;

/** Rules listed at first, and added by each "more". */
const batch = 50;

/** Broken rules by count, with how they change. */
export function ViolationsTab({ host, view, state, onQuery, onPresent, onOpenRule }: Props): JSX.Element {
  const texts = useTexts();
  const [limit, setLimit] = useState(batch);
  const { violations } = view;
  const matching = useMemo(() => matchingRules(violations, state.ruleQuery), [violations, state.ruleQuery]);
  const columns = useMemo(() => violationColumns(texts, (row) => onOpenRule(row.rule)), [texts, onOpenRule]);
  const maxCount = Math.max(1, ...violations.map(({ count }) => count));
  const hasPrevious = violations.some(({ previous }) => previous !== null);

  const body = (): JSX.Element => {
    if (violations.length === 0) return <p class="nothing">{texts.t("violations.none")}</p>;
    if (matching.length === 0) return <p class="nothing">{texts.t("violations.noMatch", { query: state.ruleQuery })}</p>;
    if (state.presentation.violations === "table") {
      return (
        <DataTable
          host={host}
          label={texts.t("table.violations")}
          fileName="reward-ledger-violations.csv"
          columns={columns}
          rows={matching}
          rowKey={({ rule }) => rule}
          firstSort={{ key: "count", descending: true }}
        />
      );
    }
    return (
      <>
        <ul class="rules" onKeyDown={(event) => moveFocus(event, event.currentTarget, ".rule-row")}>
          {matching.slice(0, limit).map((row) => (
            <RuleRow
              key={row.rule}
              row={row}
              maxCount={maxCount}
              current={row.rule === state.openRule}
              onOpen={() => onOpenRule(row.rule)}
            />
          ))}
        </ul>
        {matching.length > limit && (
          <button type="button" class="secondary more" onClick={() => setLimit((before) => before + batch)}>
            {texts.t("violations.more", { n: texts.number(Math.min(batch, matching.length - limit)) })}
          </button>
        )}
        <p class="muted foot">
          {texts.t(`violations.bucket.${view.violation_buckets.unit}`)}.{" "}
          {texts.t(hasPrevious ? "violations.before" : "violations.noBefore")}
        </p>
      </>
    );
  };

  return (
    <section class="section" aria-label={texts.t("tab.violations")}>
      <div class="section-head">
        <h2>{texts.t("violations.title")}</h2>
        <label class="search">
          <span class="hidden-text">{texts.t("violations.filter")}</span>
          <input
            type="search"
            placeholder={texts.t("violations.filter")}
            value={state.ruleQuery}
            onInput={(event) => {
              setLimit(batch);
              onQuery(event.currentTarget.value);
            }}
          />
        </label>
        <span class="muted" aria-live="polite">
          {state.ruleQuery === ""
            ? texts.count("count.rules", violations.length)
            : texts.t("violations.shown", { shown: texts.number(matching.length), total: texts.number(violations.length) })}
        </span>
        <PresentationSwitch as={state.presentation.violations} onChange={onPresent} />
      </div>
      {body()}
    </section>
  );
}
