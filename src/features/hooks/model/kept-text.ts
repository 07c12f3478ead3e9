import { secretWords } from "../../../kernel/secrets.ts";

/*
 * What is kept of the texts of an event: short, in one line, without secrets. Part of the hook's own bundle, so it imports little.
 */

const secrets: readonly (readonly [RegExp, string])[] = [
  // User and password of an address.
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1***@"],
  [/\b(Bearer|Basic|token)\s+[\w.~+/=-]{6,}/gi, "$1 ***"],
  // `--token VALUE`, `API_KEY=VALUE`, `"password": "VALUE"`.
  [
    new RegExp(`([\\w-]*(?:${secretWords})["']?\\s*[=:]\\s*|--?[\\w-]*(?:${secretWords})\\s+)(?:"[^"]*"?|'[^']*'?|\\S+)`, "gi"),
    "$1***",
  ],
  [/(\s-u\s*)\S+:\S+/g, "$1***"],
  // Keys by their prefixes, signed tokens, and long runs of letters and digits.
  [/\b(?:sk|pk|rk|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[abprs]|npm|AKIA|ASIA|AIza|hf|pypi)[-_A-Za-z0-9]{12,}/g, "***"],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g, "***"],
  [/(?<![\w/.-])(?=[A-Za-z0-9+_=-]*\d)(?=[A-Za-z0-9+_=-]*[A-Za-z])[A-Za-z0-9+_=-]{32,}/g, "***"],
];

const withoutSecrets = (text: string): string => secrets.reduce((rest, [form, kept]) => rest.replaceAll(form, kept), text);

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
  withoutSecrets(value.slice(0, 4 * most).toWellFormed())
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
