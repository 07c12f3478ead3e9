import * as z from "zod";
import { compareNames } from "../../../kernel/compare-names.ts";
import { cancelled, notFound } from "../../../kernel/errors.ts";
import type { OnProgress } from "../../../kernel/progress.ts";
import { unreadable } from "../../../kernel/unreadable.ts";
import type { Ledger, Ports, RecordOutcome } from "../../../ports/ports.ts";
import { holdsEval } from "../../evals/importers/eval-file.ts";
import { refuseUnknown } from "../../evals/importers/formats/formats.ts";
import { isRunFileName } from "../../evals/model/file-names.ts";
import { completed, fullRuns, runKey } from "../../reviews/importers/merge-partial-runs.ts";
import type { RunDraft } from "../../reviews/importers/review.ts";
import { holdsToolOutput } from "../../reviews/importers/tools/read-outputs.ts";
import { type ReviewRecorded, reviewRecorded } from "../../reviews/model/recorded.ts";
import { sameRun } from "../../reviews/model/same-run.ts";
import { warningsOfHidden } from "../../reviews/operations/resets-in-force.ts";
import type { ImportView } from "../../reviews/operations/views.ts";
import { checkedOutAt } from "../../shared/checked-out.ts";
import { intakeBatch, projectOf } from "../../shared/fields.ts";
import { attempt, attemptAsync, type ReadFile, type ReadOptions, type ReadRun } from "../../shared/input/input-file.ts";
import { isOtherJson, readRuns } from "../../shared/input/run-files.ts";
import { looksLikeXml } from "../../shared/input/xml.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { importDocument } from "../documents/import.ts";
import { intakeMark } from "../model/undo.ts";
import { type EvalSource, importEvals, importOutputs, type Rejected, rejection, type Source } from "./import-results.ts";

type Labelled = Readonly<{ read: ReadRun; named: boolean }>;

const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

const isJson = (path: string): boolean => /\.(json|jsonl|ndjson)$/i.test(path);

/** Whether a file found in a folder is considered; a file that is named explicitly is always read. */
const isCandidate = (path: string): boolean => isJson(path) || /\.(xml|tap|eval|sarif)$/i.test(path);

