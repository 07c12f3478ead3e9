/** What may stand before a fence: a quote, or the beginning of a list item. */
const fence = /^((?:[ \t>]|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))*)(`{3,}|~{3,})(.*)$/;

/** The fence that a line opens a code block with. */
function openedBy(line: string): string | undefined {
  const [, , mark, info = ""] = fence.exec(line.trimEnd()) ?? [];
  // A line such as ```x``` is code within a line.
  return mark?.startsWith("`") === true && info.includes("`") ? undefined : mark;
}

/** Whether a line ends the code block that a fence opened. */
function isClosedBy(line: string, opened: string): boolean {
  const [, , mark, rest] = fence.exec(line.trimEnd()) ?? [];
  return mark !== undefined && mark[0] === opened[0] && mark.length >= opened.length && rest === "";
}

/** A Markdown text with blanks in place of its code blocks in fences, of the same length. A fence without an end is no code block. */
export function withoutFenced(text: string): string {
  const lines = text.split("\n");
  const fenced = new Set<number>();
  /** The fences without an end, one of each kind: nothing ends a longer one behind them. */
  const open: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const opened = openedBy(lines[at] ?? "");
    if (opened === undefined || open.some((one) => opened.startsWith(one))) continue;
    const length = lines.slice(at + 1).findIndex((line) => isClosedBy(line, opened)) + 1;
    if (length === 0) open.push(opened);
    for (let n = 0; length > 0 && n <= length; n += 1) fenced.add(at + n);
    at += length;
  }
  return lines.map((line, at) => (fenced.has(at) ? line.replace(/[^\r]/g, " ") : line)).join("\n");
}
