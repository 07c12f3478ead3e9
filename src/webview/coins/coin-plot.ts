import uPlot from "uplot";
import type { TrendsView } from "../../features/reviews/operations/views.ts";
import { axisOf, gutter, margin, scaledFont, selectHandler } from "../shared/chart/axis.ts";
import { type CoinLine, coinRange, pointsWithin } from "../shared/chart/lines.ts";
import { drawDot, drawRule, drawTick, drawVerdict } from "../shared/chart/marks.ts";
import { lineColor, lineStyle, type Palette } from "../shared/chart/palette.ts";
import { timeLabels } from "../shared/chart/time-axis.ts";
import type { Span } from "../shared/state.ts";
import type { Texts } from "../shared/texts.ts";

/** What the coin chart draws. */
export type CoinScene = Readonly<{
  /** The finest resolution that is readable at the current width and zoom. */
  lines: readonly CoinLine[];
  /** The same lines with every point, for the streaks. */
  finest: readonly CoinLine[];
  shown(line: number): boolean;
  resets: TrendsView["resets"];
  domain: Span;
  palette: Palette;
  texts: Texts;
}>;

/** What the chart reports about the pointer. */
export type PlotEvents = Readonly<{
  onHover(plot: uPlot): void;
  onSelect(span: Span): void;
  onResetZoom(): void;
}>;

/** The span a plot shows. */
export function spanOf(plot: uPlot, otherwise: Span): Span {
  const { min, max } = plot.scales["x"] ?? {};
  return typeof min === "number" && typeof max === "number" ? { min, max } : otherwise;
}

function drawZero(plot: uPlot, scene: CoinScene): void {
  const { min, max } = plot.scales["y"] ?? {};
  if (typeof min !== "number" || typeof max !== "number" || min > 0 || max < 0) return;
  const y = Math.round(plot.valToPos(0, "y", true));
  plot.ctx.strokeStyle = scene.palette.zero;
  plot.ctx.lineWidth = uPlot.pxRatio;
  plot.ctx.beginPath();
  plot.ctx.moveTo(plot.bbox.left, y);
  plot.ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
  plot.ctx.stroke();
}

/** Resets as vertical rules; a label that would overlap the previous one is omitted. */
function drawResets(plot: uPlot, scene: CoinScene): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const span = spanOf(plot, scene.domain);
  let labelledUpTo = Number.NEGATIVE_INFINITY;
  ctx.save();
  ctx.font = scaledFont(scene.palette.smallFont, ratio);
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  for (const reset of scene.resets) {
    const time = Date.parse(reset.at) / 1000;
    if (time < span.min || time > span.max) continue;
    const x = Math.round(plot.valToPos(time, "x", true));
    drawRule(ctx, scene.palette.foreground, { x, top: bbox.top, height: bbox.height, ratio });
    const label =
      reset.agent === null ? scene.texts.t("coins.reset") : scene.texts.t("coins.reset.agent", { agent: reset.agent });
    const width = ctx.measureText(label).width;
    const leftOfRule = x + width + 8 * ratio > bbox.left + bbox.width;
    const start = leftOfRule ? x - width - 4 * ratio : x + 4 * ratio;
    if (start < labelledUpTo) continue;
    labelledUpTo = start + width + 8 * ratio;
    ctx.fillStyle = scene.palette.foreground;
    ctx.fillText(label, start, bbox.top + 2 * ratio);
  }
  ctx.restore();
}

/** Maximum number of lines for which totals have ticks. */
const maxLinesWithTicks = 2;

/** The ticks and the mark of one point. */
function drawPoint(plot: uPlot, scene: CoinScene, lineIndex: number, at: number): void {
  const { ctx } = plot;
  const { palette } = scene;
  const ratio = uPlot.pxRatio;
  const line = scene.lines[lineIndex];
  const point = line?.points[at];
  const time = line?.xs[at];
  if (point === undefined || time === undefined) return;
  const x = plot.valToPos(time, "x", true);
  const y = plot.valToPos(point.coins, "y", true);
  // Nearly every total of many runs has both, and many lines are close together, so ticks would carry no information.
  if (point.verdict !== null || scene.lines.length <= maxLinesWithTicks) {
    if (point.bonuses > 0) drawTick(ctx, palette.pass, { x, y, up: true, ratio });
    if (point.penalties < 0) drawTick(ctx, palette.fail, { x, y, up: false, ratio });
  }
  if (point.verdict === null) drawDot(ctx, lineColor(palette, lineIndex), x, y, 2.5 * ratio);
  else drawVerdict(ctx, palette, { verdict: point.verdict, hollow: lineStyle(lineIndex).hollow, x, y, radius: 4 * ratio, ratio });
}

