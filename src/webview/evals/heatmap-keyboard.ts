import type { HeatCell } from "./heatmap-plot.ts";

type Keys = Readonly<{ key: string; ctrlKey: boolean }>;

/**
 * The cell that a key moves to on the strip of tests × runs; null for keys that it does not handle.
 * @param cell the current cell; null before the first move, which goes to the latest run of the first test
 * @param page number of rows that a page key moves
 */
export function heatMove(
  { key, ctrlKey }: Keys,
  cell: HeatCell | null,
  { rows, columns, page }: Readonly<{ rows: number; columns: number; page: number }>,
): HeatCell | null {
  if (rows === 0 || columns === 0) return null;
  const from = cell ?? { row: 0, column: columns - 1 };
  const to = (row: number, column: number): HeatCell => ({
    row: Math.min(rows - 1, Math.max(0, row)),
    column: Math.min(columns - 1, Math.max(0, column)),
  });
  const first = cell === null;
  switch (key) {
    case "ArrowLeft":
      return first ? from : to(from.row, from.column - 1);
    case "ArrowRight":
      return first ? from : to(from.row, from.column + 1);
    case "ArrowUp":
      return first ? from : to(from.row - 1, from.column);
    case "ArrowDown":
      return first ? from : to(from.row + 1, from.column);
    case "PageUp":
      return to(from.row - page, from.column);
    case "PageDown":
      return to(from.row + page, from.column);
    case "Home":
      return to(ctrlKey ? 0 : from.row, 0);
    case "End":
      return to(ctrlKey ? rows - 1 : from.row, columns - 1);
    default:
      return null;
  }
}
