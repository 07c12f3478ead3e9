import type { JSX } from "preact";
import { useCallback, useMemo } from "preact/hooks";
import type { TrendsView } from "../../features/reviews/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { reviewTab } from "../runs/review-tab.tsx";
import { RunDrawer } from "../runs/run-drawer.tsx";
import { gutter, margin } from "../shared/chart/axis.ts";
import { type CoinLine, coinLines, type Place, timeDomain } from "../shared/chart/lines.ts";
import { usePalette } from "../shared/chart/use-palette.ts";
import { usePanel, useTexts } from "../shared/contexts.ts";
import { periodOfPoint, periodOfSpan } from "../shared/periods.ts";
import { PresentationSwitch } from "../shared/presentation-switch.tsx";
import type { Span } from "../shared/state.ts";
import { defineTab, type TabProps } from "../shared/tab.tsx";
import { DataTable } from "../shared/table/data-table.tsx";
import type { Texts } from "../shared/texts.ts";
import { useWidth } from "../shared/use-width.ts";
import { CoinChart } from "./coin-chart.tsx";
import type { CoinScene } from "./coin-plot.ts";
import { type CoinRow, coinColumns, coinRows } from "./coin-table.tsx";
import { Legend, MarkKey } from "./legend.tsx";
import { readableLines, resolutionsOf, spanOfSum } from "./resolution.ts";

export const coins = defineTab({
  ...reviewTab,
  id: "coins",
  label: "tab.coins",
  view: Coins,
  drawer: ({ state: { openRun, openRule } }) =>
    openRun === null ? null : <RunDrawer key={openRun} factId={openRun} fromRule={openRule} />,
});

/** What a point of the chart covers, in words, and how to see finer ones. */
function resolutionText(texts: Texts, lines: readonly CoinLine[], finest: readonly CoinLine[]): string {
  const coarsest = (["week", "day"] as const).find((unit) => lines.some(({ resolution }) => resolution === unit));
  if (coarsest === undefined) return texts.t("coins.resolution.run");
  const hasEveryRun = finest.every(({ resolution }) => resolution === "run");
  return `${texts.t(`coins.resolution.${coarsest}`)} ${texts.t(hasEveryRun ? "coins.resolution.zoom" : "coins.resolution.period")}`;
}

/** Coins and streaks over time, as a chart or as a table. */
function Coins({ view, state }: TabProps<TrendsView>): JSX.Element {
  const texts = useTexts();
  const { dispatch } = usePanel();
  const onZoom = useCallback((zoom: Span | null) => dispatch({ type: "zoom", zoom }), [dispatch]);
  const onFilter = useCallback((filter: Partial<TrendsFilter>) => dispatch({ type: "filter", filter }), [dispatch]);
  const onOpenRun = useCallback((factId: string) => dispatch({ type: "openRun", factId }), [dispatch]);
  const palette = usePalette();
  const { ref, width } = useWidth();
  const { hiddenAgents, zoom } = state;

  const finest = useMemo(() => coinLines(view.lines), [view.lines]);
  const domain = useMemo(() => timeDomain(view.filter, finest), [view.filter, finest]);
  const resolutions = useMemo(() => resolutionsOf(finest, texts), [finest, texts]);
  const lines = readableLines(resolutions, zoom ?? domain, width - gutter - margin);
  const scene = useMemo<CoinScene>(
    () => ({
      lines,
      finest,
      shown: (line) => !hiddenAgents.includes(lines[line]?.agent ?? ""),
      resets: view.resets,
      domain,
      palette,
      texts,
    }),
    [lines, finest, hiddenAgents, view.resets, domain, palette, texts],
  );
  const shownLines = useMemo(() => finest.filter(({ agent }) => !hiddenAgents.includes(agent)), [finest, hiddenAgents]);

  const openPlace = useCallback(
    ({ line, point: index }: Place): void => {
      const drawn = lines[line];
      const source = finest[line];
      const point = drawn?.points[index];
      if (drawn === undefined || source === undefined || point === undefined) return;
      if (point.fact_id !== null) onOpenRun(point.fact_id);
      else if (drawn === source) onFilter(periodOfPoint(point.at, drawn.resolution, texts));
      else onZoom(spanOfSum(drawn, index, source));
    },
    [lines, finest, onOpenRun, onFilter, onZoom, texts],
  );
  const openRow = useCallback(
    ({ point, resolution }: CoinRow): void => {
      if (point.fact_id !== null) onOpenRun(point.fact_id);
      else onFilter(periodOfPoint(point.at, resolution, texts));
    },
    [onOpenRun, onFilter, texts],
  );
  const columns = useMemo(() => coinColumns(shownLines, texts, openRow), [shownLines, texts, openRow]);
  const rows = useMemo(() => coinRows(shownLines), [shownLines]);
  const { coins: as = "chart" } = state.presentation;
  const chart = as === "chart";

  return (
    <section class="section" aria-label={texts.t("tab.coins")} ref={ref}>
      <div class="section-head">
        <h2>{texts.t("coins.title")}</h2>
        {chart && zoom !== null && (
          <span class="zoom-tools">
            <button type="button" class="secondary" onClick={() => onZoom(null)}>
              {texts.t("coins.zoom.reset")}
            </button>
            <button type="button" class="secondary" onClick={() => onFilter(periodOfSpan(zoom, texts))}>
              {texts.t("coins.zoom.use")}
            </button>
          </span>
        )}
        <PresentationSwitch as={as} onChange={(chosen) => dispatch({ type: "present", tab: "coins", as: chosen })} />
      </div>
      {finest.length > 1 && (
        <Legend lines={lines} hidden={hiddenAgents} onToggle={(agent) => dispatch({ type: "toggleAgent", agent })} />
      )}
      {chart ? (
        <>
          {shownLines.length === 0 ? (
            <p class="nothing">{texts.t("coins.allHidden")}</p>
          ) : (
            width > 0 && <CoinChart scene={scene} zoom={zoom} onZoom={onZoom} onOpen={openPlace} />
          )}
          <div class="chart-foot">
            <MarkKey resets={view.resets.length > 0} />
            <p class="muted">
              {resolutionText(texts, lines, finest)}{" "}
              {zoom === null
                ? texts.t("coins.zoom.hint")
                : texts.t("coins.zoomed", { from: texts.dateTime(zoom.min * 1000), to: texts.dateTime(zoom.max * 1000) })}
            </p>
          </div>
        </>
      ) : (
        <DataTable
          label={texts.t("table.coins")}
          fileName="reward-ledger-coins.csv"
          columns={columns}
          rows={rows}
          rowKey={(row) => JSON.stringify([row.agent, row.point.fact_id ?? row.point.at])}
          firstSort={{ key: "at", descending: true }}
        />
      )}
    </section>
  );
}
