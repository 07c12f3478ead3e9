import type { JSX } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import type { TrendsView } from "../../features/reviews/operations/views.ts";
import { reviewTab } from "../runs/review-tab.tsx";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { PresentationSwitch } from "../shared/presentation-switch.tsx";
import { moveFocus } from "../shared/roving-focus.ts";
import { defineTab, type TabProps } from "../shared/tab.tsx";
import { DataTable } from "../shared/table/data-table.tsx";
import { RuleDrawer } from "./rule-drawer.tsx";
import { RuleRow } from "./rule-row.tsx";
import { useTaughtRules } from "./use-taught.ts";
import { matchingRules, violationColumns } from "./violation-table.tsx";

export const violations = defineTab({
  ...reviewTab,
  id: "violations",
  label: "tab.violations",
  view: Violations,
  drawer: ({ state: { openRule, openRun, filter } }) =>
    openRule === null || openRun !== null ? null : <RuleDrawer key={openRule} rule={openRule} filter={filter} />,
});

/** Number of rules that are listed at first, and that each "more" adds. */
const batchSize = 50;

/** Broken rules by count, with their change against the period before. */
function Violations({ view, state }: TabProps<TrendsView>): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const onOpenRule = useCallback((rule: string) => dispatch({ type: "openRule", rule }), [dispatch]);
  const { violations: as = "chart" } = state.presentation;
  const [limit, setLimit] = useState(batchSize);
  const { violations: rules } = view;
  const matching = useMemo(() => matchingRules(rules, state.ruleQuery), [rules, state.ruleQuery]);
  const columns = useMemo(() => violationColumns(texts, (row) => onOpenRule(row.rule)), [texts, onOpenRule]);
  const taughtRules = useTaughtRules(state.filter);
  const maxCount = Math.max(1, ...rules.map(({ count }) => count));
  const hasPrevious = rules.some(({ previous }) => previous !== null);

  const renderBody = (): JSX.Element => {
    if (rules.length === 0) return <p class="nothing">{texts.t("violations.none")}</p>;
    if (matching.length === 0) return <p class="nothing">{texts.t("violations.noMatch", { query: state.ruleQuery })}</p>;
    if (as === "table") {
      return (
        <DataTable
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
              effect={taughtRules.find(({ rule }) => rule === row.rule)}
              onOpen={() => onOpenRule(row.rule)}
            />
          ))}
        </ul>
        {matching.length > limit && (
          <button type="button" class="secondary more" onClick={() => setLimit((before) => before + batchSize)}>
            {texts.t("violations.more", { n: texts.number(Math.min(batchSize, matching.length - limit)) })}
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
              setLimit(batchSize);
              dispatch({ type: "ruleQuery", query: event.currentTarget.value });
            }}
          />
        </label>
        <span class="muted" aria-live="polite">
          {state.ruleQuery === ""
            ? texts.count("count.rules", rules.length)
            : texts.t("violations.shown", { shown: texts.number(matching.length), total: texts.number(rules.length) })}
        </span>
        <PresentationSwitch as={as} onChange={(chosen) => dispatch({ type: "present", tab: "violations", as: chosen })} />
      </div>
      {renderBody()}
    </section>
  );
}
