import * as z from "zod";
import { cancelled, notFound } from "../../../kernel/errors.ts";
import type { Fact } from "../../../kernel/fact.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { intakeMark } from "../../intake/model/undo.ts";
import { recordingOf } from "../../reviews/model/clock.ts";
import { createCheckoutLookup } from "../../shared/checkout-lookup.ts";
import { projectField } from "../../shared/fields.ts";
import { namedInputs, standardInput, withInputText } from "../../shared/input/standard-input.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { nameArguments, toolName, toolText } from "../../shared/tool-answer.ts";
import { evalImportDocument, evalPushDocument } from "../documents/run-list.ts";
import { toEvalRecorded } from "../importers/eval-file.ts";
import { resultFormats } from "../importers/formats/formats.ts";
import { type EvalRecorded, evalRecorded } from "../model/eval-recorded.ts";
import { isRunFileName } from "../model/file-names.ts";
import { projectRun } from "../model/projection.ts";
import { summarizePush } from "./push-summary.ts";
import {
  type FileSource,
  groupByRun,
  type ParsedRun,
  type ReadOptions,
  type ReadRun,
  type RunFile,
  readRuns,
} from "./result-parts.ts";
import { evalRunView, runTimeWarnings } from "./to-views.ts";
import { evalRunShape } from "./tool-shapes.ts";
import type { EvalImportView, EvalPushView, EvalRunView } from "./views.ts";

/** The caller's settings for all files. `batch`: the batch of automatic recordings that the files belong to. */
export type PushOptions = Readonly<{ project: string; label: string | undefined; batch?: string | undefined }> & ReadOptions;

/** Maximum number of runs recorded at once: they may be large. */
const batchSize = 32;

function viewOf(fact: Fact, data: EvalRecorded): EvalRunView {
  const { results: _, ...row } = projectRun(data, recordingOf(fact).at);
  return evalRunView({ ...row, id: fact.id.toLowerCase(), project: fact.project?.normalize("NFC") ?? null });
}

const toRejectedView = (file: RunFile, error: Error): EvalPushView => ({
  ...file,
  recorded: false,
  reason: "rejected",
  run: null,
  error: toErrorView(error),
});

/** Records runs, and returns a view of each in their order. */
async function recordBatch(ports: Ports, options: PushOptions, batch: readonly ParsedRun[]): Promise<readonly EvalPushView[]> {
  const { ledger, clock, evals, surroundings } = ports;
  const prices = await evals.prices();
  const label = options.label ?? evals.label ?? undefined;
  const { project } = options;
  const checkedOut = await createCheckoutLookup(surroundings);
  const runs = batch.map(({ parsed, ...file }) => {
    const data = toEvalRecorded(parsed, {
      source: file.file,
      label: options.label ?? parsed.run.label ?? label,
      prices,
      now: clock.now(),
    });
    const { git_branch, git_sha } = data.run;
    if (!data.timestamp_given || git_branch !== "" || git_sha !== "") return { file, warnings: parsed.warnings, data };
    // The identity of the run stays that of the file, regardless of what was checked out.
    const { branch, commit } = checkedOut(project, Date.parse(data.at));
    const run = { ...data.run, git_branch: branch ?? "", git_sha: commit ?? "" };
    return { file, warnings: parsed.warnings, data: { ...data, run } };
  });
  const outcomes = await ledger.record(
    runs.map(({ data }) => ({ kind: evalRecorded.kind, project, data: { ...data, ...intakeMark(options.batch) } })),
  );
  const views: EvalPushView[] = [];
  for (const [index, { file, warnings, data }] of runs.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new TypeError(`nothing became of ${file.file}`);
    if (outcome.recorded) {
      const run = viewOf(outcome.fact.fact, data);
      views.push({ ...file, recorded: true, reason: null, run, warnings: [...runTimeWarnings(run), ...warnings] });
    } else if (outcome.reason === "refused") views.push(toRejectedView(file, outcome.error));
    else {
      const fact = await ledger.fetch(outcome.existing);
      const run = viewOf(fact, evalRecorded.data.parse(fact.data));
      views.push({ ...file, recorded: false, reason: "duplicate", run, warnings: [...runTimeWarnings(run), ...warnings] });
    }
  }
  return views;
}

