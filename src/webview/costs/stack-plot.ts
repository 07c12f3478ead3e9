import uPlot from "uplot";
import type { SliceUnit } from "../../features/costs/operations/views.ts";
import { axisOf, gutter, margin } from "../shared/chart/axis.ts";
import { drawVerdict } from "../shared/chart/marks.ts";
import type { Palette } from "../shared/chart/palette.ts";
import { fillPainter } from "../shared/chart/patterns.ts";
import type { Texts } from "../shared/texts.ts";
import { labelPositions, sliceLabels } from "./time-buckets.ts";

/** One bar, with its parts from the bottom up. Amounts are in USD. */
export type Bar = Readonly<{
  start: string;
  parts: readonly Readonly<{ fill: number; amount: number }>[];
  /** Sum of the parts: the height of the bar. */
  total: number;
  /** The whole amount spent, including hidden series, which is compared with the limit. */
  spent: number;
  /** Whether a part of the usage has no price, so that the actual amount is higher. */
  atLeast: boolean;
  /** The limit that `spent` must not reach; null if there is none. */
  limit: number | null;
}>;

/** Bars over slices of time. */
export type StackScene = Readonly<{ bars: readonly Bar[]; unit: SliceUnit; palette: Palette; texts: Texts }>;

/** One value per slice; null if a slice has none. */
export type LineScene = Readonly<{
  values: readonly (number | null)[];
  starts: readonly string[];
  palette: Palette;
  texts: Texts;
}>;

/** The share of a limit from which on a warning is shown. */
const warnShare = 0.8;
/** Limits above this multiple of the highest bar would make bars unreadable, and are not drawn. */
const maxLimitRatio = 4;

const maxBarWidth = 48;
/** Width of a label of the axis, in CSS pixels. */
const labelWidth = 64;

const maxOf = (amounts: readonly number[]): number => amounts.reduce((most, amount) => Math.max(most, amount), 0);

/** The limits that can be drawn without making the bars unreadable. */
function nearLimits(bars: readonly Bar[]): readonly number[] {
  const highest = maxOf(bars.map(({ total }) => total));
  return bars.flatMap(({ limit }) => (limit !== null && limit <= highest * maxLimitRatio ? [limit] : []));
}

/** Whether limits are drawn with the bars. */
export const showsLimits = (bars: readonly Bar[]): boolean => nearLimits(bars).length > 0;

/** The upper end of the axis of amounts. */
function axisTop(bars: readonly Bar[]): number {
  const top = maxOf([...bars.map(({ total }) => total), ...nearLimits(bars)]);
  return top === 0 ? 1 : top * 1.12;
}

/** Distance between two slices, in canvas pixels. */
const slotWidth = (plot: uPlot): number => Math.abs(plot.valToPos(1, "x", true) - plot.valToPos(0, "x", true));

function drawBars(plot: uPlot, { bars, palette }: StackScene): void {
  const { ctx } = plot;
  const ratio = uPlot.pxRatio;
  const width = Math.max(ratio, Math.min(maxBarWidth * ratio, Math.round(slotWidth(plot) * 0.76)));
  const paint = fillPainter(ctx, palette, ratio);
  const floor = Math.round(plot.valToPos(0, "y", true));
  ctx.save();
  for (const [index, { parts, total, atLeast }] of bars.entries()) {
    const middle = plot.valToPos(index, "x", true);
    const x = Math.round(middle - width / 2);
    let sum = 0;
    let bottom = floor;
    for (const { fill, amount } of parts) {
      sum += amount;
      const top = Math.round(plot.valToPos(sum, "y", true));
      // A gap separates parts that are high enough for it.
      const gap = bottom - top > 3 * ratio && bottom !== floor ? ratio : 0;
      if (bottom > top) paint(fill, { x, y: top, width, height: bottom - top - gap });
      bottom = top;
    }
    if (atLeast) drawOpenEnd(ctx, palette, middle, Math.round(plot.valToPos(total, "y", true)), ratio);
  }
  ctx.restore();
}

/** Draws an arrowhead above a bar whose actual amount is higher. */
function drawOpenEnd(ctx: CanvasRenderingContext2D, palette: Palette, x: number, y: number, ratio: number): void {
  ctx.strokeStyle = palette.foreground;
  ctx.lineWidth = 1.5 * ratio;
  ctx.beginPath();
  ctx.moveTo(x - 4 * ratio, y - 4 * ratio);
  ctx.lineTo(x, y - 8 * ratio);
  ctx.lineTo(x + 4 * ratio, y - 4 * ratio);
  ctx.stroke();
}

/** The mark of an amount against its limit: reached, nearly reached, or none. */
export function limitVerdict(spent: number, limit: number | null): "FAIL" | "PASS_WITH_ADVISORY" | null {
  if (limit === null || spent === 0 || spent < limit * warnShare) return null;
  return spent >= limit ? "FAIL" : "PASS_WITH_ADVISORY";
}

