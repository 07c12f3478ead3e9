import { withoutSecretPatterns } from "../../../kernel/secrets.ts";

/*
 * Prepares texts of an event for storage: short, on one line, without secrets. Part of the hook's own bundle, so it imports
 * little.
 */

/** Returns a text of at most `most` characters on one line, without lone surrogates; undefined if there is no text. */
export function shortText(value: unknown, most: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value
    .slice(0, most)
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim();
  return text === "" ? undefined : text;
}

/** Removes secrets from a text, then truncates it. The opposite order would leave the beginnings of secrets. */
export const scrubbedText = (value: string, most: number): string =>
  withoutSecretPatterns(value.slice(0, 4 * most).toWellFormed())
    .slice(0, most)
    .toWellFormed();

const maxCommandLength = 200;

/** Quoted parts of a command that are long enough to be a prompt, a message or code. */
const longQuotation = /"(?:[^"\\]|\\.){24,}(?:"|$)|'[^']{24,}(?:'|$)/g;

/** Returns the beginning of a command: its first line, without secrets and long quotations. */
export function shortCommand(value: string): string {
  const [line = ""] = value
    .slice(0, 8 * maxCommandLength)
    .trimStart()
    .split(/[\r\n]/, 1);
  return shortText(scrubbedText(line.replaceAll(longQuotation, "…"), maxCommandLength), maxCommandLength) ?? "";
}
