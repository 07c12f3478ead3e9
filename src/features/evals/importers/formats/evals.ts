import { invalidEval } from "../../../../kernel/errors.ts";
import { readEvalRun } from "../../model/read-eval-run.ts";
import type { EvalFormat } from "../../model/run.ts";
import { detectFormat, isRecord } from "../../model/validate.ts";
import type { ReadResults, ResultFormat, ResultText } from "./format.ts";

/** Numbers that JavaScript reads as infinite need at least three digits of exponent or 309 digits. */
const possiblyInfinite = /\d[eE]\+?\d{3}|\d{309}/;

/** Returns the path of a number that is not finite, which could not be written again. */
function findInfinite(value: unknown, path: string): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = findInfinite(inner, Array.isArray(value) ? `${path}[${key}]` : `${path === "" ? "" : `${path}.`}${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Reads one of this program's two formats. @throws invalid_eval with one line per problem */
function readEvalFormat(input: ResultText, format: EvalFormat): ReadResults {
  const value = input.json();
  const infinite = possiblyInfinite.test(input.text) ? findInfinite(value, "") : undefined;
  if (infinite !== undefined) throw invalidEval(input.target, [`${infinite}: number out of range`]);
  const read = readEvalRun(value, format);
  if (!read.valid) throw invalidEval(input.target, read.errors);
  return { run: read.run, warnings: read.warnings };
}

/** Fields of either format that other JSON rarely has. */
const evalFields: readonly string[] = ["all_results", "total_tests", "schema_version", "git_branch", "total_cost_usd"];

/** Detects the format that a text is meant to have by its fields; undefined when it has none of them. */
function intendedFormat({ isXml, text, json }: ResultText): EvalFormat | undefined {
  if (isXml || !evalFields.some((field) => text.includes(`"${field}"`))) return undefined;
  const value = json();
  const hasEvalFields =
    isRecord(value) &&
    !Array.isArray(value) &&
    // Reports of SWE-bench have a `schema_version`, too.
    !Object.hasOwn(value, "resolved_ids") &&
    evalFields.some((field) => Object.hasOwn(value, field));
  return hasEvalFields ? detectFormat(value) : undefined;
}

const evalFormat = (id: EvalFormat, title: string): ResultFormat => ({
  id,
  title,
  claims: (input) => intendedFormat(input) === id,
  read: (input) => readEvalFormat(input, id),
});

export const standard = evalFormat("standard", "standard eval results");
export const legacy = evalFormat("legacy", "legacy eval results");
