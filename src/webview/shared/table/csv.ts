/** A value of a table's cell as it is exported. */
export type Cell = string | number | null;

/** Characters with which spreadsheets begin a formula; full-width forms count too. */
const startsFormula = "=+-@＝＋－＠";
/** Where a spreadsheet may begin a cell, whatever it takes for the separator. A comma is always quoted. */
const separates = ";\t\r\n";

/** An apostrophe before each formula makes it text, also where a spreadsheet begins a cell in the middle of this one. */
function defused(text: string): string {
  let safe = "";
  let begins = true;
  for (const [at, character] of [...text].entries()) {
    if (begins && (startsFormula.includes(character) || (at === 0 && (character === "\t" || character === "\r")))) safe += "'";
    safe += character;
    // A quote may open the cell, and spaces may stand before its text.
    begins = separates.includes(character) || (begins && (character === '"' || character === " "));
  }
  return safe;
}

function field(cell: Cell): string {
  if (cell === null) return "";
  // −1.4 is a number, and stays one.
  if (typeof cell === "number") return String(cell);
  const safe = defused(cell);
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180 text with `\n` ends of line; text that a spreadsheet would run as a formula is defused with `'`. */
export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(field).join(",")}\n`).join("");
}
