import type uPlot from "uplot";
import type { Span } from "../state.ts";
import type { Palette } from "./palette.ts";

/** Room left of every plot, so that charts above each other share one time axis. CSS pixels. */
export const gutter = 56;
/** Room right of every plot: half of the widest label of a time axis, which may stand at its end. CSS pixels. */
export const margin = 36;

/** What the axes of all charts look like. */
export const axisOf = (palette: Palette) =>
  ({
    stroke: palette.muted,
    font: palette.font,
    grid: { stroke: palette.grid, width: 1 },
    ticks: { stroke: palette.grid, width: 1, size: 4 },
  }) satisfies uPlot.Axis;

/** Reports the span of a drag across a plot, and takes its mark away. */
export const selects =
  (onSelect: (span: Span) => void) =>
  (plot: uPlot): void => {
    const { left, width } = plot.select;
    if (width <= 0) return;
    onSelect({ min: plot.posToVal(left, "x"), max: plot.posToVal(left + width, "x") });
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  };

/** A font in canvas pixels. */
export function scaledFont(font: string, ratio: number): string {
  return font.replace(/^(\d+)px/, (_, size: string) => `${Number(size) * ratio}px`);
}
