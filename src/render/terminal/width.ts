import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const colour = /\u001b\[[\d;]*m/g;
/** Characters that take one column each, so that no lookup is needed: Latin letters and the signs that this program prints. */
const narrow = /^[ -~\u00a1-\u00ac\u00ae-\u02ff–—…→×·]*$/;

/** Number of terminal columns that a text takes: none for colours, two for wide characters. */
export function widthOf(text: string): number {
  if (narrow.test(text)) return text.length;
  const bare = text.replace(colour, "");
  return narrow.test(bare) ? bare.length : stringWidth(bare);
}

/** Breaks a text into lines of at most `columns` columns, between words where possible; its colours continue in each line. */
export const wrapText = (text: string, columns: number): readonly string[] =>
  widthOf(text) <= columns ? [text] : wrapAnsi(text, columns, { hard: true }).split("\n");
