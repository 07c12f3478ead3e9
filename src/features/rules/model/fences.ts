/** A fence, which may follow the mark of a quote or of a list item. */
const fence = /^((?:[ \t>]|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))*)(`{3,}|~{3,})(.*)$/;

/** The fence with which a line opens a code block; undefined if it opens none. */
function openingFence(line: string): string | undefined {
  const [, , mark, info = ""] = fence.exec(line.trimEnd()) ?? [];
  // A line such as ```x``` is inline code.
  return mark?.startsWith("`") === true && info.includes("`") ? undefined : mark;
}

/** Whether a line closes the code block that a fence opened. */
function closesFence(line: string, opened: string): boolean {
  const [, , mark, rest] = fence.exec(line.trimEnd()) ?? [];
  return mark !== undefined && mark[0] === opened[0] && mark.length >= opened.length && rest === "";
}

/** Returns a Markdown text with its fenced code blocks blanked out, of the same length. An unclosed fence is no code block. */
export function withoutFenced(text: string): string {
  const lines = text.split("\n");
  const fenced = new Set<number>();
  /** The unclosed fences, one of each kind: a longer fence of the same kind after them is unclosed too. */
  const open: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const opened = openingFence(lines[at] ?? "");
    if (opened === undefined || open.some((one) => opened.startsWith(one))) continue;
    const length = lines.slice(at + 1).findIndex((line) => closesFence(line, opened)) + 1;
    if (length === 0) open.push(opened);
    for (let n = 0; length > 0 && n <= length; n += 1) fenced.add(at + n);
    at += length;
  }
  return lines.map((line, at) => (fenced.has(at) ? line.replace(/[^\r]/g, " ") : line)).join("\n");
}
