import { stripVTControlCharacters } from "node:util";

// Control characters move the cursor or hide text, bidi controls reorder it: neither may come from a report.
const unsafe = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu;

/** Text of a report or a path, made safe to print on one line of a terminal: no escape sequences, no control characters. */
export const plain = (value: string): string => stripVTControlCharacters(value).replace(unsafe, " ");

/** `1 run`, `2 runs`; `1,234 runs`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

/** An integer with thousands separators. */
export const number = (n: number): string => n.toLocaleString("en-US");
