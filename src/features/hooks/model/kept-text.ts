import { withoutSecretForms } from "../../../kernel/secrets.ts";

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
  withoutSecretForms(value.slice(0, 4 * most).toWellFormed())
    .slice(0, most)
    .toWellFormed();

const mostCommand = 200;

/** Quoted parts of a command that are long enough to be a prompt, a message or code. */
const quoted = /"(?:[^"\\]|\\.){24,}(?:"|$)|'[^']{24,}(?:'|$)/g;

/** Returns the beginning of a command: its first line, without secrets and long quotations. */
export function keptCommand(value: string): string {
  const [line = ""] = value
    .slice(0, 8 * mostCommand)
    .trimStart()
    .split(/[\r\n]/, 1);
  return shortText(scrubbedText(line.replaceAll(quoted, "…"), mostCommand), mostCommand) ?? "";
}
