import { sanitizeLines, sanitize as withoutControls } from "../../kernel/escape.ts";
import { shorten } from "../../kernel/shorten.ts";

/** Maximum number of characters of one text on a screen; the JSON output contains all of it. */
const maxCharacters = 4_000;

/** Makes text of a report or a path safe to print on one line of a terminal: no escape sequences, no control characters. */
export const plain = (value: string): string => shorten(withoutControls(value), maxCharacters);

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const colour = /(\u001b\[[\d;]*m)/;

/**
 * Reduces what is to be shown on a terminal, whatever it was made from, to lines and colours: it contains nothing
 * else that a terminal executes.
 */
export const escapeExceptColors = (text: string): string =>
  text
    .split(colour)
    .map((part, index) => (index % 2 === 1 ? part : sanitizeLines(part)))
    .join("");
