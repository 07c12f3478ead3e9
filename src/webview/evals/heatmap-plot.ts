import type { EvalOverviewTestView } from "../../features/evals/operations/panel-views.ts";
import { scaledFont } from "../shared/chart/axis.ts";
import type { Palette } from "../shared/chart/palette.ts";
import { drawHealth } from "./health-marks.ts";

/*
 * The strip of tests × runs: a row per test, a column per run. Results differ in shape as well as in colour: a fail
 * fills the height of its cell, a pass is a low bar at its foot, both in one run are side by side, no result is blank.
 */

/** Height of a row, CSS pixels. */
export const heatRowHeight = 18;

/** Position of the cells, CSS pixels: `columns` columns from `left` over `width`, the first `first` of them empty. */
export type HeatPlace = Readonly<{ left: number; width: number; columns: number; first: number }>;

/** The visible part of the strip: from `top` over `height`, CSS pixels. */
export type HeatWindow = Readonly<{ top: number; height: number; width: number; ratio: number }>;

/** A cell: which test, which run. */
export type HeatCell = Readonly<{ row: number; column: number }>;

export type CellState = "passed" | "failed" | "mixed" | "absent";

/** The result of a test in a run. */
export function cellState(test: EvalOverviewTestView, column: number, first: number): CellState {
  switch (test.results[column - first]) {
    case "+":
      return "passed";
    case "-":
      return "failed";
    case "~":
      return "mixed";
    default:
      return "absent";
  }
}

/** The cell at a position, in CSS pixels from the corner of the first row; null outside the cells. */
export function cellAt(place: HeatPlace, rows: number, x: number, y: number): HeatCell | null {
  const row = Math.floor(y / heatRowHeight);
  const column = Math.floor(((x - place.left) / Math.max(1, place.width)) * place.columns);
  return row < 0 || row >= rows || column < 0 || column >= place.columns ? null : { row, column };
}

/** Maximum width of a cell, CSS pixels. Narrower cells are centred in their columns. */
const maxCellWidth = 28;

/** Left edge and width of the cells of a column, CSS pixels. */
export function columnBox({ left, width, columns }: HeatPlace, column: number): Readonly<{ left: number; width: number }> {
  const columnWidth = width / Math.max(1, columns);
  const cellWidth = Math.min(maxCellWidth, columnWidth);
  return { left: left + column * columnWidth + (columnWidth - cellWidth) / 2, width: cellWidth };
}

/** Minimum width of a cell that shows a sign, CSS pixels. */
const minSignWidth = 11;

type Canvas = CanvasRenderingContext2D;
type Box = Readonly<{ left: number; top: number; width: number; height: number }>;

function drawCross(canvas: Canvas, color: string, box: Box, ratio: number): void {
  const [x, y, reach] = [box.left + box.width / 2, box.top + box.height / 2, 2.5 * ratio];
  canvas.beginPath();
  canvas.moveTo(x - reach, y - reach);
  canvas.lineTo(x + reach, y + reach);
  canvas.moveTo(x + reach, y - reach);
  canvas.lineTo(x - reach, y + reach);
  canvas.strokeStyle = color;
  canvas.lineWidth = 1.5 * ratio;
  canvas.stroke();
}

/** Cells of one row, passes before fails: where columns are narrower than a pixel, a pass must not cover a fail. */
function drawCells(
  canvas: Canvas,
  palette: Palette,
  test: EvalOverviewTestView,
  place: HeatPlace,
  row: Box,
  ratio: number,
): void {
  const step = (place.width * ratio) / Math.max(1, place.columns);
  const first = columnBox(place, 0);
  const cellWidth = first.width * ratio;
  const gap = cellWidth >= 4 * ratio ? ratio : 0;
  const width = Math.max(ratio, cellWidth - gap);
  const left = (column: number): number => Math.floor(first.left * ratio + column * step);
  const full: Box = { ...row, top: row.top + 2 * ratio, height: row.height - 4 * ratio };
  const foot = { top: full.top + full.height - 5 * ratio, height: 5 * ratio };
  canvas.fillStyle = palette.pass;
  for (let at = 0; at < test.results.length; at += 1) {
    const mark = test.results[at];
    if (mark === "+") canvas.fillRect(left(place.first + at), foot.top, width, foot.height);
    else if (mark === "~") canvas.fillRect(left(place.first + at), foot.top, width / 2, foot.height);
  }
  canvas.fillStyle = palette.fail;
  for (let at = 0; at < test.results.length; at += 1) {
    const mark = test.results[at];
    if (mark === "-") {
      const box = { left: left(place.first + at), top: full.top, width, height: full.height };
      canvas.fillRect(box.left, box.top, box.width, box.height);
      if (cellWidth >= minSignWidth * ratio) drawCross(canvas, palette.background, box, ratio);
    } else if (mark === "~") canvas.fillRect(left(place.first + at) + width / 2, full.top, width / 2, full.height);
  }
}

/** A name truncated at its end to a width. */
function truncate(canvas: Canvas, name: string, width: number): string {
  if (canvas.measureText(name).width <= width) return name;
  let [low, high] = [0, name.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (canvas.measureText(`${name.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return `${name.slice(0, low)}…`;
}

/** Minimum space left of the cells that shows names, CSS pixels. */
const minNameWidth = 90;

/**
 * Draws the visible rows, with the health and name of each test left of its cells.
 * @param canvas cleared, the size of the visible part in canvas pixels
 */
export function drawHeat(
  canvas: Canvas,
  palette: Palette,
  tests: readonly EvalOverviewTestView[],
  place: HeatPlace,
  { top, height, width, ratio }: HeatWindow,
): void {
  canvas.save();
  canvas.font = scaledFont(palette.smallFont, ratio);
  canvas.textBaseline = "middle";
  canvas.textAlign = "left";
  const from = Math.max(0, Math.floor(top / heatRowHeight));
  const to = Math.min(tests.length, Math.ceil((top + height) / heatRowHeight));
  for (let index = from; index < to; index += 1) {
    const test = tests[index];
    if (test === undefined) continue;
    const row: Box = {
      left: 0,
      top: Math.round((index * heatRowHeight - top) * ratio),
      width: width * ratio,
      height: heatRowHeight * ratio,
    };
    const healthChanges = index > 0 && tests[index - 1]?.health !== test.health;
    canvas.fillStyle = healthChanges ? palette.zero : palette.grid;
    canvas.fillRect(
      healthChanges ? 0 : place.left * ratio,
      row.top,
      (healthChanges ? place.left + place.width : place.width) * ratio,
      ratio,
    );
    const middle = row.top + row.height / 2;
    drawHealth(canvas, palette, test.health, { x: (place.left >= minNameWidth ? 8 : place.left - 14) * ratio, y: middle, ratio });
    if (place.left >= minNameWidth) {
      canvas.fillStyle = palette.foreground;
      canvas.fillText(truncate(canvas, test.name, (place.left - 28) * ratio), 20 * ratio, middle);
    }
    drawCells(canvas, palette, test, place, row, ratio);
  }
  canvas.restore();
}
