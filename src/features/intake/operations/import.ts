import * as z from "zod";
import { compareNames } from "../../../kernel/compare-names.ts";
import { cancelled, notFound } from "../../../kernel/errors.ts";
import type { LedgerError } from "../../../kernel/ledger-error.ts";
import type { OnProgress } from "../../../kernel/progress.ts";
import { replacementCharacter } from "../../../kernel/unreadable-text.ts";
import type { Ledger, Ports, RecordOutcome } from "../../../ports/ports.ts";
import { holdsEval } from "../../evals/importers/eval-file.ts";
import { rejectUnknownFormat } from "../../evals/importers/formats/formats.ts";
import { isRunFileName } from "../../evals/model/file-names.ts";
import { completeRun, fullRuns, runKey } from "../../reviews/importers/merge-partial-runs.ts";
import type { RunDraft } from "../../reviews/importers/review.ts";
import { containsToolOutput } from "../../reviews/importers/tools/read-outputs.ts";
import { type ReviewRecorded, reviewRecorded } from "../../reviews/model/review-recorded.ts";
import { sameRun } from "../../reviews/model/same-run.ts";
import { hiddenRunWarnings } from "../../reviews/operations/resets-in-force.ts";
import { createCheckoutLookup } from "../../shared/checkout-lookup.ts";
import { intakeBatch, projectField } from "../../shared/fields.ts";
import { attempt, attemptAsync, type ParsedFile, type ParsedRun, type ReadOptions } from "../../shared/input/input-file.ts";
import { isNonRunJson, readRuns } from "../../shared/input/run-files.ts";
import { namedInputs, standardInput, withInputText } from "../../shared/input/standard-input.ts";
import { looksLikeXml } from "../../shared/input/xml.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { importDocument } from "../documents/import.ts";
import { intakeMark } from "../model/undo.ts";
import { type EvalSource, importEvals, importOutputs, type Rejected, type Source, toRejection } from "./import-results.ts";
import type { ImportView } from "./views.ts";

type RunToImport = Readonly<{ read: ParsedRun; named: boolean }>;

const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

const isJson = (path: string): boolean => /\.(json|jsonl|ndjson)$/i.test(path);

/** Whether a file found in a folder is considered; a file that is named explicitly is always read. */
const isCandidate = (path: string): boolean => isJson(path) || /\.(xml|tap|eval|sarif)$/i.test(path);

/** Returns the files of the given paths, each once, and the paths that could not be listed or contain no candidates. */
async function listSources(
  { files }: Ports,
  paths: readonly string[],
): Promise<Readonly<{ sources: readonly Source[]; rejected: readonly Rejected[] }>> {
  const sources = new Map<string, Source>();
  const rejected: Rejected[] = [];
  for (const path of paths) {
    const listed = await attemptAsync(() => files.list(path));
    if (!listed.ok) {
      rejected.push(toRejection(path, true, listed.error));
      continue;
    }
    const [only, ...more] = listed.value;
    const isFile = only === path && more.length === 0;
    const found = isFile ? listed.value : listed.value.filter(isCandidate);
    if (found.length === 0) {
      rejected.push(
        toRejection(
          path,
          true,
          notFound(`a report in ${path}`, "Name a folder that holds .json, .jsonl, .xml, .tap, .eval or .sarif files."),
        ),
      );
    }
    for (const file of found) sources.set(file, { path: file, named: isFile || (sources.get(file)?.named ?? false) });
  }
  return { sources: [...sources.values()], rejected };
}

type SourceContents = Readonly<{
  drafts: readonly RunToImport[];
  rejected: readonly Rejected[];
  disagreements: ParsedFile["disagreements"];
  /** Eval runs: files and entries of files. */
  evals: readonly EvalSource[];
  outputs: readonly Source[];
  skipped: ImportView["skipped_files"];
}>;

/** Reason why a file in a folder is skipped. */
const noKnownFormat = "it is in no known format";

/** Rejects a file. @param error why it holds no runs; undefined if it was not read as such */
function rejectContent(content: string, path: string, error: LedgerError | undefined): never {
  if (error === undefined || (error.code === "invalid_json" && !isJson(path))) rejectUnknownFormat(content, path);
  throw error;
}