/**
 * Reads and records files in order; a rejected file does not stop the others. Files that hold parts of one run have one view,
 * files that were found by a search and match no format have none.
 * @throws the errors of `readRuns`
 */
export async function pushAll(
  ports: Ports,
  sources: readonly FileSource[],
  options: PushOptions,
  { onProgress, signal }: CallContext,
): Promise<readonly EvalPushView[]> {
  const views: EvalPushView[] = [];
  const groups = options.merge === true ? [sources] : groupByRun(sources);
  for (let from = 0; from < groups.length; from += batchSize) {
    if (signal.aborted) throw cancelled(`${from} of ${groups.length} runs were read`);
    onProgress({ done: from, total: groups.length, message: "Recording eval runs" });
    const read: ReadRun[] = [];
    for (const group of groups.slice(from, from + batchSize)) read.push(...(await readRuns(ports, group, options)));
    const parsed = read.flatMap(({ result, ...file }) => (result.ok ? [{ ...file, parsed: result.value }] : []));
    const recorded = (await recordBatch(ports, options, parsed)).values();
    views.push(
      ...read.flatMap(({ result, ...file }) => (result.ok ? (recorded.next().value ?? []) : toRejectedView(file, result.error))),
    );
  }
  return views;
}

/** The arguments of the tool that hints name by their flags. */
const toolKeys: ReadonlySet<string> = new Set(["format", "label", "project"]);

const label = z.string().trim().min(1).optional().describe("Label of the run; default its own, else EVAL_LABEL");

const format = z
  .enum(resultFormats.map(({ id }) => id))
  .optional()
  .describe("Format of the results; default: detected from the content");

export const evalPush = defineOperation({
  name: "eval push",
  summary: "Record files of test or eval results",
  input: z.object({
    files: z.array(z.string().min(1)).default([]).describe("Files of test or eval results; default, and -, standard input"),
    text: z.string().optional().describe("The text of one result"),
    format,
    label,
    project: projectField,
  }),
  positional: ["files"],
  stdin: {
    key: "text",
    wanted: ({ files }) => !Array.isArray(files) || files.length === 0 || files.includes(standardInput),
    hint: "Name the result files (`reward-ledger eval push results.json`), or pipe one into it.",
    loose: true,
  },
  effect: "write",
  examples: [
    { run: "reward-ledger eval push results.json", does: "record one run" },
    { run: "reward-ledger eval push junit.xml playwright.json", does: "record what test runners wrote, in whatever format" },
    { run: "run-evals --json | reward-ledger eval push", does: "record what a tool just wrote" },
  ],
  document: evalPushDocument,
  tool: {
    about:
      "Record test or eval results (JUnit, Vitest, pytest, Playwright, promptfoo and others); the same result is recorded once",
    takes: {
      files: "Files of results in the workspace",
      text: "The text of one result, in place of files",
      format: true,
      label: true,
      project: true,
    },
    output: z.object({
      results: z.array(
        z.object({
          file: toolName(),
          parts: z.array(toolName()).optional(),
          recorded: z.boolean(),
          reason: toolName().nullable(),
          run: evalRunShape.nullable(),
          error: z.object({ code: toolName(), message: toolText(), hint: toolText() }).optional(),
          warnings: z.array(toolText()).optional(),
        }),
      ),
    }),
    answer: (views: readonly EvalPushView[]) => ({
      results: views.map((view) =>
        view.reason === "rejected" ? { ...view, error: { ...view.error, hint: nameArguments(view.error.hint, toolKeys) } } : view,
      ),
    }),
  },
  answer: (views: readonly EvalPushView[]): EvalPushView | readonly EvalPushView[] => {
    const [first] = views;
    return first !== undefined && views.length === 1 ? first : views;
  },
  failed: (views: readonly EvalPushView[]) => views.some(({ reason }) => reason === "rejected"),
  async run(ports, { files, text, format: formatId, label: runLabel, project }, context): Promise<readonly EvalPushView[]> {
    const options = { project: project ?? (await ports.surroundings.project()), label: runLabel, format: formatId };
    const reader = withInputText(ports.files, text, context.textName);
    const paths = text === undefined ? files : namedInputs(files.length === 0 ? [standardInput] : files, context.textName);
    const sources: readonly FileSource[] = paths.map((file) => ({ file, content: () => reader.content(file) }));
    return pushAll(ports, sources, options, context);
  },
});

