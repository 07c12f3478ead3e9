import { createHash } from "node:crypto";
import { invalidEval } from "../../../kernel/errors.ts";
import type { Draft } from "../../../kernel/fact.ts";
import { mayHoldHalves, replacedWarnings, wholeText } from "../../../kernel/whole-text.ts";
import { placeOf } from "../../reviews/model/clock.ts";
import { attempt } from "../../shared/input/input-file.ts";
import { parseJson } from "../../shared/input/json.ts";
import type { Sha256 } from "../model/cache.ts";
import { estimateRun } from "../model/estimate.ts";
import { contentSha256 } from "../model/identity.ts";
import type { PriceTable } from "../model/price.ts";
import { readEvalRun } from "../model/read.ts";
import { type EvalRecorded, evalRecorded } from "../model/recorded.ts";
import { type EvalFormat, type EvalRun, runInstant } from "../model/run.ts";
import { detectFormat, isRecord, testsField } from "../model/validate.ts";
import { sanityWarnings } from "../model/warnings.ts";

/** An eval file that was understood. Warnings are what it says that cannot be right or could not be used; one line each. */
export type ParsedEval = Readonly<{ run: EvalRun; warnings: readonly string[]; contentSha256: string }>;

const sha256: Sha256 = (chunks) => {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
};

/** Numbers that JavaScript reads as infinite need at least three digits of exponent or 309 digits. */
const suspicious = /\d[eE]\+?\d{3}|\d{309}/;

/** Path of a number that is not finite, which could never be written again. */
function infiniteAt(value: unknown, path: string): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = infiniteAt(inner, Array.isArray(value) ? `${path}[${key}]` : `${path === "" ? "" : `${path}.`}${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Understands the text of an eval file in either format.
 * @param target what the text is, for messages: a path or `standard input`
 * @param format as told, else found out from the text
 * @throws invalid_json, invalid_eval with one line a problem
 */
export function parseEval(text: string, target: string, format?: EvalFormat): ParsedEval {
  const parsed = parseJson(text, target);
  const { value, replaced } = mayHoldHalves(text) ? wholeText(parsed) : { value: parsed, replaced: [] };
  const infinite = suspicious.test(text) ? infiniteAt(value, "") : undefined;
  if (infinite !== undefined) throw invalidEval(target, [`${infinite}: number out of range`]);
  const read = readEvalRun(value, format);
  if (!read.valid) throw invalidEval(target, read.errors);
  return {
    run: read.run,
    warnings: [...sanityWarnings(read.run), ...read.warnings, ...replacedWarnings(replaced)],
    contentSha256: contentSha256(read.run, sha256),
  };
}

/** The fields that tell a list of results from any other JSON, by their format's own words. */
const marks = ['"all_results"', '"total_tests"'] as const;

/**
 * Whether a text is, or is meant to be, a finished eval result: an object with a list of results as one of the formats names it.
 * What cannot be parsed is meant to be one when it has such a field. A partial run is not finished.
 */
export function claimsToBeEval(text: string): boolean {
  if (!marks.some((mark) => text.includes(mark))) return false;
  let value: unknown;
  try {
    value = JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch {
    // Broken, but by its fields it was to be one: whoever reads it in earnest says where.
    return true;
  }
  if (!isRecord(value) || Array.isArray(value) || value["_partial"] === true) return false;
  return Object.hasOwn(value, "all_results") || (Object.hasOwn(value, "tests") && Object.hasOwn(value, "total_tests"));
}

/** Whether a value is an eval run, told by its list of tests; it may still have problems. */
export const isEval = (value: unknown): boolean =>
  isRecord(value) && !Array.isArray(value) && Array.isArray(value[testsField[detectFormat(value)]]);

/** A quick look that saves parsing what cannot be one: the list of tests by either format's name. */
const namesTests = /"(?:all_results|tests)"\s*:/;

/** Whether a text is an eval file, told by content; it may still have problems. A text that is not JSON is none. */
export function holdsEval(text: string): boolean {
  if (!namesTests.test(text)) return false;
  const parsed = attempt(() => parseJson(text, ""));
  return parsed.ok && isEval(parsed.value);
}

/** What the one who records an eval run says beside the file. `now` stands in for a timestamp that is no time. */
export type EvalContext = Readonly<{
  /** Path or name of the file; only its last part is recorded. */
  source: string | null;
  label?: string | undefined;
  prices: PriceTable;
  now: Date;
}>;

/** What is recorded of an eval run, with its costs estimated where the provider did not report them. */
export function dataOfEval({ run, contentSha256: content_sha256 }: ParsedEval, context: EvalContext): EvalRecorded {
  const at = runInstant(run);
  const time = at ?? context.now.getTime();
  return {
    run,
    at: new Date(time).toISOString(),
    timestamp_given: at !== undefined,
    content_sha256,
    source: context.source?.split(/[\\/]/).at(-1) ?? null,
    label: context.label ?? run.label ?? null,
    estimates: estimateRun(run, context.prices, placeOf(time, context.now.toISOString())),
  };
}

/** The draft of a recorded eval run. */
export const draftOfEval = (
  parsed: ParsedEval,
  { project, ...context }: EvalContext & Readonly<{ project: string | null }>,
): Draft => ({
  kind: evalRecorded.kind,
  project,
  data: dataOfEval(parsed, context),
});
