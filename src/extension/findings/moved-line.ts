type Place = Readonly<{ line: number; character: number }>;

/** An edit as VS Code reports it: `text` replaces the text in a range. */
export type Edit = Readonly<{ range: Readonly<{ start: Place; end: Place }>; text: string }>;

/**
 * The position of a line after an edit; undefined when it was removed. Lines count from 0. A line that was itself edited maps to
 * the text that replaced it.
 */
export function movedLine(line: number, { range: { start, end }, text }: Edit): number | undefined {
  const added = text.split(/\r\n|\r|\n/).length - 1;
  // An edit of whole lines does not change the line at its end.
  const isWholeLines =
    start.character === 0 && end.character === 0 && (text === "" ? end.line > start.line : /[\r\n]$/.test(text));
  if (line > end.line || (line === end.line && isWholeLines)) return line + added - (end.line - start.line);
  if (line < start.line) return line;
  return isWholeLines && text === "" ? undefined : Math.min(line, start.line + added);
}
