import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Effect } from "../../features/rules/model/effect.ts";
import type { EffectView, RuleTrendsView } from "../../features/rules/operations/views.ts";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { EffectMark, effectWords, intervalWords, rateBefore, rateSince } from "../shared/effect-mark.tsx";
import { type FirstSteps, walkthrough } from "../shared/first-steps.tsx";
import { focusSoon } from "../shared/focus.ts";
import { defineTab, type TabProps } from "../shared/tab.tsx";
import { tabPanelId } from "../shared/tab-list.tsx";
import { type Column, numberColumn, textColumn } from "../shared/table/columns.ts";
import { DataTable } from "../shared/table/data-table.tsx";
import { withOpenButton } from "../shared/table/open-cell.tsx";
import type { Texts } from "../shared/texts.ts";
import { Tile } from "../shared/tile.tsx";

const firstSteps: FirstSteps = {
  title: "rules.empty.title",
  text: "rules.empty.text",
  steps: [
    { text: "rules.empty.step1", code: "reward-ledger rules init" },
    { text: "rules.empty.step2", code: "reward-ledger rules update" },
  ],
  buttons: [walkthrough],
};

export const rules = defineTab({
  id: "rules",
  label: "tab.rules",
  filters: ["agent"],
  method: "ruleEffects",
  params: ({ filter }) => filter,
  size: ({ effects }) => ({ runs: effects.reduce((sum, { after }) => sum + after.runs, 0), points: effects.length }),
  empty: ({ recorded, effects }) => (effects.length > 0 ? null : recorded ? "filter" : firstSteps),
  emptyFilter: "rules.emptyFilter",
  tiles: Tiles,
  view: Rules,
});

/** Ordered by the attention that they need. */
const effects = ["worse", "no_effect", "too_early", "helped"] as const satisfies readonly Effect[];

/** Number of rules by effect; a press moves the focus to the table. */
function Tiles({ view }: TabProps<RuleTrendsView>): JSX.Element {
  const texts = useTexts();
  return (
    <div class="tiles">
      {effects.map((effect) => {
        const count = view.effects.filter((one) => one.effect === effect).length;
        return (
          <Tile
            key={effect}
            name={`rules-${effect}`}
            title={texts.t("rules.tile")}
            action={texts.t("rules.tile.open")}
            value={texts.number(count)}
            onOpen={() => focusSoon(tabPanelId)}
          >
            <EffectMark effect={effect} />
          </Tile>
        );
      })}
    </div>
  );
}

function columnsOf(texts: Texts, open: (row: EffectView) => void): readonly Column<EffectView>[] {
  return [
    withOpenButton(
      textColumn<EffectView>("rule", texts.t("table.rule"), ({ rule }) => rule),
      open,
    ),
    textColumn<EffectView>("project", texts.t("filter.project"), ({ project }) => project),
    {
      ...textColumn<EffectView>("since", texts.t("rules.since"), ({ since }) => since),
      text: ({ since }) => texts.date(Date.parse(since)),
    },
    {
      ...textColumn<EffectView>("until", texts.t("rules.until"), ({ until }) => until),
      text: ({ until }) => (until === null ? "" : texts.date(Date.parse(until))),
    },
    numberColumn<EffectView>("before", texts.t("rules.before"), rateBefore, texts.rate),
    numberColumn<EffectView>("after", texts.t("rules.after"), rateSince, texts.rate),
    numberColumn<EffectView>("ratio", texts.t("rules.ratio"), ({ ratio }) => ratio, texts.rate),
    textColumn<EffectView>("interval", texts.t("rules.interval"), (row) => intervalWords(texts, row)),
    {
      ...textColumn<EffectView>("effect", texts.t("rules.effect"), ({ effect }) => effect),
      rank: ({ effect }) => effects.indexOf(effect),
      text: ({ effect }) => texts.t(`effect.${effect}`),
      cell: (row) => <EffectMark effect={row.effect} title={effectWords(texts, row)} />,
    },
  ];
}

/** The taught rules, those that need attention first; a rule opens the runs that broke it. */
function Rules({ view }: TabProps<RuleTrendsView>): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const columns = useMemo(
    () =>
      columnsOf(texts, ({ rule }) => {
        dispatch({ type: "tab", tab: "violations" });
        dispatch({ type: "openRule", rule });
      }),
    [texts, dispatch],
  );
  return (
    <section class="section" aria-label={texts.t("tab.rules")}>
      <div class="section-head">
        <h2>{texts.t("rules.title")}</h2>
      </div>
      <DataTable
        label={texts.t("rules.title")}
        fileName="reward-ledger-rules.csv"
        columns={columns}
        rows={view.effects}
        rowKey={({ project, rule, since }) => JSON.stringify([project, rule, since])}
        firstSort={{ key: "effect", descending: false }}
      />
      <p class="muted foot">{texts.t("rules.foot")}</p>
    </section>
  );
}
