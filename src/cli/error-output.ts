import { sanitizeJson } from "../kernel/escape.ts";
import type { ErrorView } from "../kernel/ledger-error.ts";
import { plain } from "../render/terminal/plain.ts";
import type { Style } from "../render/terminal/style.ts";

/** Exit code of a failed call: 2 for a wrong use of the command line, 1 for everything else. */
export const exitCodeOf = (error: ErrorView): number => (error.code === "usage" ? 2 : 1);

/** The one JSON document of a failed call. */
export const failureJson = (error: ErrorView): string => `${sanitizeJson(JSON.stringify({ error }))}\n`;

/** `error: …` and `hint: …`, for standard error. */
export function failureText(error: ErrorView, { colors }: Pick<Style, "colors">): string {
  const lines = [`${colors.red("error:")} ${plain(error.message)}`];
  if (error.hint !== "") lines.push(`${colors.cyan("hint:")} ${plain(error.hint)}`);
  return `${lines.join("\n")}\n`;
}
