import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const colour = /\u001b\[[\d;]*m/g;
/** Characters that take one column each, so that nothing has to be looked up for them: Latin letters and the signs of this program's texts. */
const narrow = /^[ -~\u00a1-\u00ac\u00ae-\u02ff–—…→×·]*$/;

/** Columns of a terminal that a text takes: colours none, wide characters two. */
export function widthOf(text: string): number {
  if (narrow.test(text)) return text.length;
  const bare = text.replace(colour, "");
  return narrow.test(bare) ? bare.length : stringWidth(bare);
}

/** A text broken into lines of at most so many columns, between words where it can be; its colours go on in each line. */
export const wrapped = (text: string, columns: number): readonly string[] =>
  widthOf(text) <= columns ? [text] : wrapAnsi(text, columns, { hard: true }).split("\n");
