import { invalidReport } from "../domain/errors.ts";
import { exportedEnvelope, parseExportedRun } from "./exported.ts";
import { parseJson } from "./json.ts";
import { attempt, type ReadFile, type ReadOptions } from "./read-file.ts";
import { draftOf, parseReview, type ReadDraft } from "./review.ts";
import { isSpecfactLedger, readSpecfactLedger } from "./specfact.ts";

/** Version of the export format that this program writes and reads. */
const exportVersion = 1;

function reviewDraft(value: unknown, target: string, options: ReadOptions): ReadDraft {
  const { agent, project, houseRulesVersion } = options;
  const review = parseReview(value, target, options.now);
  return { draft: draftOf(review, { agent, project, houseRulesVersion }), warnings: review.warnings };
}

/** Reads entries one by one, so that a bad one does not lose the others. */
function readEach(entries: readonly Readonly<{ label: string; read: (label: string) => ReadDraft }>[]): ReadFile {
  const results = entries.map(({ label, read }) => ({ label, ...attempt(() => read(label)) }));
  return {
    drafts: results.flatMap((one) => (one.ok ? [{ ...one.value, label: one.label, partial: false }] : [])),
    rejected: results.flatMap((one) => (one.ok ? [] : [{ label: one.label, error: one.error }])),
    disagreements: [],
  };
}

function readExport(value: object, target: string, options: ReadOptions): ReadFile | undefined {
  const envelope = exportedEnvelope.safeParse(value);
  if (!envelope.success) return undefined;
  const { version, runs } = envelope.data;
  if (version !== exportVersion) {
    throw invalidReport(target, [`version: ${version} is not known to this program (it knows ${exportVersion})`]);
  }
  return readEach(
    runs.map((run, index) => ({ label: `${target} runs[${index}]`, read: (label) => parseExportedRun(run, label, options.now) })),
  );
}

/** JSON Lines: several lines, of which the first is a whole JSON object. Undefined when the text is not of that kind. */
function readLines(text: string, target: string, options: ReadOptions): ReadFile | undefined {
  const lines = text
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [{ line, label: `${target} line ${index + 1}` }]));
  const [first] = lines;
  if (first === undefined || lines.length < 2 || !attempt(() => parseJson(first.line, first.label)).ok) return undefined;
  return readEach(lines.map(({ line, label }) => ({ label, read: () => reviewDraft(parseJson(line, label), label, options) })));
}

/**
 * Reads every run a text holds, whatever its kind, told by content: one report, a list of reports, JSON Lines of reports, an
 * export of this program or a specfact ledger.
 * @param target what the text is, for messages
 * @throws invalid_json, invalid_report when it is none of them; single wrong entries are rejected one by one
 */
export function readRuns(text: string, target: string, options: ReadOptions): ReadFile {
  const parsed = attempt(() => parseJson(text, target));
  if (!parsed.ok) {
    const lines = readLines(text, target, options);
    if (lines === undefined) throw parsed.error;
    return lines;
  }
  const { value } = parsed;
  if (Array.isArray(value)) {
    if (value.length === 0) throw invalidReport(target, ["it is an empty list"]);
    return readEach(
      value.map((one, index) => ({ label: `${target} [${index}]`, read: (label) => reviewDraft(one, label, options) })),
    );
  }
  if (typeof value === "object" && value !== null) {
    const exported = readExport(value, target, options);
    if (exported !== undefined) return exported;
    if (isSpecfactLedger(value)) return readSpecfactLedger(value, target, options);
  }
  return readEach([{ label: target, read: (label) => reviewDraft(value, label, options) }]);
}

/**
 * Whether a text is an export of this program or another program's ledger: both say themselves whose runs they hold.
 */
export function isOfOtherLedger(text: string, target: string): boolean {
  const parsed = attempt(() => parseJson(text, target));
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null) return false;
  return exportedEnvelope.safeParse(parsed.value).success || isSpecfactLedger(parsed.value);
}

/**
 * Reads exactly one report; a list that holds just one is fine.
 * @throws invalid_json, invalid_report
 */
export function readReport(text: string, target: string): unknown {
  const value = parseJson(text, target);
  if (!Array.isArray(value)) return value;
  if (value.length !== 1) throw invalidReport(target, [`it holds ${value.length} reports; \`import\` takes several at once`]);
  return value[0];
}
