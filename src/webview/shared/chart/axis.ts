import type uPlot from "uplot";
import type { Span } from "../state.ts";
import type { Palette } from "./palette.ts";

/** Space left of every plot in CSS pixels, equal for all so that stacked charts share one time axis. */
export const gutter = 56;
/** Space right of every plot in CSS pixels: half of the widest time label, which may be at the end of the axis. */
export const margin = 36;

/** The common style of the axes of all charts. */
export const axisOf = (palette: Palette) =>
  ({
    stroke: palette.muted,
    font: palette.font,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { stroke: palette.grid, width: 1, size: 4 },
  }) satisfies uPlot.Axis;

/** Reports the span that the user drags across a plot, and clears the selection. */
export const selectHandler =
  (onSelect: (span: Span) => void) =>
  (plot: uPlot): void => {
    const { left, width } = plot.select;
    if (width <= 0) return;
    onSelect({ min: plot.posToVal(left, "x"), max: plot.posToVal(left + width, "x") });
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  };

/** Scales a font from CSS pixels to canvas pixels. */
export function scaledFont(font: string, ratio: number): string {
  return font.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`);
}
