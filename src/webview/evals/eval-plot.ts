import uPlot from "uplot";
import type { EvalOverviewRunView } from "../../features/evals/operations/panel-views.ts";
import { axisOf, margin, selectHandler } from "../shared/chart/axis.ts";
import { lineColor, lineStyle, type Palette } from "../shared/chart/palette.ts";
import { drawTierMark, tierShape } from "../shared/chart/tier-marks.ts";
import { timeLabels } from "../shared/chart/time-axis.ts";
import type { Span } from "../shared/state.ts";
import type { Texts } from "../shared/texts.ts";
import { type EvalLine, type EvalUnit, rateRange } from "./eval-lines.ts";

/** What the chart of pass rates draws. */
export type EvalScene = Readonly<{
  runs: readonly EvalOverviewRunView[];
  lines: readonly EvalLine[];
  unit: EvalUnit;
  palette: Palette;
  texts: Texts;
  /** Space left of the plotting area, CSS pixels: the strip below shows its names there. */
  gutter: number;
}>;

export type EvalPlotEvents = Readonly<{
  onHover(plot: uPlot): void;
  /** A drag across the runs of a span of the axis. */
  onSelect(span: Span): void;
}>;

/** Space left of the charts of evals, shared by names of tests and axis labels, CSS pixels. */
export const evalGutter = (width: number): number => Math.round(Math.min(240, Math.max(56, width * 0.2)));

/** Minimum distance between labels of the axis, CSS pixels. */
const minLabelGap = 84;

/** The interval of each point as a band around the line; a point without a neighbour has a bar. */
function drawBands(plot: uPlot, scene: EvalScene): void {
  const { ctx } = plot;
  const ratio = uPlot.pxRatio;
  ctx.save();
  for (const [index, { points, xs }] of scene.lines.entries()) {
    const color = lineColor(scene.palette, index);
    const left = (at: number): number => plot.valToPos(xs[at] ?? 0, "x", true);
    const top = (rate: number): number => plot.valToPos(rate, "y", true);
    ctx.beginPath();
    for (const [at, { passRate }] of points.entries()) ctx.lineTo(left(at), top(passRate.high));
    for (let at = points.length - 1; at >= 0; at -= 1) ctx.lineTo(left(at), top(points[at]?.passRate.low ?? 0));
    ctx.closePath();
    ctx.globalAlpha = scene.palette.contrast ? 0.3 : 0.18;
    ctx.fillStyle = color;
    ctx.fill();
    const [only] = points;
    if (points.length === 1 && only !== undefined) {
      ctx.globalAlpha = 1;
      ctx.strokeStyle = color;
      ctx.lineWidth = 2 * ratio;
      ctx.beginPath();
      ctx.moveTo(left(0), top(only.passRate.low));
      ctx.lineTo(left(0), top(only.passRate.high));
      for (const rate of [only.passRate.low, only.passRate.high]) {
        ctx.moveTo(left(0) - 6 * ratio, top(rate));
        ctx.lineTo(left(0) + 6 * ratio, top(rate));
      }
      ctx.stroke();
    } else if (scene.palette.contrast) {
      // In high contrast a tint alone may be invisible, so the band has an outline.
      ctx.globalAlpha = 0.7;
      ctx.strokeStyle = color;
      ctx.lineWidth = ratio;
      ctx.stroke();
    }
  }
  ctx.restore();
}

function drawMarks(plot: uPlot, scene: EvalScene): void {
  const ratio = uPlot.pxRatio;
  plot.ctx.save();
  plot.ctx.setLineDash([]);
  for (const [index, { points, xs }] of scene.lines.entries()) {
    const mark = { shape: tierShape(index), color: lineColor(scene.palette, index), edge: scene.palette.background, ratio };
    for (const [at, { passRate }] of points.entries()) {
      const x = plot.valToPos(xs[at] ?? 0, "x", true);
      const y = plot.valToPos(passRate.rate, "y", true);
      drawTierMark(plot.ctx, { ...mark, x, y, radius: (scene.unit === "run" ? 4 : 3) * ratio });
    }
  }
  plot.ctx.restore();
}

/** Positions of the axis's labels: the middle of each group of runs. */
function splitsOf(runs: number, width: number): number[] {
  const step = Math.max(1, Math.ceil(runs / Math.max(1, Math.floor(width / minLabelGap))));
  const splits: number[] = [];
  for (let run = 0; run < runs; run += step) splits.push(run + 0.5);
  return splits;
}

/** Times of the runs at given positions of the axis. */
function labelsOf(scene: EvalScene, splits: readonly number[]): string[] {
  const times = splits.map((split) => Date.parse(scene.runs[Math.floor(split)]?.timestamp ?? "") / 1000);
  const [first, second] = times;
  const interval = first === undefined || second === undefined ? 86_400 : ((times.at(-1) ?? second) - first) / (times.length - 1);
  // Runs are irregular, so labels have the format for days unless the runs are closer.
  return [
    ...timeLabels(times, interval >= 20 * 3600 ? Math.min(Math.max(interval, 86_400), 27 * 86_400) : interval, scene.texts),
  ];
}

/** uPlot's options of the pass rates. @param size of the whole chart, CSS pixels */
export function evalPlotOptions(
  scene: EvalScene,
  size: Readonly<{ width: number; height: number }>,
  events: EvalPlotEvents,
): uPlot.Options {
  const { palette, texts, runs, lines } = scene;
  const axis = axisOf(palette);
  const range = rateRange(lines);
  return {
    ...size,
    padding: [10, margin, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false, dist: 6 } },
    scales: {
      x: { time: false, auto: false, min: 0, max: Math.max(1, runs.length) },
      y: { auto: false, ...range },
    },
    axes: [
      {
        ...axis,
        size: 44,
        grid: { show: false },
        splits: (plot) => splitsOf(runs.length, plot.bbox.width / uPlot.pxRatio),
        values: (_plot, splits) => labelsOf(scene, splits),
      },
      { ...axis, size: scene.gutter, space: 36, values: (_plot, splits) => splits.map((split) => texts.percent(split)) },
    ],
    series: [
      {},
      ...lines.map(
        (_, line): uPlot.Series => ({
          stroke: lineColor(palette, line),
          width: 1.5,
          dash: [...lineStyle(line).dash],
          spanGaps: true,
          points: { show: false },
        }),
      ),
    ],
    hooks: {
      setCursor: [events.onHover],
      setSelect: [selectHandler(events.onSelect)],
      drawAxes: [(plot) => drawBands(plot, scene)],
      draw: [(plot) => drawMarks(plot, scene)],
    },
  };
}

/** One table for all lines: positions on the axis of runs, then the rates of each line. */
export function evalTable(lines: readonly EvalLine[], runs: number): uPlot.AlignedData {
  const places = [...new Set([0, Math.max(1, runs), ...lines.flatMap(({ xs }) => xs)])].sort((a, b) => a - b);
  return [
    places,
    ...lines.map(({ xs, points }) => {
      const rates = new Map(xs.map((x, at) => [x, points[at]?.passRate.rate]));
      return places.map((place) => rates.get(place));
    }),
  ];
}
