import uPlot from "uplot";
import { axisOf, gutter, margin } from "../shared/chart/axis.ts";
import { lineColor, type Palette } from "../shared/chart/palette.ts";
import { drawTierMark } from "../shared/chart/tier-marks.ts";
import type { Texts } from "../shared/texts.ts";
import { groupStyle, type Outcome } from "./outcomes.ts";
import { moneyAxis } from "./stack-plot.ts";

/** Runs by cost and pass rate. */
export type OutcomeScene = Readonly<{ outcomes: readonly Outcome[]; palette: Palette; texts: Texts }>;

export type OutcomeEvents = Readonly<{ onHover(plot: uPlot): void }>;

/** The lower end of the pass rate axis: a multiple of 10% below every run, at least 0. */
const lowestOf = (outcomes: readonly Outcome[]): number =>
  Math.max(0, Math.floor(Math.min(0.9, ...outcomes.map(({ y }) => y)) * 10 - 0.5) / 10);

/** Draws the frontier: steps through the best runs, above which there is no other run. */
function drawFrontier(plot: uPlot, { outcomes, palette }: OutcomeScene): void {
  const { ctx, bbox } = plot;
  const best = outcomes.filter(({ point }) => point.best);
  const [first] = best;
  if (first === undefined) return;
  const left = (x: number): number => plot.valToPos(x, "x", true);
  const top = (y: number): number => plot.valToPos(y, "y", true);
  ctx.save();
  ctx.strokeStyle = palette.muted;
  ctx.lineWidth = uPlot.pxRatio;
  ctx.setLineDash([4 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
  ctx.beginPath();
  ctx.moveTo(left(first.x), bbox.top + bbox.height);
  let level = first.y;
  ctx.lineTo(left(first.x), top(level));
  for (const { x, y } of best.slice(1)) {
    ctx.lineTo(left(x), top(level));
    ctx.lineTo(left(x), top(y));
    level = y;
  }
  ctx.lineTo(bbox.left + bbox.width, top(level));
  ctx.stroke();
  ctx.restore();
}

function drawOutcomes(plot: uPlot, { outcomes, palette }: OutcomeScene): void {
  const { ctx } = plot;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.setLineDash([]);
  // The best runs are drawn last, so that nothing covers them.
  for (const { point, x, y, group } of outcomes.toSorted((a, b) => Number(a.point.best) - Number(b.point.best))) {
    const place = { x: plot.valToPos(x, "x", true), y: plot.valToPos(y, "y", true) };
    const { line, shape } = groupStyle(group);
    const mark = { shape, color: lineColor(palette, line), edge: palette.background, ratio };
    drawTierMark(ctx, { ...mark, ...place, radius: (point.best ? 5 : 4) * ratio });
    if (!point.best) continue;
    ctx.strokeStyle = palette.foreground;
    ctx.lineWidth = 1.5 * ratio;
    ctx.beginPath();
    ctx.arc(place.x, place.y, 9 * ratio, 0, 2 * Math.PI);
    ctx.stroke();
  }
  ctx.restore();
}

/** uPlot's options for the chart of runs. @param size of the whole chart, CSS pixels */
export function outcomePlotOptions(
  scene: OutcomeScene,
  size: Readonly<{ width: number; height: number }>,
  events: OutcomeEvents,
): uPlot.Options {
  const { outcomes, palette, texts } = scene;
  const maxCost = Math.max(0, ...outcomes.map(({ x }) => x));
  const lowest = lowestOf(outcomes);
  return {
    ...size,
    // Leaves room for the marks of runs with a pass rate of 100%, which are on the upper edge.
    padding: [14, margin, 0, 0],
    legend: { show: false },
    cursor: { y: false, x: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, auto: false, min: 0, max: maxCost === 0 ? 1 : maxCost * 1.05 },
      y: { auto: false, min: lowest, max: 1 },
    },
    axes: [
      {
        ...moneyAxis(palette, texts, 72),
        size: 34,
        label: texts.t("costs.axis.cost"),
        labelSize: 18,
        labelFont: palette.smallFont,
      },
      { ...axisOf(palette), size: gutter, space: 36, values: (_plot, splits) => splits.map((split) => texts.percent(split)) },
    ],
    series: [{}, { show: true, paths: () => null, points: { show: false } }],
    hooks: {
      setCursor: [events.onHover],
      drawAxes: [(plot) => drawFrontier(plot, scene)],
      draw: [(plot) => drawOutcomes(plot, scene)],
    },
  };
}
