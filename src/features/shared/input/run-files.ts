import { invalidReport } from "../../../kernel/errors.ts";
import { isEval } from "../../evals/model/validate.ts";
import { exportedEnvelope, parseExportedRun } from "../../reviews/importers/exported.ts";
import { draftOf, parseReview, type ReadDraft } from "../../reviews/importers/review.ts";
import { isSpecfactLedger, readSpecfactLedger } from "../../reviews/importers/specfact.ts";
import { attempt, type ParsedFile, type ParsedRun, type ReadOptions } from "./input-file.ts";
import { parseJson } from "./json.ts";
import { type Piece, splitLines, splitValues } from "./split-json.ts";

/** Version of the export format that this program writes and reads. */
const exportVersion = 1;

function reviewDraft(value: unknown, target: string, options: ReadOptions): ReadDraft {
  const { agent, project, houseRulesVersion } = options;
  const review = parseReview(value, target, options.now);
  return { draft: draftOf(review, { agent, project, houseRulesVersion }), warnings: review.warnings };
}

/** An entry of a file: its place, its value and its text. */
type Entry = Readonly<{ label: string; value: () => unknown; text: (value: unknown) => string }>;

/** Maximum number of invalid entries that are reported individually; the others are only counted. */
const maxNamedRejections = 1000;

/** Reads entries one by one, so that an invalid one does not affect the others. */
function readEntries(target: string, entries: readonly Entry[], read: (value: unknown, label: string) => ReadDraft): ParsedFile {
  const drafts: ParsedRun[] = [];
  const rejected: ParsedFile["rejected"][number][] = [];
  const evals: ParsedFile["evals"][number][] = [];
  let unlistedCount = 0;
  for (const { label, value, text } of entries) {
    const result = attempt(() => {
      const parsed = value();
      return isEval(parsed) ? { text: text(parsed) } : { draft: read(parsed, label) };
    });
    if (!result.ok) {
      if (rejected.length < maxNamedRejections) rejected.push({ label, error: result.error });
      else unlistedCount += 1;
    } else if ("text" in result.value) evals.push({ label, text: result.value.text });
    else drafts.push({ ...result.value.draft, label, partial: false });
  }
  if (unlistedCount > 0)
    rejected.push({ label: target, error: invalidReport(target, [`${unlistedCount} more entries of it are wrong`]) });
  return { drafts, rejected, disagreements: [], evals };
}

const listEntries = (target: string, values: readonly unknown[]): readonly Entry[] =>
  values.map((value, index) => ({ label: `${target}[${index}]`, value: () => value, text: JSON.stringify }));

function readExport(value: object, target: string, options: ReadOptions): ParsedFile | undefined {
  const envelope = exportedEnvelope.safeParse(value);
  if (!envelope.success) return undefined;
  const { version, runs } = envelope.data;
  if (version !== exportVersion) {
    throw invalidReport(target, [`version: ${version} is not known to this program (it knows ${exportVersion})`]);
  }
  return readEntries(target, listEntries(`${target} runs`, runs), (run, label) => parseExportedRun(run, label, options.now));
}

/** Whether a piece is an object that claims to be a review report or an eval run. */
function looksLikeRun({ text, label }: Piece): boolean {
  const parsed = attempt(() => parseJson(text, label));
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null || Array.isArray(parsed.value)) return false;
  return isEval(parsed.value) || ("run_id" in parsed.value && ("score" in parsed.value || "findings" in parsed.value));
}

/**
 * Removes the brackets of a list that is not valid JSON as a whole, so that its entries can be read one by one; their offsets do
 * not change. If the first line is a list by itself, it is an entry, and the text is returned unchanged.
 */
