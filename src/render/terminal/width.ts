import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const colour = /\u001b\[[\d;]*m/g;
const ascii = /^[ -~]*$/;

/** Columns of a terminal that a text takes: colours none, wide characters two. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  const bare = text.replace(colour, "");
  return ascii.test(bare) ? bare.length : stringWidth(bare);
}

/** A text broken into lines of at most so many columns, between words where it can be; its colours go on in each line. */
export const wrapped = (text: string, columns: number): readonly string[] =>
  widthOf(text) <= columns ? [text] : wrapAnsi(text, columns, { hard: true }).split("\n");
