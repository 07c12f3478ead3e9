import { createHash } from "node:crypto";
import { compareNames } from "../../../kernel/compare-names.ts";
import { invalidEval } from "../../../kernel/errors.ts";
import type { Draft } from "../../../kernel/fact.ts";
import { unreadableWarning } from "../../../kernel/unreadable-text.ts";
import { orderingTime } from "../../reviews/model/clock.ts";
import { attempt } from "../../shared/input/input-file.ts";
import { parseJson } from "../../shared/input/json.ts";
import { readJunitReport } from "../../shared/input/junit-cases.ts";
import { isJsonSequence } from "../../shared/input/split-json.ts";
import type { Sha256 } from "../model/cache.ts";
import { estimateRun } from "../model/estimate.ts";
import { type EvalRecorded, evalRecorded } from "../model/eval-recorded.ts";
import { contentSha256 } from "../model/identity.ts";
import { mergeParts } from "../model/merge-parts.ts";
import type { PriceTable } from "../model/price-table.ts";
import { type EvalRun, evalFormats, runInstant } from "../model/run.ts";
import { isEval, isRecord } from "../model/validate.ts";
import { sanityWarnings } from "../model/warnings.ts";
import type { ReadResults, ResultFormat, ResultText } from "./formats/format.ts";
import { detectResultFormat, formatById, rejectUnknownFormat, resultFormats, resultText } from "./formats/formats.ts";
import { readInspectZip } from "./formats/inspect-zip.ts";
import { junit } from "./formats/junit.ts";

/** A parsed eval file. Warnings name values that cannot be right or could not be used, one line each. */
export type ParsedEval = Readonly<{ run: EvalRun; warnings: readonly string[]; contentSha256: string }>;

const sha256: Sha256 = (chunks) => {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
};

function unreadableWarnings(text: string): readonly string[] {
  const warning = unreadableWarning(text);
  return warning === null ? [] : [warning];
}

/** How to read results: in which format, if given, and the folder below which files are named. */
export type ReadOptions = Readonly<{ format?: ResultFormat["id"] | undefined; root?: string | undefined }>;

const toParsedEval = ({ run, warnings }: ReadResults): ParsedEval => ({
  run,
  warnings: [...sanityWarnings(run), ...warnings],
  contentSha256: contentSha256(run, sha256),
});

/** A file that was read and may be a part of a run. */
export type ParsedPart = Readonly<{ file: string; parsed: ParsedEval }>;

/** Merges the parts of one run, regardless of their order and names; a part that occurs twice counts once. */
export function mergeResults(
  parts: readonly ParsedPart[],
): Readonly<{ ok: true; parsed: ParsedEval }> | Readonly<{ ok: false; reason: string }> {
  const byContent = new Map(parts.map((part) => [part.parsed.contentSha256, part]));
  const inOrder = [...byContent.values()].toSorted(({ parsed: a }, { parsed: b }) =>
    compareNames(`${a.run.timestamp} ${a.contentSha256}`, `${b.run.timestamp} ${b.contentSha256}`),
  );
  const merged = mergeParts(inOrder.map(({ file, parsed: { run } }) => ({ file, run })));
  if (!merged.ok) return merged;
  const warnings = new Set(inOrder.flatMap(({ parsed }) => parsed.warnings));
  return { ok: true, parsed: { run: merged.run, warnings: [...warnings], contentSha256: contentSha256(merged.run, sha256) } };
}

/** `parseEval` for a text that may be anything; returns undefined when the text matches no format. */
function tryParseResults(text: string, target: string, { format, root = "" }: ReadOptions): ParsedEval | undefined {
  const input = resultText(text, target, root);
  const resultFormat = format === undefined ? detectResultFormat(input) : formatById(format);
  if (resultFormat === undefined) {
    // A file named `.json` that is neither JSON nor JSON Lines is broken: parsing it throws.
    if (target.endsWith(".json") && !input.isXml && !isJsonSequence(text)) input.json();
    return undefined;
  }
  const { run, warnings } = resultFormat.read(input);
  return toParsedEval({ run, warnings: [...warnings, ...input.replaced(), ...unreadableWarnings(text)] });
}

/**
 * Parses the text of results in any of the formats, detected by content.
 * @param target name of the text for messages: a path or `standard input`
 * @throws invalid_json, invalid_xml, invalid_eval with one line per problem
 */
export const parseEval = (text: string, target: string, options: ReadOptions = {}): ParsedEval =>
  parseSingle(text, target, () => tryParseResults(text, target, options)) ?? rejectUnknownFormat(text, target);

/** Counts the eval runs in a text that is not a run itself: in a JSON list, or one per line. */
function countListedRuns(text: string): number {
  if (!testListField.test(text)) return 0;
  const whole = attempt(() => parseJson(text, ""));
  const values: readonly unknown[] = whole.ok
    ? [whole.value].flat()
    : text.split("\n").map((line) => {
        const one = attempt(() => parseJson(line, ""));
        return one.ok ? one.value : undefined;
      });
  return values.filter(isEval).length;
}

/**
 * Returns the result of `read`.
 * @throws invalid_eval when nothing could be read and the text holds several runs, else what `read` throws
 */
