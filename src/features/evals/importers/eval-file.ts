import { createHash } from "node:crypto";
import { compareNames } from "../../../kernel/compare-names.ts";
import { invalidEval } from "../../../kernel/errors.ts";
import type { Draft } from "../../../kernel/fact.ts";
import { unreadableWarning } from "../../../kernel/unreadable.ts";
import { placeOf } from "../../reviews/model/clock.ts";
import { attempt } from "../../shared/input/input-file.ts";
import { parseJson } from "../../shared/input/json.ts";
import type { Sha256 } from "../model/cache.ts";
import { estimateRun } from "../model/estimate.ts";
import { contentSha256 } from "../model/identity.ts";
import { mergedRun } from "../model/merge-parts.ts";
import type { PriceTable } from "../model/price-table.ts";
import { type EvalRecorded, evalRecorded } from "../model/recorded.ts";
import { type EvalRun, evalFormats, runInstant } from "../model/run.ts";
import { isEval, isRecord } from "../model/validate.ts";
import { sanityWarnings } from "../model/warnings.ts";
import type { ReadResults, ResultFormat, ResultText } from "./formats/format.ts";
import { formatById, formatOf, refuseUnknown, resultFormats, resultText } from "./formats/formats.ts";
import { readInspectZip } from "./formats/inspect-zip.ts";

/** An eval file that was understood. Warnings are what it says that cannot be right or could not be used; one line each. */
export type ParsedEval = Readonly<{ run: EvalRun; warnings: readonly string[]; contentSha256: string }>;

const sha256: Sha256 = (chunks) => {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
};

function unread(text: string): readonly string[] {
  const warning = unreadableWarning(text);
  return warning === null ? [] : [warning];
}

/** How results are read: in which format where that is told, and below which folder names of files are given. */
export type ReadOptions = Readonly<{ format?: ResultFormat["id"] | undefined; root?: string | undefined }>;

const parsedOf = ({ run, warnings }: ReadResults): ParsedEval => ({
  run,
  warnings: [...sanityWarnings(run), ...warnings],
  contentSha256: contentSha256(run, sha256),
});

/** A file that was read and may be a part of a run. */
export type ParsedPart = Readonly<{ file: string; parsed: ParsedEval }>;

/** Parts of one run as that run, whatever their order and names; one that is there twice counts once. */
export function mergedResults(
  parts: readonly ParsedPart[],
): Readonly<{ ok: true; parsed: ParsedEval }> | Readonly<{ ok: false; reason: string }> {
  const byContent = new Map(parts.map((part) => [part.parsed.contentSha256, part]));
  const inOrder = [...byContent.values()].toSorted(({ parsed: a }, { parsed: b }) =>
    compareNames(`${a.run.timestamp} ${a.contentSha256}`, `${b.run.timestamp} ${b.contentSha256}`),
  );
  const merged = mergedRun(inOrder.map(({ file, parsed: { run } }) => ({ file, run })));
  if (!merged.ok) return merged;
  const warnings = new Set(inOrder.flatMap(({ parsed }) => parsed.warnings));
  return { ok: true, parsed: { run: merged.run, warnings: [...warnings], contentSha256: contentSha256(merged.run, sha256) } };
}

/** `parseEval` for a text that may be anything; undefined where it is of no format. */
function parseIfResults(text: string, target: string, { format, root = "" }: ReadOptions): ParsedEval | undefined {
  const input = resultText(text, target, root);
  const known = format === undefined ? formatOf(input) : formatById(format);
  if (known === undefined) {
    // A file that is no JSON although its name says so is broken.
    if (target.endsWith(".json") && !input.isXml) input.json();
    return undefined;
  }
  const { run, warnings } = known.read(input);
  return parsedOf({ run, warnings: [...warnings, ...input.replaced(), ...unread(text)] });
}

/**
 * Understands the text of results in any of the formats, told by content.
 * @param target what the text is, for messages: a path or `standard input`
 * @throws invalid_json, invalid_xml, invalid_eval with one line a problem
 */
