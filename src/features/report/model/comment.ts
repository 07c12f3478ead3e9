/** What GitHub takes for the body of a comment, in characters. */
const mostCharacters = 65_536;

/** What tells a comment of this program from others, and those of several jobs from each other; no reader sees it. */
export const commentMark = (key: string): string => `<!-- reward-ledger:${key} -->`;

const cutNote = "\n\nThe rest is cut off: a comment is full. The job's summary has all of it.\n";

/** Where a body is cut: at the end of a row, unless that is far off; a character that takes two units stays whole in any case. */
function endOfRow(text: string, most: number): number {
  const end = text.lastIndexOf("\n", most);
  return end > most / 2 ? end : most - (/[\ud800-\udbff]/.test(text[most - 1] ?? "") ? 1 : 0);
}

/** Markdown as the body of a comment under its mark; what does not fit is cut off at the end of a row, and the body says so. */
export function commentBody(key: string, markdown: string): Readonly<{ body: string; cut: boolean }> {
  const whole = `${commentMark(key)}\n${markdown}`;
  if (whole.length <= mostCharacters) return { body: whole, cut: false };
  return { body: `${whole.slice(0, endOfRow(whole, mostCharacters - cutNote.length))}${cutNote}`, cut: true };
}
