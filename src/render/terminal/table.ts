import { widthOf, wrapText } from "./width.ts";

/**
 * A column of a table. `shrink`: the minimum width to which it may be wrapped on a narrow terminal; other columns are never
 * wrapped. `extra`: left out before anything is wrapped, the last one first. `drop`: may be left out when wrapping is not
 * enough, the highest number first.
 */
export type Column = Readonly<{ head: string; align?: "left" | "right"; shrink?: number; extra?: true; drop?: number }>;

/** A column with the function that makes its cell for a row. */
export type CellColumn<Row> = Column & Readonly<{ cell(row: Row): string }>;

/** Maximum width of a table (null: unlimited), and how its headings are drawn. */
export type TableStyle = Readonly<{ width: number | null; colors: Readonly<{ dim(text: string): string }> }>;

const gap = 2;
/**
 * Maximum width to which cells are padded in a pipe: a wider cell sticks out, so that not every other line is filled up to it.
 */
const maxPadding = 120;

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + gap, -gap);

/** Reduces the columns that may shrink, the widest first, down to their minimum, until the table fits. */
function shrinkWidths(widths: readonly number[], columns: readonly Column[], room: number): readonly number[] {
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
function fitColumns<C extends Column>(
  columns: readonly C[],
  naturalOf: (column: C) => number,
  room: number | null,
): Readonly<{ columns: readonly C[]; widths: readonly number[] }> {
  const natural = columns.map(naturalOf);
  if (room === null || total(natural) <= room) return { columns, widths: natural };
  const widths = shrinkWidths(natural, columns, room);
  const extra = columns.findLast((column) => column.extra);
  const droppable = columns.reduce<C | null>((best, one) => ((one.drop ?? 0) > (best?.drop ?? 0) ? one : best), null);
  const removed = extra ?? (total(widths) > room ? droppable : null);
  if (removed === null) return { columns, widths };
  const rest = columns.filter((column) => column !== removed);
  return fitColumns(rest, naturalOf, room);
}

const pad = (cell: string, width: number, align: Column["align"]): string => {
  const fill = " ".repeat(Math.max(0, width - widthOf(cell)));
  return align === "right" ? fill + cell : cell + fill;
};

/** A column with its cells, each computed once. */
type FilledColumn = Column & Readonly<{ cells: readonly string[]; natural: number }>;

function fillColumn<Row>(column: CellColumn<Row>, rows: readonly Row[], maxWidth: number): FilledColumn {
  const cells = rows.map((row) => column.cell(row));
  const widest = cells.reduce((width, cell) => Math.max(width, widthOf(cell)), widthOf(column.head));
  return { ...column, cells, natural: Math.min(widest, maxWidth) };
}

/**
 * Rows under headings, without borders, aligned by the width on a terminal (wide characters count two, colours none). Cells may
 * be coloured and must contain one line each. On a terminal, wide cells are wrapped and columns left out until they fit; a pipe
 * gets one line per row. Time and memory grow with the number of rows.
 * @returns lines without a final line feed
 */
export function table<Row>(all: readonly CellColumn<Row>[], rows: readonly Row[], style: TableStyle): string {
  const filled = all.map((column) => fillColumn(column, rows, style.width === null ? maxPadding : Number.POSITIVE_INFINITY));
  const { columns, widths } = fitColumns(filled, ({ natural }) => natural, style.width);
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => pad(cells[index] ?? "", widths[index] ?? 0, align))
      .join(" ".repeat(gap))
      .trimEnd();
  /** The lines of a row: as many as its tallest cell has. */
  const linesOf = (cells: readonly string[]): readonly string[] => {
    const parts = cells.map((cell, index) => (style.width === null ? [cell] : wrapText(cell, widths[index] ?? 0)));
    const height = parts.reduce((most, { length }) => Math.max(most, length), 1);
    return Array.from({ length: height }, (_, at) => line(parts.map((part) => part[at] ?? "")));
  };
  const head = linesOf(columns.map((column) => style.colors.dim(column.head)));
  return [head, ...rows.map((_, row) => linesOf(columns.map(({ cells }) => cells[row] ?? "")))].flat().join("\n");
}
