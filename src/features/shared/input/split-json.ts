/** A part of a text that should be JSON by itself. `label` names the line on which it begins. */
export type Piece = Readonly<{ label: string; text: string }>;

/** Record separators (RFC 7464), commas between the entries of a list and zero bytes of a file that was not closed. */
const isSeparator = (character: string | undefined): boolean =>
  character !== undefined && (",\u0000\u001e".includes(character) || character.trim() === "");

/** Offset behind the bracket that closes the value at `start`, or behind the text when none does. Recurses into nothing. */
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

/** Offset behind the separators that begin at `start`. */
function endOfSeparators(text: string, start: number): number {
  let end = start;
  while (end < text.length && isSeparator(text[end])) end += 1;
  return end;
}

/** A text without the separators around it. */
function withoutSeparators(text: string): string {
  let end = text.length;
  while (end > 0 && isSeparator(text[end - 1])) end -= 1;
  return text.slice(endOfSeparators(text, 0), end);
}

/** Offset behind the piece at `start`: an object or a list up to its end, anything else up to the end of its line. */
function endOfPiece(text: string, start: number): number {
  if (text[start] === "{" || text[start] === "[") return endOfValue(text, start);
  const newline = text.indexOf("\n", start);
  return newline === -1 ? text.length : newline;
}

/** The values of a text one after the other, whatever separates them; what is no value is a piece as well. */
export function valuesOf(text: string, target: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let line = 1;
  let counted = 0;
  for (let start = endOfSeparators(text, 0); start < text.length; ) {
    const end = endOfPiece(text, start);
    line += text.slice(counted, start).split("\n").length - 1;
    counted = start;
    pieces.push({ label: `${target} line ${line}`, text: withoutSeparators(text.slice(start, end)) });
    start = endOfSeparators(text, end);
  }
  return pieces;
}

/** A line without its separators; one with several whole values is as many pieces. */
function piecesOfLine(line: string, label: string): readonly Piece[] {
  const text = withoutSeparators(line);
  // The bracket that opens or closes a list over all lines is none of its entries.
  if (text === "" || text === "[" || text === "]") return [];
  const values = valuesOf(text, label).map((one) => ({ label, text: one.text }));
  return values.every((one) => /^[{[]/.test(one.text) && /[}\]]$/.test(one.text)) ? values : [{ label, text }];
}

/** The lines of a text that hold something. */
export const linesOf = (text: string, target: string): readonly Piece[] =>
  text.split("\n").flatMap((line, index) => piecesOfLine(line, `${target} line ${index + 1}`));
