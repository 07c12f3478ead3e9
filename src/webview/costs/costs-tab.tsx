import type { JSX } from "preact";
import { useCallback } from "preact/hooks";
import type { EvalSpendingView } from "../../features/costs/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { outcomeChartId } from "../evals/outcome-chart.tsx";
import { QualitySection } from "../evals/quality-section.tsx";
import { useTexts } from "../shared/contexts.ts";
import { EmptyFilter } from "../shared/empty-filter.tsx";
import { focusSoon } from "../shared/focus.ts";
import type { Host } from "../shared/host.ts";
import type { PanelAction, PanelState } from "../shared/state.ts";
import { tabPanelId } from "../shared/tab-list.tsx";
import { CostOverTime, costChartId } from "./cost-over-time.tsx";
import { CostTiles } from "./cost-tiles.tsx";
import type { CostsState } from "./costs-state.ts";
import { EmptyCosts } from "./empty-costs.tsx";
import { ModelCosts, modelCostsId } from "./model-costs.tsx";
import { SpendSection } from "./spend-section.tsx";
import { WhatIf } from "./what-if.tsx";

type Props = Readonly<{
  host: Host;
  view: EvalSpendingView;
  state: PanelState;
  dispatch(action: PanelAction): void;
  onFilter(filter: Partial<TrendsFilter>): void;
}>;

/** What evals cost: over time, by model, at other tiers, for what they got; and what the agent itself spent. */
export function CostsTab({ host, view, state, dispatch, onFilter }: Props): JSX.Element {
  const texts = useTexts();
  const onCosts = useCallback((costs: Partial<CostsState>) => dispatch({ type: "costs", costs }), [dispatch]);
  const onOpen = useCallback((run: string) => dispatch({ type: "openEval", place: { type: "run", run }, from: [] }), [dispatch]);

  const showCosts = (): void => {
    dispatch({ type: "present", tab: "costs", as: "chart" });
    focusSoon(costChartId, tabPanelId);
  };
  const showRuns = (): void => {
    onCosts({ outcomes: "chart" });
    focusSoon(outcomeChartId, tabPanelId);
  };
  const evals = (): JSX.Element => {
    if (!view.recorded) return <EmptyCosts host={host} untold={0} />;
    if (view.tiles.runs === 0) {
      return (
        <EmptyFilter
          text={texts.t("evals.emptyFilter")}
          onAll={state.filter.period === "all" ? null : () => onFilter({ period: "all" })}
          onReset={() => dispatch({ type: "resetFilter" })}
        />
      );
    }
    if (view.tiles.untold_runs === view.tiles.runs) return <EmptyCosts host={host} untold={view.tiles.runs} />;
    return (
      <>
        <CostTiles
          tiles={view.tiles}
          onCost={showCosts}
          onRun={showRuns}
          onPassed={showCosts}
          onBasis={() => focusSoon(modelCostsId)}
        />
        <CostOverTime
          host={host}
          view={view}
          costs={state.costs}
          as={state.presentation.costs}
          onPresent={(as) => dispatch({ type: "present", tab: "costs", as })}
          onCosts={onCosts}
          onFilter={onFilter}
        />
        {view.models.length > 0 && <ModelCosts host={host} view={view} />}
        {view.what_if.tiers.some(({ cost_usd: cost }) => cost !== null && cost > 0) && <WhatIf host={host} view={view} />}
        <QualitySection host={host} view={view} costs={state.costs} onCosts={onCosts} onOpen={onOpen} />
      </>
    );
  };

  return (
    <section class="costs" aria-label={texts.t("tab.costs")}>
      {evals()}
      <SpendSection host={host} filter={state.filter} costs={state.costs} onCosts={onCosts} onFilter={onFilter} />
    </section>
  );
}