function drawPoints(plot: uPlot, scene: CoinScene): void {
  const { ctx, bbox } = plot;
  const overhang = 6 * uPlot.pxRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left - overhang, bbox.top, bbox.width + 2 * overhang, bbox.height);
  ctx.clip();
  // Resets the dashes that the last line set on the context.
  ctx.setLineDash([]);
  for (const [index, line] of scene.lines.entries()) {
    if (!scene.shown(index)) continue;
    const { from, to } = pointsWithin(line, spanOf(plot, scene.domain));
    for (let at = from; at < to; at += 1) drawPoint(plot, scene, index, at);
  }
  ctx.restore();
}

/** The cursor that stacked charts share: it does not snap, and a drag along the time axis selects. */
function cursorOf(key: string, events: PlotEvents): uPlot.Cursor {
  return {
    y: false,
    points: { show: false },
    drag: { x: true, y: false, setScale: false, dist: 6 },
    sync: { key, setSeries: false, scales: ["x", null] },
    bind: {
      dblclick: () => () => {
        events.onResetZoom();
        return null;
      },
    },
  };
}

function hooksOf(events: PlotEvents): uPlot.Hooks.Arrays {
  return {
    setCursor: [events.onHover],
    setSelect: [selectHandler(events.onSelect)],
  };
}

/** The time axis; labels in the ledger's zone. */
const timeScale = (scene: Readonly<{ domain: Span }>, zoom: Span | null): uPlot.Scale => ({
  time: true,
  auto: false,
  ...(zoom ?? scene.domain),
});

/**
 * uPlot's options of the coin chart. A balance is constant until the next run, so lines are steps.
 * @param syncKey shared by the charts on one time axis
 * @param size of the whole chart, CSS pixels
 */
export function coinPlotOptions(
  scene: CoinScene,
  zoom: Span | null,
  syncKey: string,
  size: Readonly<{ width: number; height: number }>,
  events: PlotEvents,
): uPlot.Options {
  const { palette, texts } = scene;
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const hooks = hooksOf(events);
  const axis = axisOf(palette);
  const { zone } = texts;
  return {
    ...size,
    padding: [8, margin, 0, 0],
    ...(zone === undefined ? {} : { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), zone) }),
    legend: { show: false },
    cursor: cursorOf(syncKey, events),
    scales: {
      x: timeScale(scene, zoom),
      y: {
        range: (plot) => {
          const range = coinRange(
            scene.lines.filter((_, line) => scene.shown(line)),
            spanOf(plot, scene.domain),
          );
          return [range.min, range.max];
        },
      },
    },
    axes: [
      {
        ...axis,
        size: 44,
        space: 72,
        values: (_plot, splits, _axis, _space, increment) => [...timeLabels(splits, increment, texts)],
      },
      { ...axis, size: gutter, space: 36, values: (_plot, splits) => splits.map((split) => texts.number(split)) },
    ],
    series: [
      {},
      ...scene.lines.map(
        (_, line): uPlot.Series => ({
          show: scene.shown(line),
          stroke: lineColor(palette, line),
          width: 1.5,
          dash: [...lineStyle(line).dash],
          spanGaps: true,
          points: { show: false },
          ...(steps === undefined ? {} : { paths: steps }),
        }),
      ),
    ],
    hooks: {
      ...hooks,
      drawAxes: [(plot) => drawZero(plot, scene), (plot) => drawResets(plot, scene)],
      draw: [(plot) => drawPoints(plot, scene)],
    },
  };
}

/** Heights of the streak strip, CSS pixels. */
export const stripRow = 20;

/** uPlot's options of a plot that has the coin chart's time axis and its own drawing. */
export function stripPlotOptions(
  scene: CoinScene,
  zoom: Span | null,
  syncKey: string,
  size: Readonly<{ width: number; height: number }>,
  events: PlotEvents,
  draw: (plot: uPlot) => void,
): uPlot.Options {
  return {
    ...size,
    padding: [0, margin, 0, gutter],
    legend: { show: false },
    cursor: cursorOf(syncKey, events),
    scales: { x: timeScale(scene, zoom), y: { auto: false, min: 0, max: 1 } },
    axes: [{ show: false }, { show: false }],
    series: [{}, { show: false }],
    hooks: { ...hooksOf(events), draw: [draw] },
  };
}
