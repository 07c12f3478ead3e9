import type { HealthState } from "../../features/evals/model/health.ts";
import type { Palette } from "../shared/chart/palette.ts";

/**
 * Shapes of states of health as paths in a box of 12 × 12, for canvas and SVG: broken is a square, degrading and recovering are
 * triangles down and up, flaky is a zigzag, too few results are three dots, healthy is a circle.
 */
export const healthPaths: Readonly<Record<HealthState, string>> = {
  broken: "M1.5 1.5H10.5V10.5H1.5Z",
  degrading: "M0.8 2H11.2L6 11Z",
  flaky: "M0.5 8.2 3.2 2.6 6 8 8.8 2.6 11.5 8.2 9.7 9.1 8.8 6.6 6 11.4 3.2 6.6 2.3 9.1Z",
  recovering: "M0.8 10.5H11.2L6 1.5Z",
  "too-few": "M0.5 4.7H3.1V7.3H0.5ZM4.7 4.7H7.3V7.3H4.7ZM8.9 4.7H11.5V7.3H8.9Z",
  healthy: "M6 1.2A4.8 4.8 0 1 1 5.99 1.2Z",
};

/** Colour of a state of health. */
function healthColor(palette: Palette, health: HealthState): string {
  switch (health) {
    case "broken":
    case "degrading":
      return palette.fail;
    case "flaky":
      return palette.advisory;
    case "too-few":
      return palette.muted;
    case "recovering":
    case "healthy":
      return palette.pass;
    default:
      return health satisfies never;
  }
}

/** Draws the mark of a state of health centred at a position, canvas pixels. */
export function drawHealth(
  canvas: CanvasRenderingContext2D,
  palette: Palette,
  health: HealthState,
  { x, y, ratio }: Readonly<{ x: number; y: number; ratio: number }>,
): void {
  canvas.save();
  canvas.translate(x - 5 * ratio, y - 5 * ratio);
  canvas.scale((10 * ratio) / 12, (10 * ratio) / 12);
  canvas.fillStyle = healthColor(palette, health);
  canvas.fill(new Path2D(healthPaths[health]));
  canvas.restore();
}
