/*
 * Text of reports, rows and paths on its way out. Every expression here takes time that grows with the text, whatever the text is.
 */

/**
 * Sequences that a terminal runs: those that end in a letter, and those with a text of their own. A text ends at the next start of
 * a sequence at the latest, so that no character is looked at more than twice.
 */
const sequence =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u009c|\u001b\\)|\u001b[ -/]*[0-Z\\^-~]/gu;

/** Characters that move the cursor, reorder the text or cannot be seen. Joiners stay: emoji and some scripts need them. */
const unsafe = /[\p{Cc}\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+/gu;

/** Text made safe to show on one line: no escape sequences, no control characters. */
export const plain = (text: string): string => text.replace(sequence, "").replace(unsafe, " ");

/** The same of a text of several lines, whose line feeds and tabs stay. */
export const plainLines = (text: string): string =>
  text.replace(sequence, "").replace(unsafe, (found) => found.replace(/[^\n\t]+/g, (one) => (one === "\r" ? "" : " ")));

/** Characters that JSON allows as they are in a text and a terminal does not take for text. */
const unsafeInJson = /[\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** The same JSON document, safe to show. */
export const plainJson = (json: string): string =>
  json.replace(unsafeInJson, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Characters with which spreadsheets begin a formula; full-width forms count too. */
const startsFormula = "=+-@＝＋－＠";
/** Where a spreadsheet may begin a cell, whatever it takes for the separator. A comma is always quoted. */
const separates = ";\t\r\n";

/**
 * Text of a cell of a CSV file. An apostrophe before what a spreadsheet would run as a formula makes it text, also where the
 * spreadsheet splits cells at semicolons or tabs and so begins one in the middle of the text.
 */
export function csvText(text: string): string {
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
