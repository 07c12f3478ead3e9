import { plainLines, plain as withoutControls } from "../../kernel/escape.ts";
import { shortened } from "../../kernel/shorten.ts";

/** Maximum number of characters of one text on a screen; the JSON output contains all of it. */
const mostCharacters = 4_000;

/** Makes text of a report or a path safe to print on one line of a terminal: no escape sequences, no control characters. */
export const plain = (value: string): string => shortened(withoutControls(value), mostCharacters);

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const colour = /(\u001b\[[\d;]*m)/;

/**
 * Reduces what is to be shown on a terminal, whatever it was made from, to lines and colours: it contains nothing
 * else that a terminal executes.
 */
export const onlyColours = (drawn: string): string =>
  drawn
    .split(colour)
    .map((part, index) => (index % 2 === 1 ? part : plainLines(part)))
    .join("");
