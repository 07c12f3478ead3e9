/** A value of a table's cell as it is exported. */
export type Cell = string | number | null;

/**
 * Characters with which spreadsheets begin a formula; full-width forms count too. Numbers are exempt: −1.4 is a number, and
 * stays one.
 */
const formulaStart = /^[=+\-@\t\r＝＋－＠]/;

function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const safe = formulaStart.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180 text with `\n` ends of line; text that a spreadsheet would run as a formula is defused with a leading `'`. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}
