/*
 * Escapes text of reports, rows and paths for output. Every regular expression here takes linear time, whatever the text is.
 */

/**
 * Escape sequences that a terminal executes: those that end in a letter, and those that contain a text. Such a text ends at the
 * latest where the next sequence starts, so that no character is examined more than twice.
 */
const sequence =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u009c|\u001b\\)|\u001b[ -/]*[0-Z\\^-~]/gu;

/** Characters that move the cursor, reorder the text or cannot be seen. Joiners stay: emoji and some scripts need them. */
const unsafe = /[\p{Cc}\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+/gu;

/** Text made safe to show on one line: no escape sequences, no control characters. */
export const sanitize = (text: string): string => text.replace(sequence, "").replace(unsafe, " ");

/** The same for a text of several lines, whose line feeds and tabs are kept. */
export const sanitizeLines = (text: string): string =>
  text.replace(sequence, "").replace(unsafe, (found) => found.replace(/[^\n\t]+/g, (one) => (one === "\r" ? "" : " ")));

/** Characters that JSON allows unescaped in a string but that a terminal does not treat as text. */
const unsafeInJson = /[\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** The same JSON document, safe to show. */
export const sanitizeJson = (json: string): string =>
  json.replace(unsafeInJson, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Characters with which spreadsheets begin a formula; full-width forms count too. */
const formulaStarts = "=+-@＝＋－＠";
/** Characters after which a spreadsheet may start a cell, whatever separator it uses. A comma is always quoted. */
const separators = ";\t\r\n";

/**
 * Returns text that is safe in a cell of a CSV file. An apostrophe before anything that a spreadsheet would run as a formula
 * makes it text, also where the spreadsheet splits cells at semicolons or tabs and so starts a cell in the middle of the text.
 */
export function csvText(text: string): string {
  let safe = "";
  let atCellStart = true;
  for (const [at, character] of [...text].entries()) {
    if (atCellStart && (formulaStarts.includes(character) || (at === 0 && (character === "\t" || character === "\r"))))
      safe += "'";
    safe += character;
    // A quote may open the cell, and spaces may precede its text.
    atCellStart = separators.includes(character) || (atCellStart && (character === '"' || character === " "));
  }
  return safe;
}
