/** The value of a table cell for sorting and export. */
export type Cell = string | number | null;

/** Characters that start a formula in spreadsheets, including full-width forms. */
const formulaStarts = "=+-@＝＋－＠";
/** Characters after which a spreadsheet may start a new cell, depending on its separator. Text with a comma is always quoted. */
const separators = ";\t\r\n";

/** Puts an apostrophe before each formula to make it text, even where a spreadsheet may split this cell in the middle. */
function escapeFormulas(text: string): string {
  let safe = "";
  let atStart = true;
  for (const [at, character] of [...text].entries()) {
    if (atStart && (formulaStarts.includes(character) || (at === 0 && (character === "\t" || character === "\r")))) safe += "'";
    safe += character;
    // A quote or spaces may precede the text at the start of a cell.
    atStart = separators.includes(character) || (atStart && (character === '"' || character === " "));
  }
  return safe;
}

function csvField(cell: Cell): string {
  if (cell === null) return "";
  // Numbers are not escaped: −1.4 is a number, not a formula.
  if (typeof cell === "number") return String(cell);
  const safe = escapeFormulas(cell);
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Formats rows as RFC 4180 CSV with `\n` line ends. Text that a spreadsheet would run as a formula is escaped with `'`. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(csvField).join(",")}\n`).join("");
}