function parseSingle(text: string, target: string, read: () => ParsedEval | undefined): ParsedEval | undefined {
  const result = attempt(read);
  if (result.ok && result.value !== undefined) return result.value;
  const runs = countListedRuns(text);
  if (runs > 1) throw invalidEval(target, [`it holds ${runs} eval runs; \`import\` takes several at once`]);
  if (!result.ok) throw result.error;
  return result.value;
}

/**
 * `parseEval` for the content of a file: text, or the bytes of an archive.
 * @returns undefined when the content matches no format, which `parseEval` rejects
 */
export const parseFound = async (
  content: string | Uint8Array,
  target: string,
  options: ReadOptions = {},
): Promise<ParsedEval | undefined> =>
  typeof content === "string"
    ? parseSingle(content, target, () => tryParseResults(content, target, options))
    : toParsedEval(await readInspectZip(content, target));

/** `parseFound` for a file that is meant to hold results. @throws the errors of `parseEval` */
export const parseEvalContent = async (
  content: string | Uint8Array,
  target: string,
  options: ReadOptions = {},
): Promise<ParsedEval> =>
  typeof content === "string" ? parseEval(content, target, options) : toParsedEval(await readInspectZip(content, target));

/**
 * Whether a file is JUnit XML that neither holds nor states a test, as Surefire writes for a class that only contains other
 * classes.
 */
export function isEmptyReport(content: string | Uint8Array): boolean {
  if (typeof content !== "string" || !junit.claims(resultText(content, "", ""))) return false;
  const report = attempt(() => readJunitReport(content, ""));
  return report.ok && report.value.cases.length === 0 && report.value.stated.tests.every((count) => Number(count) === 0);
}

/** Whether a value is the run of a collector that has not ended. */
const isPartial = (value: unknown): boolean => isRecord(value) && value["_partial"] === true;

const isOwnFormat = ({ id }: ResultFormat): boolean => evalFormats.some((own) => own === id);

/** Field names by which a text that cannot be parsed is recognized as one of this program's formats. */
const ownFieldNames = ['"all_results"', '"total_tests"'] as const;

/** Whether a text that cannot be parsed is meant to be a result. Reading it then reports where it is broken. */
const looksLikeBrokenResult = (input: ResultText): boolean =>
  ownFieldNames.some((mark) => input.text.includes(mark)) ||
  resultFormats.some((format) => !isOwnFormat(format) && !attempt(() => format.claims(input)).ok);

/**
 * Whether a file holds, or is meant to hold, finished results. This program's formats are recognized by the name of their list of
 * tests, so that other JSON with some of their fields is ignored; a partial run is not finished.
 */
export function looksLikeEval(content: string | Uint8Array): boolean {
  // The only archives that are read are eval logs.
  if (typeof content !== "string") return true;
  const input = resultText(content, "", "");
  const format = attempt(() => detectResultFormat(input));
  if (!format.ok) return looksLikeBrokenResult(input);
  if (format.value === undefined || !isOwnFormat(format.value)) return format.value !== undefined;
  const value = input.json();
  if (!isRecord(value) || isPartial(value)) return false;
  return Object.hasOwn(value, "all_results") || (Object.hasOwn(value, "tests") && Object.hasOwn(value, "total_tests"));
}

/** Whether a text as a whole holds results, judged by content; it may still be invalid. */
export function holdsEval(text: string): boolean {
  const input = resultText(text, "", "");
  const format = attempt(() => detectResultFormat(input));
  // `invalid_eval` means that the text fits several formats; reading it reports that. A text that cannot be parsed may be lines
  // of JSON.
  if (!format.ok) return format.error.code === "invalid_eval";
  if (format.value !== undefined && !isOwnFormat(format.value)) return true;
  const own = attempt(() => testListField.test(text) && isEval(input.json()));
  return own.ok && own.value;
}

/** Quick check that avoids parsing a text that cannot be a run: it looks for the list of tests by the name in either format. */
const testListField = /"(?:all_results|tests)"\s*:/;

/**
 * Values that the caller gives when it records an eval run, in addition to the file. `now` replaces a timestamp that is not a
 * valid time.
 */
export type EvalContext = Readonly<{
  /** Path or name of the file; only its last part is recorded. */
  source: string | null;
  label?: string | undefined;
  prices: PriceTable;
  now: Date;
}>;

/** Returns the recorded data of an eval run, with costs estimated where the provider did not report them. */
export function toEvalRecorded({ run, contentSha256: content_sha256 }: ParsedEval, context: EvalContext): EvalRecorded {
  const at = runInstant(run);
  const time = at ?? context.now.getTime();
  return {
    run,
    at: new Date(time).toISOString(),
    timestamp_given: at !== undefined,
    content_sha256,
    source: context.source?.split(/[\\/]/).at(-1) ?? null,
    label: context.label ?? run.label ?? null,
    estimates: estimateRun(run, context.prices, orderingTime(time, context.now.toISOString())),
  };
}

/** Returns the draft of the fact that records an eval run. */
export const toEvalDraft = (
  parsed: ParsedEval,
  { project, ...context }: EvalContext & Readonly<{ project: string | null }>,
): Draft => ({
  kind: evalRecorded.kind,
  project,
  data: toEvalRecorded(parsed, context),
});
