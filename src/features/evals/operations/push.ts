import * as z from "zod";
import { cancelled, notFound, toErrorView } from "../../../kernel/errors.ts";
import type { Fact } from "../../../kernel/fact.ts";
import type { Ports } from "../../../ports/ports.ts";
import { intakeMark } from "../../intake/model/undo.ts";
import { recordingOf } from "../../reviews/model/clock.ts";
import { projectOf } from "../../shared/fields.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { type CallContext, defineOperation } from "../../shared/operation.ts";
import { evalImportDocument, evalPushDocument } from "../documents/runs.ts";
import { dataOfEval, type ParsedEval, parseEval } from "../importers/eval-file.ts";
import { isRunFileName } from "../model/file-names.ts";
import { projectRun } from "../model/projection.ts";
import { type EvalRecorded, evalRecorded } from "../model/recorded.ts";
import { evalRunView, runTimeWarnings } from "./answers.ts";
import type { EvalImportView, EvalPushView, EvalRunView } from "./views.ts";
import { warningsOf } from "./warnings.ts";

type Source = Readonly<{ file: string; text(): Promise<string> }>;
/** What whoever records says of all files. `batch`: the one of automatic recordings that they belong to. */
export type Told = Readonly<{ project: string; label: string | undefined; batch?: string | undefined }>;

/** So many runs are recorded at once: they may be large. */
const atOnce = 32;

function viewOf(fact: Fact, data: EvalRecorded): EvalRunView {
  const { results: _, ...row } = projectRun(data, recordingOf(fact).at);
  return evalRunView({ ...row, id: fact.id.toLowerCase(), project: fact.project });
}

const rejected = (file: string, error: Error): EvalPushView => ({
  file,
  recorded: false,
  reason: "rejected",
  run: null,
  error: toErrorView(error),
});

type Read = Readonly<{ file: string; parsed: ParsedEval }>;

async function recordBatch(ports: Ports, told: Told, batch: readonly Read[]): Promise<readonly EvalPushView[]> {
  const { ledger, clock, evals } = ports;
  const prices = await evals.prices();
  const label = told.label ?? evals.label ?? undefined;
  const { project } = told;
  const runs = batch.map(({ file, parsed }) => ({
    file,
    warnings: parsed.warnings,
    data: dataOfEval(parsed, { source: file, label: told.label ?? parsed.run.label ?? label, prices, now: clock.now() }),
  }));
  const outcomes = await ledger.record(
    runs.map(({ data }) => ({ kind: evalRecorded.kind, project, data: { ...data, ...intakeMark(told.batch) } })),
  );
  const views: EvalPushView[] = [];
  for (const [index, { file, warnings, data }] of runs.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new TypeError(`nothing became of ${file}`);
    if (outcome.recorded) {
      const run = viewOf(outcome.fact.fact, data);
      views.push({ file, recorded: true, reason: null, run, warnings: [...runTimeWarnings(run), ...warnings] });
    } else if (outcome.reason === "refused") views.push(rejected(file, outcome.error));
    else {
      const fact = await ledger.fetch(outcome.existing);
      const run = viewOf(fact, evalRecorded.data.parse(fact.data));
      views.push({ file, recorded: false, reason: "duplicate", run, warnings: [...runTimeWarnings(run), ...warnings] });
    }
  }
  return views;
}

/** Reads and records files in order; one that is refused does not stop the others. */
export async function pushAll(
  ports: Ports,
  sources: readonly Source[],
  told: Told,
  { onProgress, signal }: CallContext,
): Promise<readonly EvalPushView[]> {
  const views: EvalPushView[] = [];
  for (let from = 0; from < sources.length; from += atOnce) {
    if (signal.aborted) throw cancelled(`${views.length} of ${sources.length} files were read`);
    onProgress({ done: from, total: sources.length, message: "Recording eval runs" });
    const batch = sources.slice(from, from + atOnce);
    const read: Read[] = [];
    const refused = new Map<string, EvalPushView>();
    for (const { file, text } of batch) {
      const result = await attemptAsync(async () => parseEval(await text(), file));
      if (result.ok) read.push({ file, parsed: result.value });
      else refused.set(file, rejected(file, result.error));
    }
    const recorded = new Map((await recordBatch(ports, told, read)).map((view) => [view.file, view]));
    views.push(...batch.flatMap(({ file }) => refused.get(file) ?? recorded.get(file) ?? []));
  }
  return views;
}

const label = z.string().trim().min(1).optional().describe("Label of the run; default its own, else EVAL_LABEL");

export const evalPush = defineOperation({
  name: "eval push",
  summary: "Record eval result files",
  input: z.object({
    files: z.array(z.string().min(1)).default([]).describe("Eval result files, in either format; default standard input"),
    text: z.string().optional().describe("The text of one eval result"),
    label,
    project: projectOf,
  }),
  positional: ["files"],
  stdin: {
    key: "text",
    wanted: ({ files }) => !Array.isArray(files) || files.length === 0,
    hint: "Name the result files (`reward-ledger eval push results.json`), or pipe one into it.",
  },
  effect: "write",
  examples: [
    { run: "reward-ledger eval push results.json", does: "record one run" },
    { run: "run-evals --json | reward-ledger eval push", does: "record what a tool just wrote" },
  ],
  document: evalPushDocument,
  json: (views) => JSON.stringify(views.length === 1 ? views[0] : views),
  failed: (views: readonly EvalPushView[]) => views.some(({ reason }) => reason === "rejected"),
  async run(ports, { files, text, label: given, project }, context): Promise<readonly EvalPushView[]> {
    const told = { project: project ?? (await ports.surroundings.project()), label: given };
    const sources: readonly Source[] =
      text === undefined || files.length > 0
        ? files.map((file) => ({ file, text: () => ports.files.text(file) }))
        : [{ file: "standard input", text: async () => text }];
    return pushAll(ports, sources, told, context);
  },
});

export const evalImport = defineOperation({
  name: "eval import",
  summary: "Record every eval result below a folder",
  input: z.object({
    folder: z.string().min(1).describe("Folder that holds eval result files"),
    label,
    project: projectOf,
  }),
  positional: ["folder"],
  effect: "write",
  examples: [{ run: "reward-ledger eval import ~/.gstack-dev/evals", does: "record a whole history" }],
  document: evalImportDocument,
  failed: ({ rejected: bad, recorded, duplicates }: EvalImportView) => bad.length > 0 && recorded + duplicates === 0,
  async run(ports, { folder, label: given, project }, context): Promise<EvalImportView> {
    const listed = (await ports.files.list(folder)).filter((file) => file.endsWith(".json"));
    const named = listed.filter((file) => isRunFileName(file.split(/[\\/]/).at(-1) ?? file));
    if (listed.length === 0) throw notFound(`an eval result in ${folder}`, "Name a folder that holds .json files.");
    const told = { project: project ?? (await ports.surroundings.project()), label: given };
    const sources = named.map((file) => ({ file, text: () => ports.files.text(file) }));
    const views = await pushAll(ports, sources, told, context);
    return {
      files: listed.length,
      recorded: views.filter(({ recorded }) => recorded).length,
      duplicates: views.filter(({ reason }) => reason === "duplicate").length,
      skipped: listed.length - named.length,
      warnings: warningsOf(views),
      rejected: views.flatMap((view) =>
        view.reason === "rejected"
          ? [{ file: view.file, error: view.error.message, code: view.error.code, hint: view.error.hint }]
          : [],
      ),
    };
  },
});
