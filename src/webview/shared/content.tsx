import type { JSX } from "preact";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { CostsTab } from "../costs/costs-tab.tsx";
import { EvalsTab } from "../evals/evals-tab.tsx";
import { ReviewContent } from "../runs/review-content.tsx";
import { Loaded } from "./async-content.tsx";
import type { Host } from "./host.ts";
import { isReviewTab, type PanelAction, type PanelState, type Span } from "./state.ts";
import { TabList, tabId, tabPanelId } from "./tab-list.tsx";
import type { PanelViews } from "./use-views.ts";

type Props = Readonly<{
  host: Host;
  views: PanelViews;
  state: PanelState;
  dispatch(action: PanelAction): void;
  onFilter(filter: Partial<TrendsFilter>): void;
  onZoom(zoom: Span | null): void;
  onOpenRun(factId: string): void;
  onOpenRule(rule: string): void;
}>;

/** Everything below the filter: the tabs, and what the chosen one shows. */
export function Content({ host, views, state, dispatch, onFilter, onZoom, onOpenRun, onOpenRule }: Props): JSX.Element {
  const { tab } = state;
  return (
    <>
      <TabList tab={tab} onTab={(chosen) => dispatch({ type: "tab", tab: chosen })} />
      <div class="tab-panel" role="tabpanel" id={tabPanelId} aria-labelledby={tabId(tab)} tabIndex={-1}>
        {isReviewTab(tab) && (
          <Loaded host={host} load={views.trends} onRetry={views.ask}>
            {(view) => (
              <ReviewContent
                host={host}
                view={view}
                tab={tab}
                state={state}
                dispatch={dispatch}
                onFilter={onFilter}
                onZoom={onZoom}
                onOpenRun={onOpenRun}
                onOpenRule={onOpenRule}
              />
            )}
          </Loaded>
        )}
        {tab === "evals" && (
          <Loaded host={host} load={views.evals} onRetry={views.ask}>
            {(view) => <EvalsTab host={host} view={view} state={state} dispatch={dispatch} onFilter={onFilter} />}
          </Loaded>
        )}
        {tab === "costs" && (
          <Loaded host={host} load={views.costs} onRetry={views.ask}>
            {(view) => <CostsTab host={host} view={view} state={state} dispatch={dispatch} onFilter={onFilter} />}
          </Loaded>
        )}
      </div>
    </>
  );
}
