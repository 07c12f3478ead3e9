import uPlot from "uplot";
import { gutter, scaledFont } from "../shared/chart/axis.ts";
import { lineColor, lineStyle, type Palette } from "../shared/chart/palette.ts";
import type { Texts } from "../shared/texts.ts";
import { type CoinScene, spanOf, stripRow } from "./coin-plot.ts";
import { type Streak, streaksOf } from "./streaks.ts";

type Box = Readonly<{ left: number; top: number; width: number; height: number }>;

/** Diagonal lines distinguish fails from passes without colour. */
function drawHatch(canvas: CanvasRenderingContext2D, color: string, box: Box, ratio: number): void {
  canvas.save();
  canvas.beginPath();
  canvas.rect(box.left, box.top, box.width, box.height);
  canvas.clip();
  canvas.strokeStyle = color;
  canvas.lineWidth = ratio;
  canvas.beginPath();
  const step = 5 * ratio;
  const start = Math.floor((box.left - box.height) / step) * step;
  for (let x = start; x < box.left + box.width; x += step) {
    canvas.moveTo(x, box.top + box.height);
    canvas.lineTo(x + box.height, box.top);
  }
  canvas.stroke();
  canvas.restore();
}

function drawStreak(
  canvas: CanvasRenderingContext2D,
  palette: Palette,
  texts: Texts,
  streak: Streak,
  box: Box,
  ratio: number,
): void {
  const color = streak.kind === "pass" ? palette.pass : palette.fail;
  const tiny = box.width < 6 * ratio;
  canvas.fillStyle = color;
  canvas.globalAlpha = tiny && streak.kind === "block" ? 1 : 0.3;
  canvas.fillRect(box.left, box.top, box.width, box.height);
  canvas.globalAlpha = 1;
  // A bar too narrow for a pattern and a number differs by opacity alone.
  if (tiny) return;
  if (streak.kind === "block") drawHatch(canvas, color, box, ratio);
  canvas.fillStyle = color;
  canvas.fillRect(box.left, box.top, 2 * ratio, box.height);
  const label = texts.number(streak.length);
  const labelWidth = canvas.measureText(label).width;
  if (labelWidth + 10 * ratio > box.width) return;
  const x = box.left + 6 * ratio;
  if (streak.kind === "block") {
    // The label is drawn on a plain background, because hatching would cut through it.
    canvas.fillStyle = palette.background;
    canvas.fillRect(x - 2 * ratio, box.top + ratio, labelWidth + 4 * ratio, box.height - 2 * ratio);
  }
  canvas.fillStyle = palette.foreground;
  canvas.fillText(label, x, box.top + box.height / 2);
}

/** A sample of the line left of each row identifies the agent. */
function drawSample(
  canvas: CanvasRenderingContext2D,
  palette: Palette,
  line: number,
  left: number,
  y: number,
  ratio: number,
): void {
  canvas.save();
  canvas.strokeStyle = lineColor(palette, line);
  canvas.lineWidth = 2 * ratio;
  canvas.setLineDash(lineStyle(line).dash.map((length) => length * ratio));
  canvas.beginPath();
  canvas.moveTo(left, y);
  canvas.lineTo(left + 28 * ratio, y);
  canvas.stroke();
  canvas.restore();
}

/** Rows of the strip: one per shown line that has points. */
export function stripRows(scene: CoinScene): readonly number[] {
  return scene.finest.flatMap((line, index) => (scene.shown(index) && line.points.length > 0 ? [index] : []));
}

/** Draws every agent's streaks as bars on the time axis: passes plain, fails hatched, with their length where there is room. */
export function drawStrip(plot: uPlot, scene: CoinScene): void {
  const ratio = uPlot.pxRatio;
  const { ctx, bbox } = plot;
  const span = spanOf(plot, scene.domain);
  ctx.save();
  ctx.font = scaledFont(scene.palette.smallFont, ratio);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.setLineDash([]);
  for (const [row, index] of stripRows(scene).entries()) {
    const line = scene.finest[index];
    if (line === undefined) continue;
    const top = bbox.top + row * stripRow * ratio + 2 * ratio;
    const height = (stripRow - 4) * ratio;
    drawSample(ctx, scene.palette, index, bbox.left - (gutter - 16) * ratio, top + height / 2, ratio);
    for (const streak of streaksOf(line, scene.domain.max)) {
      if (streak.to < span.min || streak.from > span.max) continue;
      const left = Math.max(bbox.left, plot.valToPos(streak.from, "x", true));
      const right = Math.min(bbox.left + bbox.width, plot.valToPos(streak.to, "x", true) - ratio);
      drawStreak(ctx, scene.palette, scene.texts, streak, { left, top, width: Math.max(ratio, right - left), height }, ratio);
    }
  }
  ctx.restore();
}
