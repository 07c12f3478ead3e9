import type { TrendStatus } from "../../domain/eval/trend.ts";
import type { Palette } from "./palette.ts";

/**
 * Shapes of statuses as paths of a box 12 wide and 12 high, for the canvas and for the page: flaky a zigzag, degrading and improving
 * triangles down and up, always failing a square, always passing a circle.
 */
export const statusPaths: Readonly<Record<TrendStatus, string>> = {
  flaky: "M0.5 8.2 3.2 2.6 6 8 8.8 2.6 11.5 8.2 9.7 9.1 8.8 6.6 6 11.4 3.2 6.6 2.3 9.1Z",
  degrading: "M0.8 2H11.2L6 11Z",
  improving: "M0.8 10.5H11.2L6 1.5Z",
  "stable-fail": "M1.5 1.5H10.5V10.5H1.5Z",
  "stable-pass": "M6 1.2A4.8 4.8 0 1 1 5.99 1.2Z",
};

/** Colour of a status. */
export function statusColor(palette: Palette, status: TrendStatus): string {
  switch (status) {
    case "flaky":
      return palette.advisory;
    case "degrading":
    case "stable-fail":
      return palette.fail;
    case "improving":
    case "stable-pass":
      return palette.pass;
    default:
      return status satisfies never;
  }
}

/** Draws the mark of a status around a place, canvas pixels. */
export function drawStatus(
  canvas: CanvasRenderingContext2D,
  palette: Palette,
  status: TrendStatus,
  { x, y, ratio }: Readonly<{ x: number; y: number; ratio: number }>,
): void {
  canvas.save();
  canvas.translate(x - 5 * ratio, y - 5 * ratio);
  canvas.scale((10 * ratio) / 12, (10 * ratio) / 12);
  canvas.fillStyle = statusColor(palette, status);
  canvas.fill(new Path2D(statusPaths[status]));
  canvas.restore();
}