/** Detects what a file holds: runs, which are parsed here; an eval run or a tool output, which is parsed later; or neither. */
async function readSource(
  { files }: Ports,
  { path, named }: Source,
  options: ReadOptions,
): Promise<ParsedFile | "eval" | "tool output" | "other"> {
  const content = await files.content(path);
  if (typeof content !== "string" || holdsEval(content)) {
    // An eval run that is still being collected is skipped unless its file is named explicitly.
    return named || !isJson(path) || isRunFileName(baseName(path)) ? "eval" : "other";
  }
  // Reports are JSON; other formats can only be eval results or tool outputs.
  const mayBeRuns = isJson(path) || (named && !looksLikeXml(content));
  // Undecodable bytes are accepted only in files of other programs; in report files, a line with such bytes is no valid JSON.
  const text = content.includes(replacementCharacter)
    ? await attemptAsync(() => files.lines(path))
    : ({ ok: true, value: content } as const);
  const runs = mayBeRuns && text.ok ? attempt(() => readRuns(text.value, path, options)) : undefined;
  if (runs?.ok && runs.value.drafts.length + runs.value.evals.length > 0) return runs.value;
  if (containsToolOutput(content)) return "tool output";
  if (!text.ok) throw text.error;
  if (!named && (runs === undefined || isNonRunJson(content, path))) return "other";
  return runs?.ok ? runs.value : rejectContent(content, path, runs?.error);
}

async function readSources(
  ports: Ports,
  sources: readonly Source[],
  options: ReadOptions,
  context: CallContext,
): Promise<SourceContents> {
  const drafts: RunToImport[] = [];
  const rejected: Rejected[] = [];
  const disagreements: ParsedFile["disagreements"][number][] = [];
  const evals: EvalSource[] = [];
  const outputs: Source[] = [];
  const skipped: ImportView["skipped_files"][number][] = [];
  for (const [index, source] of sources.entries()) {
    const { path, named } = source;
    if (context.signal.aborted) throw cancelled("the import");
    context.onProgress({ done: index, total: sources.length, message: `Reading ${path}` });
    const result = await attemptAsync(() => readSource(ports, source, options));
    if (!result.ok) {
      rejected.push(toRejection(path, named, result.error));
      continue;
    }
    if (result.value === "other") {
      skipped.push({ file: path, reason: noKnownFormat });
      continue;
    }
    if (result.value === "tool output") {
      outputs.push(source);
      continue;
    }
    if (result.value === "eval") {
      evals.push({ ...source, content: () => ports.files.content(path) });
      continue;
    }
    for (const one of result.value.drafts) drafts.push({ read: one, named });
    for (const one of result.value.rejected) rejected.push(toRejection(one.label, named, one.error));
    for (const one of result.value.evals) evals.push({ path: one.label, named, content: async () => one.text });
    for (const one of result.value.disagreements) disagreements.push(one);
  }
  return { drafts, rejected, disagreements, evals, outputs, skipped };
}

/** Returns the recorded data of a run; undefined if there is none or it cannot be read. */
async function readRecordedRun(ledger: Ledger, { project, data }: RunDraft): Promise<ReviewRecorded | undefined> {
  const place = await ledger.ask(({ review }) => review.recordedRun(project, data.agent, data.report.run_id)?.place);
  if (place === undefined) return undefined;
  const fact = await attemptAsync(() => ledger.fetch(place));
  // An unreadable fact is reported when the run is recorded; it must not stop the other runs.
  return fact.ok ? reviewRecorded.data.safeParse(fact.value.data).data : undefined;
}

/**
 * Finds the recorded run, of any project, that a partial run without a project refers to: one with the same content.
 * @returns the draft, assigned to the project of that run
 */
async function assignProject(ledger: Ledger, read: ParsedRun): Promise<ParsedRun | undefined> {
  const { agent, report } = read.draft.data;
  const rows = await ledger.ask(({ review }) => review.runsById({ runId: report.run_id, agent }));
  for (const { place, project } of rows) {
    const fact = await attemptAsync(() => ledger.fetch(place));
    const recorded = fact.ok ? reviewRecorded.data.safeParse(fact.value.data).data : undefined;
    if (recorded === undefined) continue;
    const full = completeRun(read, recorded);
    if (sameRun(recorded, full.draft.data)) return { ...full, draft: { ...full.draft, project } };
  }
  return undefined;
}

/** Completes partial runs from full runs read in the same import, else from recorded runs. */
async function completeRuns(ledger: Ledger, runs: readonly RunToImport[]): Promise<readonly RunToImport[]> {
  const full = fullRuns(runs.map(({ read }) => read));
  const all: RunToImport[] = [];
  for (const { read, named } of runs) {
    const known = read.partial ? (full.get(runKey(read.draft)) ?? (await readRecordedRun(ledger, read.draft))) : undefined;
    if (known !== undefined) all.push({ named, read: completeRun(read, known) });
    else all.push({ named, read: (read.partial ? await assignProject(ledger, read) : undefined) ?? read });
  }
  return all;
}

/** Sorts runs by time, so that fact ids follow event time and less has to be refolded. The sort is stable. */
const sortByTime = (runs: readonly RunToImport[]): readonly RunToImport[] =>
  runs.toSorted((a, b) => compareNames(a.read.draft.data.report.timestamp, b.read.draft.data.report.timestamp));

const toRejections = (outcome: RecordOutcome, { read, named }: RunToImport): readonly Rejected[] =>
  !outcome.recorded && outcome.reason === "refused" ? [toRejection(read.label, named, outcome.error)] : [];