function stripListBrackets(text: string): string {
  if (!/^\s*\[\s*\{/.test(text) || attempt(() => parseJson(text.trimStart().split("\n", 1)[0] ?? "", "")).ok) return text;
  const end = text.trimEnd();
  return (end.endsWith("]") ? end.slice(0, -1) : end).replace("[", " ");
}

/**
 * Splits a text that is not valid JSON as a whole into lines, else into consecutive values, if at least one piece is a complete
 * run; any other piece may have been cut. Undefined for any other text: a broken report over several lines also has parts on
 * separate lines, but none of them is a run.
 */
const runPieces = (text: string, target: string): readonly Piece[] | undefined =>
  [splitLines, splitValues]
    .map((split) => split(stripListBrackets(text), target))
    .find((pieces) => pieces.length > 1 && pieces.some(looksLikeRun));

function readPieces(text: string, target: string, options: ReadOptions): ParsedFile | undefined {
  const pieces = runPieces(text, target);
  if (pieces === undefined) return undefined;
  const entries = pieces.map((one) => ({
    label: one.label,
    value: () => parseJson(one.text, one.label, true),
    text: () => one.text,
  }));
  return readEntries(target, entries, (value, label) => reviewDraft(value, label, options));
}

/**
 * Reads every run in a text. The kind of text is detected from its content: one report, a list of reports, reports one per line
 * or one after the other, an export of this program, or a specfact ledger.
 * @param target what the text is, for messages
 * @throws invalid_json, invalid_report if it is none of them; single invalid entries are rejected individually
 */
export function readRuns(text: string, target: string, options: ReadOptions): ParsedFile {
  const parsed = attempt(() => parseJson(text, target));
  if (!parsed.ok) {
    const pieces = readPieces(text, target, options);
    if (pieces === undefined) throw parsed.error;
    return pieces;
  }
  const { value } = parsed;
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalidReport(target, ["it is an empty list"]);
    return readEntries(target, listEntries(`${target} `, value), (one, label) => reviewDraft(one, label, options));
  }
  if (typeof value === "object" && value !== null) {
    const exported = readExport(value, target, options);
    if (exported !== undefined) return exported;
    if (isSpecfactLedger(value)) return readSpecfactLedger(value, target, options);
  }
  const entry = { label: target, value: () => value, text: () => text };
  return readEntries(target, [entry], (one, label) => reviewDraft(one, label, options));
}

/** Fields of which every report, export and ledger has at least one. */
const runFields = ["run_id", "score", "findings", "runs"] as const;

/** Whether a text is JSON that contains something other than runs, or nothing. Invalid JSON may be a run. */
export function isNonRunJson(text: string, target: string): boolean {
  const parsed = attempt(() => parseJson(text, target));
  const isRun = (value: unknown): boolean =>
    isEval(value) || (typeof value === "object" && value !== null && runFields.some((field) => Object.hasOwn(value, field)));
  return parsed.ok && ![parsed.value].flat().some(isRun);
}

/** Whether a text is an export of this program or another program's ledger, which both state whose runs they contain. */
export function isForeignLedger(text: string, target: string): boolean {
  const parsed = attempt(() => parseJson(text, target));
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null) return false;
  return exportedEnvelope.safeParse(parsed.value).success || isSpecfactLedger(parsed.value);
}

/**
 * Reads exactly one report; a list that contains only one is accepted.
 * @throws invalid_json, invalid_report
 */
export function readReport(text: string, target: string): unknown {
  const parsed = attempt(() => parseJson(text, target));
  if (!parsed.ok) {
    // Other output of a tool next to its one report is not a report.
    const reports = (runPieces(text, target) ?? []).filter((one) => /["{}]/.test(one.text));
    if (reports.length < 2) throw parsed.error;
    const form = splitLines(text, target).some(looksLikeRun) ? "one a line" : "one after the other";
    throw invalidReport(target, [`it holds ${reports.length} reports, ${form}; \`import\` takes several at once`]);
  }
  const { value } = parsed;
  if (!Array.isArray(value)) return value;
  if (value.length === 0) throw invalidReport(target, ["it holds no report"]);
  if (value.length > 1) throw invalidReport(target, [`it holds ${value.length} reports; \`import\` takes several at once`]);
  return value[0];
}
