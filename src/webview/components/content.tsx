import type { JSX } from "preact";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { coinLines, timeDomain } from "../chart/lines.ts";
import { periodOfNewest } from "../chart/periods.ts";
import { streaksOf } from "../chart/streaks.ts";
import { useTexts } from "../panel/contexts.ts";
import type { Host } from "../panel/host.ts";
import type { PanelAction, PanelState, Span } from "../panel/state.ts";
import type { TrendsLoad } from "../panel/use-trends.ts";
import { coinChartId } from "./coin-chart.tsx";
import { CoinsTab } from "./coins-tab.tsx";
import { EmptyFilter } from "./empty-filter.tsx";
import { EmptyLedger } from "./empty-ledger.tsx";
import { ErrorNotice } from "./error-notice.tsx";
import { Skeleton } from "./skeleton.tsx";
import { TabList, tabId, tabPanelId } from "./tab-list.tsx";
import { Tiles } from "./tiles.tsx";
import { ViolationsTab } from "./violations-tab.tsx";

type Props = Readonly<{
  host: Host;
  load: TrendsLoad;
  state: PanelState;
  dispatch(action: PanelAction): void;
  onFilter(filter: Partial<TrendsFilter>): void;
  onZoom(zoom: Span | null): void;
  onOpenRun(factId: string): void;
  onOpenRule(rule: string): void;
  onRetry(): void;
}>;

/** After the next paint, when what a tile opens is there. */
function focusSoon(...ids: readonly string[]): void {
  requestAnimationFrame(() => {
    const target = ids.map((id) => document.getElementById(id)).find((element) => element !== null);
    target?.focus({ preventScroll: true });
    target?.scrollIntoView({ block: "nearest" });
  });
}

/** The newest streak, with some time around it. */
function newestStreak(view: NonNullable<TrendsLoad["view"]>): Span | null {
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

/** Everything below the filter: loading, failed, empty, or the tiles and the tabs. */
export function Content({ host, load, state, dispatch, onFilter, onZoom, onOpenRun, onOpenRule, onRetry }: Props): JSX.Element {
  const texts = useTexts();
  const { view, error } = load;
  const showLog = (): void => host.notify({ type: "command", command: "showOutput" });

  if (view === null) {
    return error === null ? (
      <Skeleton />
    ) : (
      <ErrorNotice error={error} title={texts.t("load.failed")} onRetry={onRetry} onShowLog={showLog} />
    );
  }
  const failure =
    error === null ? null : (
      <ErrorNotice
        error={error}
        title={texts.t("load.failed")}
        note={texts.t("load.stale")}
        onRetry={onRetry}
        onShowLog={showLog}
      />
    );
  const empty = view.lines.every(({ points }) => points.length === 0);
  if (empty) {
    return (
      <>
        {failure}
        {view.agents.length === 0 ? (
          <EmptyLedger host={host} />
        ) : (
          <EmptyFilter
            onAll={state.filter.period === "all" ? null : () => onFilter({ period: "all" })}
            onReset={() => dispatch({ type: "resetFilter" })}
          />
        )}
      </>
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
      {failure}
      <Tiles
        tiles={view.tiles}
        onCoins={() => openCoins(null)}
        onStreak={() => openCoins(newestStreak(view))}
        onPassRate={openNewestRuns}
        onRule={openRule}
      />
      <TabList tab={state.tab} onTab={(tab) => dispatch({ type: "tab", tab })} />
      <div class="tab-panel" role="tabpanel" id={tabPanelId} aria-labelledby={tabId(state.tab)} tabIndex={-1}>
        {state.tab === "coins" ? (
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
      </div>
    </>
  );
}
