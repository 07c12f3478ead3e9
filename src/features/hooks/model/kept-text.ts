import { withoutSecretForms } from "../../../kernel/secrets.ts";

/*
 * What is kept of the texts of an event: short, in one line, without secrets. Part of the hook's own bundle, so it imports little.
 */

/** A text of at most so many characters in one line, with no half character; what has none is undefined. */
export function shortText(value: unknown, most: number): string | undefined {
  if (typeof value !== "string") return undefined;
  const text = value
    .slice(0, most)
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, " ")
    .trim();
  return text === "" ? undefined : text;
}

/** A text with secrets taken out. They are looked for before it is cut, which would leave their beginnings. */
export const scrubbedText = (value: string, most: number): string =>
  withoutSecretForms(value.slice(0, 4 * most).toWellFormed())
    .slice(0, most)
    .toWellFormed();

const mostCommand = 200;

/** Quoted words of a command that are long enough to be a prompt, a message or code. */
const quoted = /"(?:[^"\\]|\\.){24,}(?:"|$)|'[^']{24,}(?:'|$)/g;

/** The beginning of a command: its first line, without secrets and long quotations. */
export function keptCommand(value: string): string {
  const [line = ""] = value
    .slice(0, 8 * mostCommand)
    .trimStart()
    .split(/[\r\n]/, 1);
  return shortText(scrubbedText(line.replaceAll(quoted, "…"), mostCommand), mostCommand) ?? "";
}