export const parseEval = (text: string, target: string, options: ReadOptions = {}): ParsedEval =>
  unlessSeveral(text, target, () => parseIfResults(text, target, options)) ?? refuseUnknown(text, target);

/** How many eval runs a text lists that is none itself: in a JSON list, or one a line. */
function listedRuns(text: string): number {
  if (!namesTests.test(text)) return 0;
  const whole = attempt(() => parseJson(text, ""));
  const values: readonly unknown[] = whole.ok
    ? [whole.value].flat()
    : text.split("\n").map((line) => {
        const one = attempt(() => parseJson(line, ""));
        return one.ok ? one.value : undefined;
      });
  return values.filter(isEval).length;
}

/** What was read of a text. @throws invalid_eval in place of what reading throws, where the text holds several runs */
function unlessSeveral(text: string, target: string, read: () => ParsedEval | undefined): ParsedEval | undefined {
  const result = attempt(read);
  if (result.ok && result.value !== undefined) return result.value;
  const runs = listedRuns(text);
  if (runs > 1) throw invalidEval(target, [`it holds ${runs} eval runs; \`import\` takes several at once`]);
  if (!result.ok) throw result.error;
  return result.value;
}

/**
 * `parseEval` for what a file holds: text, or the bytes of an archive.
 * @returns undefined where it is of no format; `parseEval` refuses that
 */
export const parseFound = async (
  content: string | Uint8Array,
  target: string,
  options: ReadOptions = {},
): Promise<ParsedEval | undefined> =>
  typeof content === "string"
    ? unlessSeveral(content, target, () => parseIfResults(content, target, options))
    : parsedOf(await readInspectZip(content, target));

/** `parseFound` for a file that is meant to hold results. @throws what `parseEval` does */
export const parseEvalContent = async (
  content: string | Uint8Array,
  target: string,
  options: ReadOptions = {},
): Promise<ParsedEval> =>
  typeof content === "string" ? parseEval(content, target, options) : parsedOf(await readInspectZip(content, target));

/** Whether a run is one of a collector that has not ended. */
const isPartial = (value: unknown): boolean => isRecord(value) && value["_partial"] === true;

const isOwn = ({ id }: ResultFormat): boolean => evalFormats.some((own) => own === id);

/** The lists of tests of this program's formats, by which a text that cannot be parsed is told to be one. */
const marks = ['"all_results"', '"total_tests"'] as const;

/** Whether a text that cannot be parsed was to be a result: whoever reads it in earnest says where it is broken. */
const claimsBroken = (input: ResultText): boolean =>
  marks.some((mark) => input.text.includes(mark)) ||
  resultFormats.some((format) => !isOwn(format) && !attempt(() => format.claims(input)).ok);

/**
 * Whether a file holds, or is meant to hold, finished results. Of this program's formats it takes the list of tests by its name, so that
 * other JSON with fields of such names is passed over; a partial run is not finished.
 */
export function claimsToBeEval(content: string | Uint8Array): boolean {
  // Of archives only logs of evals are read.
  if (typeof content !== "string") return true;
  const input = resultText(content, "", "");
  const format = attempt(() => formatOf(input));
  if (!format.ok) return claimsBroken(input);
  if (format.value === undefined || !isOwn(format.value)) return format.value !== undefined;
  const value = input.json();
  if (!isRecord(value) || isPartial(value)) return false;
  return Object.hasOwn(value, "all_results") || (Object.hasOwn(value, "tests") && Object.hasOwn(value, "total_tests"));
}

/** Whether a text as a whole holds results, told by content; it may still have problems. */
export function holdsEval(text: string): boolean {
  const input = resultText(text, "", "");
  const format = attempt(() => formatOf(input));
  // What fits several formats is refused by whoever reads it in earnest; what cannot be parsed may be lines of JSON.
  if (!format.ok) return format.error.code === "invalid_eval";
  if (format.value !== undefined && !isOwn(format.value)) return true;
  const own = attempt(() => namesTests.test(text) && isEval(input.json()));
  return own.ok && own.value;
}

/** A quick look that saves parsing what cannot be one: the list of tests by either format's name. */
const namesTests = /"(?:all_results|tests)"\s*:/;

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
