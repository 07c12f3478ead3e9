import type { JSX } from "preact";
import type { TrendsView } from "../../features/reviews/operations/views.ts";
import { coinChartId } from "../coins/coin-chart.tsx";
import { streaksOf } from "../coins/streaks.ts";
import { Tiles } from "../coins/tiles.tsx";
import { coinLines, timeDomain } from "../shared/chart/lines.ts";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { type FirstSteps, walkthrough } from "../shared/first-steps.tsx";
import { focusSoon } from "../shared/focus.ts";
import { periodOfNewest } from "../shared/periods.ts";
import type { Span } from "../shared/state.ts";
import type { TabDefinition, TabProps } from "../shared/tab.tsx";
import { tabPanelId } from "../shared/tab-list.tsx";

const firstSteps: FirstSteps = {
  title: "empty.title",
  text: "empty.text",
  steps: [
    { text: "empty.step1" },
    { text: "empty.step2", code: "npx eslint . -f json | reward-ledger review" },
    { text: "empty.step3" },
  ],
  buttons: [
    { text: "empty.review", command: "reviewChanges" },
    { text: "empty.import", command: "import" },
    { text: "empty.sample", command: "trySample" },
    walkthrough,
  ],
};

/** What the tabs of reviews have in common: they show the same view. */
export const reviewTab = {
  filters: ["agent"],
  method: "trends",
  params: (state) => state.filter,
  size: ({ lines }) => {
    const points = lines.flatMap((line) => line.points);
    return { runs: points.reduce((sum, { runs }) => sum + runs, 0), points: points.length };
  },
  empty: ({ lines, agents }) => {
    if (lines.some(({ points }) => points.length > 0)) return null;
    return agents.length === 0 ? firstSteps : "filter";
  },
  emptyFilter: "empty.filter.text",
  tiles: ReviewTiles,
} as const satisfies Omit<TabDefinition<"trends">, "id" | "label" | "view">;
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
    const padding = Math.max(60, (last - newest.from) * 0.1);
    const span = { min: Math.max(domain.min, newest.from - padding), max: Math.min(domain.max, last + padding) };
    return span.max - span.min < (domain.max - domain.min) * 0.95 ? span : null;
  }
  return null;
}

/** The four numbers above the tabs of reviews; pressing one opens what it counts. */
function ReviewTiles({ view }: TabProps<TrendsView>): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const openCoins = (zoom: Span | null): void => {
    dispatch({ type: "tab", tab: "coins" });
    dispatch({ type: "present", tab: "coins", as: "chart" });
    dispatch({ type: "zoom", zoom });
    focusSoon(coinChartId, tabPanelId);
  };
  const openNewestRuns = (): void => {
    dispatch({ type: "tab", tab: "coins" });
    dispatch({ type: "present", tab: "coins", as: "table" });
    const counted = view.tiles.pass_rate?.total ?? 0;
    const period = periodOfNewest(view.lines, counted, texts);
    if (period !== null && view.lines.some(({ resolution }) => resolution !== "run"))
      dispatch({ type: "filter", filter: period });
    focusSoon(tabPanelId);
  };
  const openRule = (rule: string | null): void => {
    dispatch({ type: "tab", tab: "violations" });
    if (rule === null) focusSoon(tabPanelId);
    else dispatch({ type: "openRule", rule });
  };
  return (
    <Tiles
      tiles={view.tiles}
      onCoins={() => openCoins(null)}
      onStreak={() => openCoins(newestStreak(view))}
      onPassRate={openNewestRuns}
      onRule={openRule}
    />
  );
}
