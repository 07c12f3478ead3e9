/** GitHub's limit for the body of a comment, in characters. */
const maxCharacters = 65_536;

/** Invisible mark that identifies comments of this program, and of each job by its key. */
export const commentMark = (key: string): string => `<!-- reward-ledger:${key} -->`;

const cutNote = "\n\nThe rest is cut off: a comment is full. The job's summary has all of it.\n";

/** Returns where to cut a text: at the last line end, unless that is in the first half; never inside a surrogate pair. */
function cutPosition(text: string, limit: number): number {
  const end = text.lastIndexOf("\n", limit);
  return end > limit / 2 ? end : limit - (/[\ud800-\udbff]/.test(text[limit - 1] ?? "") ? 1 : 0);
}

/** Builds a comment body from its mark and Markdown; a text that is too long is cut at a line end, with a note. */
export function commentBody(key: string, markdown: string): Readonly<{ body: string; cut: boolean }> {
  const whole = `${commentMark(key)}\n${markdown}`;
  if (whole.length <= maxCharacters) return { body: whole, cut: false };
  return { body: `${whole.slice(0, cutPosition(whole, maxCharacters - cutNote.length))}${cutNote}`, cut: true };
}
