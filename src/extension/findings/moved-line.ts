type Place = Readonly<{ line: number; character: number }>;

/** An edit as VS Code reports it: the text between two places is replaced. */
export type Edit = Readonly<{ range: Readonly<{ start: Place; end: Place }>; text: string }>;

/**
 * Where a line is after an edit; undefined when it was removed. Lines count from 0. One that was edited itself stays with what
 * replaced it.
 */
export function movedLine(line: number, { range: { start, end }, text }: Edit): number | undefined {
  const added = text.split(/\r\n|\r|\n/).length - 1;
  // An edit of whole lines leaves the line that it ends at as it is.
  const isWhole = start.character === 0 && end.character === 0 && (text === "" ? end.line > start.line : /[\r\n]$/.test(text));
  if (line > end.line || (line === end.line && isWhole)) return line + added - (end.line - start.line);
  if (line < start.line) return line;
  return isWhole && text === "" ? undefined : Math.min(line, start.line + added);
}
