import Table from "cli-table3";
import stringWidth from "string-width";
import type { Style } from "./style.ts";

/**
 * A column of a table. `shrink`: the fewest columns of the terminal it may be cut to when that is narrow; others are never cut.
 * `extra`: left out before anything is cut, the last one first. `drop`: may be left out when cutting is not enough, the highest
 * number first.
 */
export type Column = Readonly<{ head: string; align?: "left" | "right"; shrink?: number; extra?: true; drop?: number }>;

/** A column that knows what it shows of a row. */
export type CellColumn<Row> = Column & Readonly<{ cell(row: Row): string }>;

const gap = 2;
const noBorders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
} as const;

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + gap, -gap);

/** Takes what is too wide from the columns that may shrink, the widest first, down to their fewest. */
function narrow(widths: readonly number[], columns: readonly Column[], room: number): readonly number[] {
  const narrowed = [...widths];
  for (let excess = total(widths) - room; excess > 0; excess -= 1) {
    const widest = columns.reduce<number>((best, column, index) => {
      const width = narrowed[index] ?? 0;
      return column.shrink !== undefined && width > column.shrink && width > (narrowed[best] ?? 0) ? index : best;
    }, -1);
    const width = narrowed[widest];
    if (width === undefined) break;
    narrowed[widest] = width - 1;
  }
  return narrowed;
}

/** The columns that a terminal has room for, with their widths. */
function fitting<C extends Column>(
  columns: readonly C[],
  widthOf: (column: C) => number,
  room: number | null,
): Readonly<{ columns: readonly C[]; widths: readonly number[] }> {
  const natural = columns.map(widthOf);
  if (room === null || total(natural) <= room) return { columns, widths: natural };
  const widths = narrow(natural, columns, room);
  const extra = columns.findLast((column) => column.extra);
  const droppable = columns.reduce<C | null>((best, one) => ((one.drop ?? 0) > (best?.drop ?? 0) ? one : best), null);
  const left = extra ?? (total(widths) > room ? droppable : null);
  if (left === null) return { columns, widths };
  const rest = columns.filter((column) => column !== left);
  return fitting(rest, widthOf, room);
}

/**
 * Rows under headings, aligned by what a terminal shows (wide characters count two, colours none), without borders. Cells may be
 * coloured and must hold one line each. In a terminal, columns are cut and left out until they fit; a pipe gets them whole.
 * @returns lines without a final line feed
 */
export function table<Row>(all: readonly CellColumn<Row>[], rows: readonly Row[], style: Style): string {
  const widest = (column: CellColumn<Row>): number =>
    rows.reduce((most, row) => Math.max(most, stringWidth(column.cell(row))), stringWidth(column.head));
  const { columns, widths } = fitting(all, widest, style.width);
  const drawn = new Table({
    chars: noBorders,
    style: { "padding-left": 0, "padding-right": gap, head: [], border: [], compact: true },
    head: columns.map((column) => style.colors.dim(column.head)),
    colAligns: columns.map((column) => column.align ?? "left"),
    colWidths: widths.map((width) => width + gap),
  });
  drawn.push(...rows.map((row) => columns.map((column) => column.cell(row))));
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