/** Traces a share of the limits as steps over the slices. */
function traceLimits(plot: uPlot, bars: readonly Bar[], share: number): void {
  const { ctx } = plot;
  const left = (index: number): number => Math.round(plot.valToPos(index - 0.5, "x", true));
  let down = false;
  ctx.beginPath();
  for (const [index, { limit }] of bars.entries()) {
    if (limit !== null) {
      const y = Math.round(plot.valToPos(limit * share, "y", true));
      if (down) ctx.lineTo(left(index), y);
      else ctx.moveTo(left(index), y);
      ctx.lineTo(left(index + 1), y);
    }
    down = limit !== null;
  }
}

/** Draws the limits and the levels of their warnings. A bar that reaches one of the two has a mark. */
function drawLimits(plot: uPlot, { bars, palette }: StackScene): void {
  if (!showsLimits(bars)) return;
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = 1.5 * ratio;
  ctx.strokeStyle = palette.advisory;
  ctx.setLineDash([5 * ratio, 4 * ratio]);
  traceLimits(plot, bars, warnShare);
  ctx.stroke();
  ctx.strokeStyle = palette.fail;
  ctx.setLineDash([]);
  traceLimits(plot, bars, 1);
  ctx.stroke();
  for (const [index, { limit, total, spent }] of bars.entries()) {
    const verdict = limitVerdict(spent, limit);
    if (verdict === null) continue;
    const x = plot.valToPos(index, "x", true);
    const y = plot.valToPos(total, "y", true) - 8 * ratio;
    drawVerdict(ctx, palette, { verdict, hollow: false, x, y, radius: 3.5 * ratio, ratio });
  }
  ctx.restore();
}

type Size = Readonly<{ width: number; height: number }>;
export type SliceEvents = Readonly<{ onHover(plot: uPlot): void }>;

const xScale = (count: number): uPlot.Scale => ({ time: false, auto: false, min: -0.5, max: count - 0.5 });

/** The cursor that vertically stacked charts share. */
const cursorOf = (key: string): uPlot.Cursor => ({
  y: false,
  points: { show: false },
  drag: { x: false, y: false },
  sync: { key, setSeries: false, scales: ["x", null] },
});

/** An axis of US dollars, with as many decimals as its steps need. */
export function moneyAxis(palette: Palette, texts: Texts, space: number): uPlot.Axis {
  return {
    ...axisOf(palette),
    size: gutter,
    space,
    values: (_plot, splits, _axis, _space, increment) => {
      const format = texts.moneyOf(increment >= 1 ? 0 : Math.max(2, Math.ceil(-Math.log10(increment))));
      return splits.map((split) => format(split));
    },
  };
}

/** uPlot's options for the bars. @param size of the whole chart, CSS pixels */
export function stackPlotOptions(scene: StackScene, syncKey: string, size: Size, events: SliceEvents): uPlot.Options {
  const { bars, unit, palette, texts } = scene;
  const starts = bars.map(({ start }) => start);
  const maxLabels = Math.floor((size.width - gutter - margin) / labelWidth);
  const shown = labelPositions(bars.length, maxLabels);
  const labels = sliceLabels(
    shown.map((index) => starts[index] ?? ""),
    unit,
    texts,
  );
  return {
    ...size,
    padding: [8, margin, 0, 0],
    legend: { show: false },
    cursor: cursorOf(syncKey),
    scales: { x: xScale(bars.length), y: { auto: false, min: 0, max: axisTop(bars) } },
    axes: [
      {
        ...axisOf(palette),
        grid: { show: false },
        size: labels.some((label) => label.includes("\n")) ? 44 : 30,
        splits: () => [...shown],
        values: () => [...labels],
      },
      moneyAxis(palette, texts, 36),
    ],
    series: [{}, { show: true, paths: () => null, points: { show: false } }],
    hooks: {
      setCursor: [events.onHover],
      draw: [(plot) => drawBars(plot, scene), (plot) => drawLimits(plot, scene)],
    },
  };
}

/** uPlot's options for one value per slice, as a line with a mark for each, below the bars of the same slices. */
export function slicePlotOptions(scene: LineScene, syncKey: string, size: Size, events: SliceEvents): uPlot.Options {
  const { values, palette, texts } = scene;
  const top = maxOf(values.flatMap((value) => value ?? []));
  return {
    ...size,
    padding: [8, margin, 8, 0],
    legend: { show: false },
    cursor: cursorOf(syncKey),
    scales: { x: xScale(values.length), y: { auto: false, min: 0, max: top === 0 ? 1 : top * 1.15 } },
    axes: [{ ...axisOf(palette), show: false }, moneyAxis(palette, texts, 24)],
    series: [
      {},
      {
        stroke: palette.foreground,
        width: 1.5,
        spanGaps: true,
        points: { show: true, size: 6, width: 1, fill: palette.foreground, stroke: palette.background },
      },
    ],
    hooks: { setCursor: [events.onHover] },
  };
}
