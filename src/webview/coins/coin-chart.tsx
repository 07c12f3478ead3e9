import type { JSX } from "preact";
import { useCallback, useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { ChartSlider, Ring, spotOf, syncCrosshairs } from "../shared/chart/chart-slider.tsx";
import { type ChartCommand, chartCommand, panTo, zoomAround } from "../shared/chart/keyboard.ts";
import { alignedTable, type CoinLine, type Place } from "../shared/chart/lines.ts";
import { Plot } from "../shared/chart/plot.tsx";
import { useChartHeight } from "../shared/chart/use-chart-height.ts";
import { useTexts } from "../shared/contexts.ts";
import type { Span } from "../shared/state.ts";
import type { Texts } from "../shared/texts.ts";
import { type CoinScene, coinPlotOptions, type PlotEvents, stripPlotOptions, stripRow } from "./coin-plot.ts";
import { ChartTooltip, pointSentence } from "./coin-tooltip.tsx";
import { nearestPlace } from "./nearest.ts";
import { drawStrip, stripRows } from "./streak-strip.ts";

type Props = Readonly<{
  scene: CoinScene;
  zoom: Span | null;
  onZoom(zoom: Span | null): void;
  onOpen(place: Place): void;
}>;

export const coinChartId = "coin-chart";

/** The point under the pointer of a plot; over the strip, which has no coins, the nearest in time. */
function hoveredPlace(plot: uPlot, coins: uPlot | null, scene: CoinScene): Place | null {
  const left = plot.cursor.left ?? -1;
  if (left < 0 || coins === null) return null;
  const top = plot === coins ? (plot.cursor.top ?? -1) : -1;
  return nearestPlace(
    scene.lines,
    scene.shown,
    { left, top },
    {
      left: (x) => coins.valToPos(x, "x"),
      top: (value) => (top < 0 ? top : coins.valToPos(value, "y")),
      time: (at) => coins.posToVal(at, "x"),
    },
  );
}

/** The chart's value for a screen reader: the selected point, or the latest of the first shown line. */
function currentValue(
  texts: Texts,
  scene: CoinScene,
  place: Place | null,
): Readonly<{ line: CoinLine | undefined; index: number; text: string }> {
  const line = scene.lines[place?.line ?? scene.lines.findIndex((_, index) => scene.shown(index))];
  const index = place?.point ?? Math.max(0, (line?.points.length ?? 0) - 1);
  const point = line?.points[index];
  const named = scene.lines.length > 1;
  return { line, index, text: line === undefined || point === undefined ? "" : pointSentence(texts, line, point, named) };
}

/** The coin line with its marks, and under it the streaks on the same time axis. One cursor for both, by pointer and by keys. */
export function CoinChart({ scene, zoom, onZoom, onOpen }: Props): JSX.Element {
  const texts = useTexts();
  const syncKey = useId();
  const coins = useRef<uPlot | null>(null);
  const strip = useRef<uPlot | null>(null);
  const [place, setPlace] = useState<Place | null>(null);

  const line = place === null ? undefined : scene.lines[place.line];
  const point = place === null ? undefined : line?.points[place.point];
  const { domain } = scene;
  const span = zoom ?? domain;
  const height = useChartHeight();
  const named = scene.lines.length > 1;

  // Point positions are valid for one scene only.
  useEffect(() => setPlace(null), [scene]);

  const events = useMemo<PlotEvents>(
    () => ({
      onHover: (plot) => {
        // Without an event, the keyboard or the synchronized plot moved the cursor.
        if (plot.cursor.event === undefined) return;
        const next = hoveredPlace(plot, coins.current, scene);
        setPlace((before) => (before?.line === next?.line && before?.point === next?.point ? before : next));
      },
      onSelect: onZoom,
      onResetZoom: () => onZoom(null),
    }),
    [scene, onZoom],
  );

  const data = useMemo<uPlot.AlignedData>(() => {
    const [times, ...columns] = alignedTable(scene.lines, domain);
    return [[...times], ...columns];
  }, [scene.lines, domain]);
  const stripData = useMemo<uPlot.AlignedData>(
    () => [
      [domain.min, domain.max],
      [0, 0],
    ],
    [domain],
  );

  // A plot is created with the current span; later spans are set without creating it again.
  const firstSpan = useRef(span);
  firstSpan.current = span;
  const coinOptions = useCallback(
    (size: Readonly<{ width: number; height: number }>) => coinPlotOptions(scene, firstSpan.current, syncKey, size, events),
    [scene, syncKey, events],
  );
  const stripOptions = useCallback(
    (size: Readonly<{ width: number; height: number }>) =>
      stripPlotOptions(scene, firstSpan.current, syncKey, size, events, (plot) => drawStrip(plot, scene)),
    [scene, syncKey, events],
  );
  const setCoinPlot = useCallback((plot: uPlot | null) => {
    coins.current = plot;
  }, []);
  const setStripPlot = useCallback((plot: uPlot | null) => {
    strip.current = plot;
  }, []);

  const goTo = (next: Place): void => {
    const x = scene.lines[next.line]?.xs[next.point];
    if (x === undefined) return;
    if (zoom !== null) {
      const moved = panTo(zoom, domain, x);
      if (moved !== zoom) onZoom(moved);
    }
    setPlace(next);
  };

  const open = (): void => {
    if (place !== null && inside) onOpen(place);
  };

  const commandOf = (key: string): ChartCommand | null => {
    const command = chartCommand(key, scene.lines, scene.shown, place);
    // Escape resets the zoom; without a zoom it is left to the surrounding elements.
    return command?.type === "resetZoom" && zoom === null ? null : command;
  };
  const onCommand = (command: ChartCommand): void => {
    switch (command.type) {
      case "move":
        goTo(command.place);
        break;
      case "open":
        open();
        break;
      case "zoom": {
        const around = place === null ? (span.min + span.max) / 2 : (scene.lines[place.line]?.xs[place.point] ?? span.max);
        onZoom(zoomAround(span, domain, around, command.factor));
        break;
      }
      case "resetZoom":
        onZoom(null);
        break;
      default:
        command satisfies never;
    }
  };

  const x = place === null ? undefined : line?.xs[place.point];
  const spot = coins.current === null || x === undefined || point === undefined ? null : spotOf(coins.current, x, point.coins);
  const inside = x !== undefined && x >= span.min && x <= span.max;
  const agents = texts.list(scene.lines.filter((_, index) => scene.shown(index)).map(({ agent }) => agent));

  const current = currentValue(texts, scene, place);

  // The crosshair of both plots follows the keyboard as it follows the pointer.
  useEffect(() => syncCrosshairs([coins.current, strip.current], x));

  return (
    <ChartSlider
      id={coinChartId}
      label={texts.t("coins.chart", { agents, from: texts.date(span.min * 1000), to: texts.date(span.max * 1000) })}
      role={texts.t("coins.chart.role")}
      keys={texts.t("coins.chart.keys")}
      count={current.line?.points.length ?? 1}
      index={current.index}
      sentence={current.text}
      pointing={place !== null}
      commandOf={commandOf}
      onCommand={onCommand}
      onOpen={open}
      onLeave={() => setPlace(null)}
    >
      <Plot options={coinOptions} data={data} height={height} span={span} onPlot={setCoinPlot} />
      <div class="strip-title muted">{texts.t("coins.streaks")}</div>
      <Plot
        options={stripOptions}
        data={stripData}
        height={Math.max(1, stripRows(scene).length) * stripRow}
        span={span}
        onPlot={setStripPlot}
      />
      {spot !== null && inside && line !== undefined && point !== undefined && (
        <>
          <Ring at={spot} />
          <ChartTooltip line={line} point={point} named={named} at={spot} />
        </>
      )}
    </ChartSlider>
  );
}