/** Returns the files of the given paths, each once, and the paths that could not be listed or contain no candidates. */
async function sourcesOf(
  { files }: Ports,
  paths: readonly string[],
): Promise<Readonly<{ sources: readonly Source[]; rejected: readonly Rejected[] }>> {
  const sources = new Map<string, Source>();
  const rejected: Rejected[] = [];
  for (const path of paths) {
    const listed = await attemptAsync(() => files.list(path));
    if (!listed.ok) {
      rejected.push(rejection(path, true, listed.error));
      continue;
    }
    const [only, ...more] = listed.value;
    const isFile = only === path && more.length === 0;
    const found = isFile ? listed.value : listed.value.filter(isCandidate);
    if (found.length === 0) {
      rejected.push(
        rejection(
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

type Gathered = Readonly<{
  drafts: readonly Labelled[];
  rejected: readonly Rejected[];
  disagreements: ReadFile["disagreements"];
  /** Eval runs: files and entries of files. */
  evals: readonly EvalSource[];
  outputs: readonly Source[];
  skipped: ImportView["skipped_files"];
}>;

/** Reason why a file in a folder is skipped. */
const noKnownFormat = "it is in no known format";

/** Detects what a file holds: runs, which are parsed here; an eval run or a tool output, which is parsed later; or neither. */
async function readSource(
  { files }: Ports,
  { path, named }: Source,
  options: ReadOptions,
): Promise<ReadFile | "eval" | "tool output" | "other"> {
  const content = await files.content(path);
  if (typeof content !== "string" || holdsEval(content)) {
    // An eval run that is still being collected is skipped unless its file is named explicitly.
    return named || !isJson(path) || isRunFileName(baseName(path)) ? "eval" : "other";
  }
  // Reports are JSON; other formats can only be eval results or tool outputs.
  const mayBeRuns = isJson(path) || (named && !looksLikeXml(content));
  // Undecodable bytes are accepted only in files of other programs; in report files, a line with such bytes is no valid JSON.
  const text = content.includes(unreadable)
    ? await attemptAsync(() => files.lines(path))
    : ({ ok: true, value: content } as const);
  const runs = mayBeRuns && text.ok ? attempt(() => readRuns(text.value, path, options)) : undefined;
  if (runs?.ok && runs.value.drafts.length + runs.value.evals.length > 0) return runs.value;
  if (holdsToolOutput(content)) return "tool output";
  if (!text.ok) throw text.error;
  if (!named && (runs === undefined || isOtherJson(content, path))) return "other";
  if (runs === undefined) return refuseUnknown(content, path);
  if (!runs.ok) throw runs.error;
  return runs.value;
}

async function readAll(ports: Ports, sources: readonly Source[], options: ReadOptions, context: CallContext): Promise<Gathered> {
  const drafts: Labelled[] = [];
  const rejected: Rejected[] = [];
  const disagreements: ReadFile["disagreements"][number][] = [];
  const evals: EvalSource[] = [];
  const outputs: Source[] = [];
  const skipped: ImportView["skipped_files"][number][] = [];
  for (const [index, source] of sources.entries()) {
    const { path, named } = source;
    if (context.signal.aborted) throw cancelled("the import");
    context.onProgress({ done: index, total: sources.length, message: `Reading ${path}` });
    const read = await attemptAsync(() => readSource(ports, source, options));
    if (!read.ok) {
      rejected.push(rejection(path, named, read.error));
      continue;
    }
    if (read.value === "other") {
      skipped.push({ file: path, reason: noKnownFormat });
      continue;
    }
    if (read.value === "tool output") {
      outputs.push(source);
      continue;
    }
    if (read.value === "eval") {
      evals.push({ ...source, content: () => ports.files.content(path) });
      continue;
    }
    for (const one of read.value.drafts) drafts.push({ read: one, named });
    for (const one of read.value.rejected) rejected.push(rejection(one.label, named, one.error));
    for (const one of read.value.evals) evals.push({ path: one.label, named, content: async () => one.text });
    for (const one of read.value.disagreements) disagreements.push(one);
  }
  return { drafts, rejected, disagreements, evals, outputs, skipped };
}

/** Returns the recorded data of a run; undefined if there is none or it cannot be read. */
async function recordedRun(ledger: Ledger, { project, data }: RunDraft): Promise<ReviewRecorded | undefined> {
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
async function inItsProject(ledger: Ledger, read: ReadRun): Promise<ReadRun | undefined> {
  const { agent, report } = read.draft.data;
  const rows = await ledger.ask(({ review }) => review.runsById({ runId: report.run_id, agent }));
  for (const { place, project } of rows) {
    const fact = await attemptAsync(() => ledger.fetch(place));
    const known = fact.ok ? reviewRecorded.data.safeParse(fact.value.data).data : undefined;
    if (known === undefined) continue;
    const full = completed(read, known);
    if (sameRun(known, full.draft.data)) return { ...full, draft: { ...full.draft, project } };
  }
  return undefined;
}

/** Completes partial runs from full runs read in the same import, else from recorded runs. */
async function complete(ledger: Ledger, runs: readonly Labelled[]): Promise<readonly Labelled[]> {
  const full = fullRuns(runs.map(({ read }) => read));
  const all: Labelled[] = [];
  for (const { read, named } of runs) {
    const known = read.partial ? (full.get(runKey(read.draft)) ?? (await recordedRun(ledger, read.draft))) : undefined;
    if (known !== undefined) all.push({ named, read: completed(read, known) });
    else all.push({ named, read: (read.partial ? await inItsProject(ledger, read) : undefined) ?? read });
  }
  return all;
}

/** Sorts runs by time, so that fact ids follow event time and less has to be refolded. The sort is stable. */
const canonically = (runs: readonly Labelled[]): readonly Labelled[] =>
  runs.toSorted((a, b) => compareNames(a.read.draft.data.report.timestamp, b.read.draft.data.report.timestamp));

const refusedBy = (outcome: RecordOutcome, { read, named }: Labelled): readonly Rejected[] =>
  !outcome.recorded && outcome.reason === "refused" ? [rejection(read.label, named, outcome.error)] : [];

const recordingProgress =
  (onProgress: OnProgress): OnProgress =>
  ({ done, total }) =>
    onProgress({ done, total, message: "Recording" });

export const importRuns = defineOperation({
  name: "import",
  summary: "Record report and eval files, outputs of tools, folders of them, exports or a specfact ledger.json",
  input: z.object({
    paths: z.array(z.string().min(1)).min(1).describe("Files or folders to read"),
    agent: z
      .string()
      .trim()
      .normalize("NFC")
      .min(1)
      .optional()
      .describe("Agent of runs that do not name theirs; default REWARD_LEDGER_AGENT, else claude-code"),
    project: projectOf,
    house_rules_version: z.int().min(1).optional().describe("Version of the house rules in force then; default unknown"),
    intake_batch: intakeBatch,
  }),
  positional: ["paths"],
  effect: "write",
  examples: [
    { run: "reward-ledger import reports/", does: "every report below a folder" },
    { run: "reward-ledger import a.json b.json --agent codex", does: "files, for one agent" },
    { run: "reward-ledger import .specfact/ledger.json", does: "replay the runs of a specfact ledger" },
  ],
  document: importDocument,
  failed: ({ rejected, recorded, duplicates }: ImportView) =>
    rejected.some((one) => one.named) || (rejected.length > 0 && recorded + duplicates === 0),
  async run(ports, input, context): Promise<ImportView> {
    const { ledger, clock, surroundings } = ports;
    const project = input.project ?? (await surroundings.project());
    const options: ReadOptions = {
      agent: input.agent ?? surroundings.agent,
      project,
      houseRulesVersion: input.house_rules_version ?? null,
      now: clock.now(),
    };
    const { sources, rejected } = await sourcesOf(ports, input.paths);
    const gathered = await readAll(ports, sources, options, context);
    const drafts = canonically(await complete(ledger, gathered.drafts));
    const checkedOut = await checkedOutAt(surroundings);
    const marked = drafts.map(({ read: { draft } }) => {
      const { branch, commit, timestamp_given, report } = draft.data;
      const isSaid = branch !== null || commit !== null || !timestamp_given;
      const git = isSaid ? { branch, commit } : checkedOut(draft.project, Date.parse(report.timestamp));
      return { ...draft, data: { ...draft.data, ...git, ...intakeMark(input.intake_batch) } };
    });
    const outcomes = await ledger.record(marked, { onProgress: recordingProgress(context.onProgress), signal: context.signal });
    const refused = outcomes.flatMap((outcome, index) => {
      const draft = drafts[index];
      return draft === undefined ? [] : refusedBy(outcome, draft);
    });
    const known = drafts.flatMap(({ read: { draft } }, index) => {
      const outcome = outcomes[index];
      const isKnown = outcome?.recorded === false && outcome.reason === "duplicate";
      return isKnown ? [{ project: draft.project, agent: draft.data.agent, runId: draft.data.report.run_id }] : [];
    });
    const hidden = await ledger.ask((queries) => warningsOfHidden(queries, known));
    const evals = await importEvals(ports, gathered.evals, { project, label: undefined, batch: input.intake_batch }, context);
    const tools = await importOutputs(ports, gathered.outputs, input, context);
    return {
      files: sources.length,
      recorded: outcomes.filter((one) => one.recorded).length + evals.recorded + tools.recorded,
      duplicates: known.length + evals.duplicates + tools.duplicates,
      rejected: [...rejected, ...gathered.rejected, ...refused, ...evals.rejected, ...tools.rejected],
      disagreements: gathered.disagreements,
      warnings: [
        ...drafts.flatMap(({ read }, index) => {
          const outcome = outcomes[index];
          const isRefused = outcome?.recorded === false && outcome.reason === "refused";
          return isRefused ? [] : read.warnings.map((message) => ({ file: read.label, message }));
        }),
        ...hidden.map((message) => ({ file: input.paths.join(", "), message })),
        ...evals.warnings,
        ...tools.warnings,
      ],
      skipped_files: [...gathered.skipped, ...tools.skipped_files],
    };
  },
});
