import { attempt } from "./input-file.ts";
import { parseJson } from "./json.ts";

/** A part of a text that should be a JSON value by itself. `label` names the line on which it begins. */
export type Piece = Readonly<{ label: string; text: string }>;

/**
 * Separators: white space, record separators (RFC 7464), commas between the entries of a list, and zero bytes of a file that was
 * not closed.
 */
const isSeparator = (character: string | undefined): boolean =>
  character !== undefined && (",\u0000\u001e".includes(character) || character.trim() === "");

/**
 * Returns the offset after the bracket that closes the value at `start`, or after the text if there is none. Does not recurse.
 */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}

/** Returns the offset after the separators that begin at `start`. */
function endOfSeparators(text: string, start: number): number {
  let end = start;
  while (end < text.length && isSeparator(text[end])) end += 1;
  return end;
}

/** Returns a text without the separators around it. */
function withoutSeparators(text: string): string {
  let end = text.length;
  while (end > 0 && isSeparator(text[end - 1])) end -= 1;
  return text.slice(endOfSeparators(text, 0), end);
}

/**
 * Returns the offset after the piece at `start`: an object or a list ends at its closing bracket, anything else at the end of its
 * line.
 */
function endOfPiece(text: string, start: number): number {
  if (text[start] === "{" || text[start] === "[") return endOfValue(text, start);
  const newline = text.indexOf("\n", start);
  return newline === -1 ? text.length : newline;
}

/** Splits a text into its values, whatever separates them. Text that is not a value is a piece too. */
export function splitValues(text: string, target: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let line = 1;
  let scannedTo = 0;
  for (let start = endOfSeparators(text, 0); start < text.length; ) {
    const end = endOfPiece(text, start);
    line += text.slice(scannedTo, start).split("\n").length - 1;
    scannedTo = start;
    pieces.push({ label: `${target} line ${line}`, text: withoutSeparators(text.slice(start, end)) });
    start = endOfSeparators(text, end);
  }
  return pieces;
}

/**
 * Whether a text is a sequence of whole JSON values, such as JSON Lines, which are complete although they are not JSON. A list is
 * cut if its bracket is open, even after the end of a line.
 */
export function isJsonSequence(text: string): boolean {
  if (!text.trimStart().startsWith("{")) return false;
  const values = splitValues(text, "");
  return values.length > 1 && values.every((one) => attempt(() => parseJson(one.text, one.label)).ok);
}

/** Returns a line without its separators, or one piece per value if it contains several complete values. */
function splitLine(line: string, label: string): readonly Piece[] {
  const text = withoutSeparators(line);
  // A bracket that opens or closes a list over all lines is not an entry.
  if (text === "" || text === "[" || text === "]") return [];
  const values = splitValues(text, label).map((one) => ({ label, text: one.text }));
  return values.every((one) => /^[{[]/.test(one.text) && /[}\]]$/.test(one.text)) ? values : [{ label, text }];
}

/** Returns the lines of a text that are not empty. */
export const splitLines = (text: string, target: string): readonly Piece[] =>
  text.split("\n").flatMap((line, index) => splitLine(line, `${target} line ${index + 1}`));
