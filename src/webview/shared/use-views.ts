import { useMemo } from "preact/hooks";
import type { EvalSpendingView } from "../../features/costs/operations/views.ts";
import type { EvalOverviewView } from "../../features/evals/operations/panel-views.ts";
import type { TrendsView } from "../../features/reviews/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import type { Host } from "./host.ts";
import { isReviewTab, type PanelState } from "./state.ts";
import { type Load, useLoad } from "./use-load.ts";

/** A period whose first day is after its last is not asked for. */
export const isBackwards = (filter: TrendsFilter): boolean =>
  filter.since !== null && filter.until !== null && filter.since > filter.until;

/** The views of the tabs. Only what the tab in sight shows is asked for. */
export type PanelViews = Readonly<{
  trends: Load<TrendsView>;
  evals: Load<EvalOverviewView>;
  costs: Load<EvalSpendingView>;
  /** The view of the tab in sight. */
  current: Load<TrendsView | EvalOverviewView | EvalSpendingView>;
  /** Asks for it again. */
  ask(): void;
}>;

/** Loads the view of the tab in sight and keeps it up to date. */
export function useViews(host: Host, { tab, filter, evals }: Pick<PanelState, "tab" | "filter" | "evals">): PanelViews {
  const askable = !isBackwards(filter);
  const wanted = isReviewTab(tab) ? "trends" : tab;
  const askTrends = useMemo(
    () => (askable && wanted === "trends" ? () => host.trends(filter) : null),
    [host, filter, askable, wanted],
  );
  const askEvals = useMemo(
    () => (askable && wanted === "evals" ? () => host.evals({ filter, evals }) : null),
    [host, filter, evals, askable, wanted],
  );
  const askCosts = useMemo(
    () => (askable && wanted === "costs" ? () => host.costs({ filter, evals }) : null),
    [host, filter, evals, askable, wanted],
  );
  const loads = {
    trends: useLoad<TrendsView>(host, askTrends),
    evals: useLoad<EvalOverviewView>(host, askEvals),
    costs: useLoad<EvalSpendingView>(host, askCosts),
  };
  const { load, ask } = loads[wanted];
  return { trends: loads.trends.load, evals: loads.evals.load, costs: loads.costs.load, current: load, ask };
}