/** Files that are read from a folder; their format is detected by content. */
const isCandidate = (file: string): boolean => /\.(?:json|xml|tap|eval)$/i.test(file);

/** Excludes JSON files whose name marks them as part of a run that is being collected. */
const isFinishedRun = (file: string): boolean => !file.endsWith(".json") || isRunFileName(file.split(/[\\/]/).at(-1) ?? file);

export const evalImport = defineOperation({
  name: "eval import",
  summary: "Record a file of test or eval results, or all of them below a folder",
  input: z.object({
    folder: z.string().min(1).describe("File of results, or folder that holds some; - for standard input"),
    more: z.array(z.string().min(1)).default([]).describe("More of them"),
    text: z.string().optional().describe("The text of one result"),
    merge: z.boolean().default(false).describe("The files are parts of one run, such as the shards of a test runner"),
    format,
    label,
    project: projectField,
  }),
  positional: ["folder", "more"],
  stdin: {
    key: "text",
    wanted: ({ folder, more }) => [folder, more].flat().includes(standardInput),
    hint: "Pipe results into it (`reward-ledger eval import - < junit.xml`), or name files or folders.",
    loose: true,
  },
  effect: "write",
  examples: [
    { run: "reward-ledger eval import junit.xml", does: "record one run, in whatever format" },
    { run: "reward-ledger eval import shard-1.json shard-2.json --merge", does: "record the shards of one run as one" },
    { run: "reward-ledger eval import target/surefire-reports", does: "record one run of a file for each class" },
    { run: "reward-ledger eval import ~/.gstack-dev/evals", does: "record a whole history" },
  ],
  document: evalImportDocument,
  failed: ({ rejected: bad, recorded, duplicates }: EvalImportView) => bad.length > 0 && recorded + duplicates === 0,
  async run(ports, { folder, more, text, merge, format: formatId, label: runLabel, project }, context): Promise<EvalImportView> {
    const reader = withInputText(ports.files, text);
    const paths = text === undefined ? [folder, ...more] : namedInputs([folder, ...more]);
    const listed: FileSource[] = [];
    let skipped = 0;
    for (const path of new Set(paths)) {
      const files = await reader.list(path);
      const isFile = files.length === 1 && files[0] === path;
      const candidates = isFile ? files : files.filter(isCandidate);
      if (candidates.length === 0)
        throw notFound(
          `an eval result in ${path}`,
          "Name a file of results, or a folder that holds .json, .xml, .tap or .eval files.",
        );
      const whole = isFile ? candidates : candidates.filter(isFinishedRun);
      skipped += candidates.length - whole.length;
      listed.push(...whole.map((file) => ({ file, content: () => reader.content(file), found: !isFile })));
    }
    const options = { project: project ?? (await ports.surroundings.project()), label: runLabel, format: formatId, merge };
    const views = await pushAll(ports, listed, options, context);
    const named = new Set(listed.flatMap(({ file, found }) => (found === true ? [] : [file])));
    const { files, recorded, duplicates, ...problems } = summarizePush(views);
    return {
      files: listed.length + skipped,
      runs: views.flatMap(({ file, parts, run }) => (run !== null && (parts !== undefined || named.has(file)) ? [run] : [])),
      recorded,
      duplicates,
      skipped: skipped + listed.length - files,
      ...problems,
    };
  },
});