const recordingProgress =
  (onProgress: OnProgress): OnProgress =>
  ({ done, total }) =>
    onProgress({ done, total, message: "Recording" });

export const importRuns = defineOperation({
  name: "import",
  summary: "Record report and eval files, outputs of tools, folders of them, exports or a specfact ledger.json",
  input: z.object({
    paths: z.array(z.string().min(1)).min(1).describe("Files or folders to read; - for standard input"),
    text: z.string().optional().describe("The content of one file as text"),
    agent: z
      .string()
      .trim()
      .normalize("NFC")
      .min(1)
      .optional()
      .describe("Agent of runs that do not name theirs; default REWARD_LEDGER_AGENT, else claude-code"),
    project: projectField,
    house_rules_version: z.int().min(1).optional().describe("Version of the house rules in force then; default unknown"),
    intake_batch: intakeBatch,
  }),
  positional: ["paths"],
  stdin: {
    key: "text",
    wanted: ({ paths }) => Array.isArray(paths) && paths.includes(standardInput),
    hint: "Pipe a file into it (`reward-ledger import - < report.json`), or name files or folders.",
  },
  effect: "write",
  examples: [
    { run: "reward-ledger import reports/", does: "every report below a folder" },
    { run: "reward-ledger import a.json b.json --agent codex", does: "files, for one agent" },
    { run: "reward-ledger import - < report.json", does: "what a pipe holds" },
    { run: "reward-ledger import .specfact/ledger.json", does: "replay the runs of a specfact ledger" },
  ],
  document: importDocument,
  failed: ({ rejected, recorded, duplicates }: ImportView) =>
    rejected.some((one) => one.named) || (rejected.length > 0 && recorded + duplicates === 0),
  async run(given, input, context): Promise<ImportView> {
    const ports = { ...given, files: withInputText(given.files, input.text) };
    const paths = input.text === undefined ? input.paths : namedInputs(input.paths);
    const { ledger, clock, surroundings } = ports;
    const project = input.project ?? (await surroundings.project());
    const options: ReadOptions = {
      agent: input.agent ?? surroundings.agent,
      project,
      houseRulesVersion: input.house_rules_version ?? null,
      now: clock.now(),
    };
    const { sources, rejected } = await listSources(ports, paths);
    const contents = await readSources(ports, sources, options, context);
    const drafts = sortByTime(await completeRuns(ledger, contents.drafts));
    const revisionAt = await createCheckoutLookup(surroundings);
    const markedDrafts = drafts.map(({ read: { draft } }) => {
      const { branch, commit, timestamp_given, report } = draft.data;
      const isStated = branch !== null || commit !== null || !timestamp_given;
      const git = isStated ? { branch, commit } : revisionAt(draft.project, Date.parse(report.timestamp));
      return { ...draft, data: { ...draft.data, ...git, ...intakeMark(input.intake_batch) } };
    });
    const outcomes = await ledger.record(markedDrafts, {
      onProgress: recordingProgress(context.onProgress),
      signal: context.signal,
    });
    const refused = outcomes.flatMap((outcome, index) => {
      const draft = drafts[index];
      return draft === undefined ? [] : toRejections(outcome, draft);
    });
    const duplicates = drafts.flatMap(({ read: { draft } }, index) => {
      const outcome = outcomes[index];
      const isDuplicate = outcome?.recorded === false && outcome.reason === "duplicate";
      return isDuplicate ? [{ project: draft.project, agent: draft.data.agent, runId: draft.data.report.run_id }] : [];
    });
    const hiddenWarnings = await ledger.ask((queries) => hiddenRunWarnings(queries, duplicates));
    const evals = await importEvals(ports, contents.evals, { project, label: undefined, batch: input.intake_batch }, context);
    const tools = await importOutputs(ports, contents.outputs, input, context);
    return {
      files: sources.length,
      recorded: outcomes.filter((one) => one.recorded).length + evals.recorded + tools.recorded,
      duplicates: duplicates.length + evals.duplicates + tools.duplicates,
      rejected: [...rejected, ...contents.rejected, ...refused, ...evals.rejected, ...tools.rejected],
      disagreements: contents.disagreements,
      warnings: [
        ...drafts.flatMap(({ read }, index) => {
          const outcome = outcomes[index];
          const isRefused = outcome?.recorded === false && outcome.reason === "refused";
          return isRefused ? [] : read.warnings.map((message) => ({ file: read.label, message }));
        }),
        ...hiddenWarnings.map((message) => ({ file: paths.join(", "), message })),
        ...evals.warnings,
        ...tools.warnings,
      ],
      skipped_files: [...contents.skipped, ...tools.skipped_files],
      ...(evals.merged === undefined ? {} : { merged: evals.merged }),
    };
  },
});
