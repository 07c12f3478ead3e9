import type { JSX } from "preact";
import { useCallback } from "preact/hooks";
import type { EvalSpendingView } from "../../features/costs/operations/views.ts";
import { usePanel } from "../shared/contexts.ts";
import { type FirstSteps, walkthrough } from "../shared/first-steps.tsx";
import { focusSoon } from "../shared/focus.ts";
import { defineTab, type TabProps } from "../shared/tab.tsx";
import { tabPanelId } from "../shared/tab-list.tsx";
import { CostOverTime, costChartId } from "./cost-over-time.tsx";
import { CostTiles } from "./cost-tiles.tsx";
import type { CostsState } from "./costs-state.ts";
import { ModelCosts, modelCostsId } from "./model-costs.tsx";
import { outcomeChartId } from "./outcome-chart.tsx";
import { QualitySection } from "./quality-section.tsx";
import { SessionSection } from "./session-section.tsx";
import { SpendSection } from "./spend-section.tsx";
import { WhatIf } from "./what-if.tsx";

const firstSteps: FirstSteps = {
  title: "costs.empty.title",
  text: "costs.empty.text",
  steps: [
    {
      text: "costs.empty.step1",
      code: '"costs": [{ "model": "claude-sonnet-4-6", "calls": 12, "input_tokens": 48000, "output_tokens": 3900 }]',
    },
    { text: "costs.empty.step2", code: "reward-ledger eval push run.json" },
    { text: "costs.empty.step3" },
  ],
  buttons: [walkthrough],
};

export const costs = defineTab({
  id: "costs",
  label: "tab.costs",
  // Costs refer to whole runs, so there is no filter by suite.
  filters: ["tier", "branch"],
  method: "costs",
  params: ({ filter, evals }) => ({ filter, evals }),
  size: ({ tiles, slices, points }) => ({ runs: tiles.runs, points: slices.length + points.length }),
  empty: ({ recorded, tiles: { runs, untold_runs: unreported } }) => {
    if (!recorded) return firstSteps;
    if (runs === 0) return "filter";
    if (unreported < runs) return null;
    return { ...firstSteps, title: (texts) => texts.count("costs.untold", runs), text: "costs.empty.untold" };
  },
  emptyFilter: "evals.emptyFilter",
  tiles: Tiles,
  view: Costs,
  below: ({ state }) => (
    <>
      <SpendSection state={state} />
      <SessionSection state={state} />
    </>
  ),
});

function Tiles({ view }: TabProps<EvalSpendingView>): JSX.Element {
  const { dispatch } = usePanel();
  const showCosts = (): void => {
    dispatch({ type: "present", tab: "costs", as: "chart" });
    focusSoon(costChartId, tabPanelId);
  };
  const showRuns = (): void => {
    dispatch({ type: "costs", costs: { outcomes: "chart" } });
    focusSoon(outcomeChartId, tabPanelId);
  };
  return (
    <CostTiles
      tiles={view.tiles}
      onCost={showCosts}
      onRun={showRuns}
      onPassed={showCosts}
      onBasis={() => focusSoon(modelCostsId)}
    />
  );
}

/** The costs of evals: over time, by model, at other tiers, and against the results. */
function Costs({ view, state }: TabProps<EvalSpendingView>): JSX.Element {
  const { dispatch } = usePanel();
  const onCosts = useCallback((costs: Partial<CostsState>) => dispatch({ type: "costs", costs }), [dispatch]);
  const onOpen = useCallback((run: string) => dispatch({ type: "openEval", place: { type: "run", run }, from: [] }), [dispatch]);
  const { costs: as = "chart" } = state.presentation;
  return (
    <>
      <CostOverTime
        view={view}
        costs={state.costs}
        as={as}
        onPresent={(chosen) => dispatch({ type: "present", tab: "costs", as: chosen })}
        onCosts={onCosts}
      />
      {view.models.length > 0 && <ModelCosts view={view} />}
      {view.what_if.tiers.some(({ cost_usd: cost }) => cost !== null && cost > 0) && <WhatIf view={view} />}
      <QualitySection view={view} costs={state.costs} onCosts={onCosts} onOpen={onOpen} />
    </>
  );
}
