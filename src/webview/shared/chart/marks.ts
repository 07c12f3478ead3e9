import type { Verdict } from "../../../features/reviews/model/report.ts";
import type { Palette } from "./palette.ts";

type Canvas = CanvasRenderingContext2D;

/** Colour of a verdict. */
export function verdictColor(palette: Palette, verdict: Verdict): string {
  return {
    PASS: palette.pass,
    PASS_WITH_ADVISORY: palette.advisory,
    FAIL: palette.fail,
  }[verdict];
}

/** Traces the shape of a verdict: circle for passed, triangle for passed with advisory, square for failed. Canvas pixels. */
function traceVerdict(canvas: Canvas, verdict: Verdict, x: number, y: number, radius: number): void {
  canvas.beginPath();
  switch (verdict) {
    case "PASS":
      canvas.arc(x, y, radius, 0, 2 * Math.PI);
      return;
    case "PASS_WITH_ADVISORY": {
      const reach = radius * 1.3;
      canvas.moveTo(x, y - reach);
      canvas.lineTo(x + reach, y + reach * 0.8);
      canvas.lineTo(x - reach, y + reach * 0.8);
      canvas.closePath();
      return;
    }
    case "FAIL":
      canvas.rect(x - radius, y - radius, radius * 2, radius * 2);
      return;
    default:
      verdict satisfies never;
  }
}

/** Draws the mark of one run; hollow marks belong to the comparison agent. */
export function drawVerdict(
  canvas: Canvas,
  palette: Palette,
  mark: Readonly<{ verdict: Verdict; hollow: boolean; x: number; y: number; radius: number; ratio: number }>,
): void {
  const color = verdictColor(palette, mark.verdict);
  traceVerdict(canvas, mark.verdict, mark.x, mark.y, mark.radius);
  canvas.fillStyle = mark.hollow ? palette.background : color;
  canvas.strokeStyle = mark.hollow ? color : palette.background;
  canvas.lineWidth = (mark.hollow ? 2 : 1) * mark.ratio;
  // A filled mark is drawn over its edge, which separates it from the line; a hollow mark consists of its edge.
  if (mark.hollow) {
    canvas.fill();
    canvas.stroke();
  } else {
    canvas.stroke();
    canvas.fill();
  }
}

/** Draws the small dot of a point that aggregates many runs. */
export function drawDot(canvas: Canvas, color: string, x: number, y: number, radius: number): void {
  canvas.beginPath();
  canvas.arc(x, y, radius, 0, 2 * Math.PI);
  canvas.fillStyle = color;
  canvas.fill();
}

/** Draws a streak's tick at a point: up for a bonus, down for a penalty. */
export function drawTick(
  canvas: Canvas,
  color: string,
  tick: Readonly<{ x: number; y: number; up: boolean; ratio: number }>,
): void {
  const side = tick.up ? -1 : 1;
  canvas.beginPath();
  canvas.moveTo(tick.x, tick.y + side * 8 * tick.ratio);
  canvas.lineTo(tick.x, tick.y + side * 14 * tick.ratio);
  canvas.lineWidth = 2 * tick.ratio;
  canvas.strokeStyle = color;
  canvas.stroke();
}

/** Draws a vertical dashed line over the height of a box. */
export function drawRule(
  canvas: Canvas,
  color: string,
  rule: Readonly<{ x: number; top: number; height: number; ratio: number }>,
): void {
  canvas.save();
  canvas.setLineDash([4 * rule.ratio, 3 * rule.ratio]);
  canvas.lineWidth = rule.ratio;
  canvas.strokeStyle = color;
  canvas.beginPath();
  canvas.moveTo(rule.x, rule.top);
  canvas.lineTo(rule.x, rule.top + rule.height);
  canvas.stroke();
  canvas.restore();
}
