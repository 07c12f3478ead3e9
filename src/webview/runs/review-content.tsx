import type { JSX } from "preact";
import type { TrendsView } from "../../features/reviews/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { coinChartId } from "../coins/coin-chart.tsx";
import { CoinsTab } from "../coins/coins-tab.tsx";
import { periodOfNewest } from "../coins/periods.ts";
import { streaksOf } from "../coins/streaks.ts";
import { Tiles } from "../coins/tiles.tsx";
import { coinLines, timeDomain } from "../shared/chart/lines.ts";
import { useTexts } from "../shared/contexts.ts";
import { EmptyFilter } from "../shared/empty-filter.tsx";
import { EmptyLedger } from "../shared/empty-ledger.tsx";
import { focusSoon } from "../shared/focus.ts";
import type { Host } from "../shared/host.ts";
import type { PanelAction, PanelState, Span } from "../shared/state.ts";
import { tabPanelId } from "../shared/tab-list.tsx";
import { ViolationsTab } from "../violations/violations-tab.tsx";

type Props = Readonly<{
  host: Host;
  view: TrendsView;
  tab: "coins" | "violations";
  state: PanelState;
  dispatch(action: PanelAction): void;
  onFilter(filter: Partial<TrendsFilter>): void;
  onZoom(zoom: Span | null): void;
  onOpenRun(factId: string): void;
  onOpenRule(rule: string): void;
}>;

/** The newest streak, with some time around it. */
function newestStreak(view: TrendsView): Span | null {
  const lines = coinLines(view.lines);
  const { streak } = view.tiles;
  const length = Math.max(streak.pass, streak.block);
  const domain = timeDomain(view.filter, lines);
  for (const line of lines) {
    const newest = streaksOf(line, domain.max).at(-1);
    if (newest === undefined || newest.length !== length) continue;
    const last = line.xs.at(-1) ?? newest.from;
    const air = Math.max(60, (last - newest.from) * 0.1);
    const span = { min: Math.max(domain.min, newest.from - air), max: Math.min(domain.max, last + air) };
    return span.max - span.min < (domain.max - domain.min) * 0.95 ? span : null;
  }
  return null;
}

/** The tabs of reviews: nothing yet, nothing in this filter, or the tiles and what the tab shows. */
export function ReviewContent({ host, view, tab, state, dispatch, onFilter, onZoom, onOpenRun, onOpenRule }: Props): JSX.Element {
  const texts = useTexts();
  const empty = view.lines.every(({ points }) => points.length === 0);
  if (empty) {
    return view.agents.length === 0 ? (
      <EmptyLedger host={host} />
    ) : (
      <EmptyFilter
        onAll={state.filter.period === "all" ? null : () => onFilter({ period: "all" })}
        onReset={() => dispatch({ type: "resetFilter" })}
      />
    );
  }

  const openCoins = (zoom: Span | null): void => {
    dispatch({ type: "tab", tab: "coins" });
    dispatch({ type: "present", tab: "coins", as: "chart" });
    onZoom(zoom);
    focusSoon(coinChartId, tabPanelId);
  };
  const openNewestRuns = (): void => {
    dispatch({ type: "tab", tab: "coins" });
    dispatch({ type: "present", tab: "coins", as: "table" });
    const counted = view.tiles.pass_rate?.total ?? 0;
    const period = periodOfNewest(view.lines, counted, texts);
    if (period !== null && view.lines.some(({ resolution }) => resolution !== "run")) onFilter(period);
    focusSoon(tabPanelId);
  };
  const openRule = (rule: string | null): void => {
    dispatch({ type: "tab", tab: "violations" });
    if (rule === null) focusSoon(tabPanelId);
    else onOpenRule(rule);
  };

  return (
    <>
      <Tiles
        tiles={view.tiles}
        onCoins={() => openCoins(null)}
        onStreak={() => openCoins(newestStreak(view))}
        onPassRate={openNewestRuns}
        onRule={openRule}
      />
      {tab === "coins" ? (
        <CoinsTab
          host={host}
          view={view}
          state={state}
          onZoom={onZoom}
          onPresent={(as) => dispatch({ type: "present", tab: "coins", as })}
          onToggleAgent={(agent) => dispatch({ type: "toggleAgent", agent })}
          onFilter={onFilter}
          onOpenRun={onOpenRun}
        />
      ) : (
        <ViolationsTab
          host={host}
          view={view}
          state={state}
          onQuery={(query) => dispatch({ type: "ruleQuery", query })}
          onPresent={(as) => dispatch({ type: "present", tab: "violations", as })}
          onOpenRule={onOpenRule}
        />
      )}
    </>
  );
}
