import { plainLines, plain as withoutControls } from "../../kernel/escape.ts";
import { shortened } from "../../kernel/shorten.ts";

/** Characters of one text on a screen; whoever needs more of it asks for JSON. */
const mostCharacters = 4_000;

/** Text of a report or a path, made safe to print on one line of a terminal: no escape sequences, no control characters. */
export const plain = (value: string): string => shortened(withoutControls(value), mostCharacters);

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
const colour = /(\u001b\[[\d;]*m)/;

/** What is about to be shown on a terminal, whatever it was made of: lines and colours, and nothing else that a terminal runs. */
export const onlyColours = (drawn: string): string =>
  drawn
    .split(colour)
    .map((part, index) => (index % 2 === 1 ? part : plainLines(part)))
    .join("");
