import Table from "cli-table3";
import stringWidth from "string-width";
import type { Style } from "./style.ts";

/** A column of a table. `shrink`: the fewest columns it may be cut to when the terminal is narrow; others are never cut. */
export type Column = Readonly<{ head: string; align?: "left" | "right"; shrink?: number }>;

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

/** Takes what is too wide from the columns that may shrink, the widest first, down to their fewest. */
function fit(widths: readonly number[], columns: readonly Column[], room: number): readonly number[] {
  const fitted = [...widths];
  let excess = widths.reduce((sum, width) => sum + width, 0) + gap * (columns.length - 1) - room;
  while (excess > 0) {
    const widest = columns.reduce<number>((best, column, index) => {
      const spare = column.shrink === undefined ? 0 : (fitted[index] ?? 0) - column.shrink;
      return spare > 0 && (best < 0 || (fitted[index] ?? 0) > (fitted[best] ?? 0)) ? index : best;
    }, -1);
    const width = fitted[widest];
    if (width === undefined) break;
    fitted[widest] = width - 1;
    excess -= 1;
  }
  return fitted;
}

/**
 * Rows under headings, aligned by what a terminal shows (wide characters count two, colours none), without borders. Cells may be
 * coloured and must hold one line each. In a terminal, columns that may shrink are cut to its width; a pipe gets them whole.
 * @returns lines without a final line feed
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], style: Style): string {
  const natural = columns.map((column, index) =>
    rows.reduce((most, row) => Math.max(most, stringWidth(row[index] ?? "")), stringWidth(column.head)),
  );
  const widths = style.width === null ? natural : fit(natural, columns, style.width);
  const drawn = new Table({
    chars: noBorders,
    style: { "padding-left": 0, "padding-right": gap, head: [], border: [], compact: true },
    head: columns.map((column) => style.colors.dim(column.head)),
    colAligns: columns.map((column) => column.align ?? "left"),
    colWidths: widths.map((width) => width + gap),
  });
  drawn.push(...rows.map((row) => [...row]));
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
