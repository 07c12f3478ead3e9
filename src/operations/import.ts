import * as z from "zod";
import { cancelled, notFound, toErrorView } from "../domain/errors.ts";
import type { Draft } from "../domain/fact.ts";
import type { OnProgress, Ports, RecordOutcome } from "../domain/ports.ts";
import { attemptAsync, type ReadFile, type ReadOptions } from "../inputs/read-file.ts";
import { readRuns } from "../inputs/runs.ts";
import { houseRules, projectOf } from "./fields.ts";
import { type CallContext, defineOperation } from "./operation.ts";
import type { ImportView } from "./views.ts";

type Source = Readonly<{ path: string; named: boolean }>;
type Rejected = ImportView["rejected"][number];
type Labelled = Readonly<{ label: string; named: boolean; draft: Draft }>;

const rejection = (file: string, named: boolean, error: Error): Rejected => {
  const { message, code, hint } = toErrorView(error);
  return { file, error: message, code, hint, named };
};

/** What a folder is searched for; a file named by itself is read whatever its name. */
const isCandidate = (path: string): boolean => /\.(json|jsonl|ndjson)$/i.test(path);

/** Files of the named paths, each once, and the paths that could not be looked at. */
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
      rejected.push(rejection(path, true, notFound(`a report in ${path}`, "Name a folder that holds .json or .jsonl files.")));
    }
    for (const file of found) sources.set(file, { path: file, named: isFile || (sources.get(file)?.named ?? false) });
  }
  return { sources: [...sources.values()], rejected };
}

type Gathered = Readonly<{
  drafts: readonly Labelled[];
  rejected: readonly Rejected[];
  disagreements: ReadFile["disagreements"];
}>;

async function readAll(ports: Ports, sources: readonly Source[], options: ReadOptions, context: CallContext): Promise<Gathered> {
  const drafts: Labelled[] = [];
  const rejected: Rejected[] = [];
  const disagreements: ReadFile["disagreements"][number][] = [];
  for (const [index, { path, named }] of sources.entries()) {
    if (context.signal.aborted) throw cancelled("the import");
    context.onProgress({ done: index, total: sources.length, message: `Reading ${path}` });
    const read = await attemptAsync(async () => readRuns(await ports.files.text(path), path, options));
    if (!read.ok) {
      rejected.push(rejection(path, named, read.error));
      continue;
    }
    for (const one of read.value.drafts) drafts.push({ ...one, named });
    for (const one of read.value.rejected) rejected.push(rejection(one.label, named, one.error));
    disagreements.push(...read.value.disagreements);
  }
  return { drafts, rejected, disagreements };
}

/** Event time of a draft; what carries none sorts first. */
const eventTime = (draft: Draft): string => {
  const report = z.object({ timestamp: z.string() }).safeParse(draft.data["report"]);
  return report.success ? report.data.timestamp : "";
};

/** Canonical order, so that the facts' ids follow the events' time and less has to be folded again. Ties keep their order. */
const canonically = (drafts: readonly Labelled[]): readonly Labelled[] =>
  drafts
    .map((one) => ({ one, at: eventTime(one.draft) }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map(({ one }) => one);

const refusedBy = (outcome: RecordOutcome, { label, named }: Labelled): readonly Rejected[] =>
  !outcome.recorded && outcome.reason === "refused" ? [rejection(label, named, outcome.error)] : [];

const recordingProgress =
  (onProgress: OnProgress): OnProgress =>
  ({ done, total }) =>
    onProgress({ done, total, message: "Recording" });

export const importRuns = defineOperation({
  name: "import",
  summary: "Record report files, folders of them, exports or a specfact ledger.json",
  input: z.object({
    paths: z.array(z.string().min(1)).min(1).describe("Files or folders to read"),
    agent: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe("Agent of runs that do not name theirs; default REWARD_LEDGER_AGENT, else claude-code"),
    project: projectOf,
    house_rules_version: houseRules,
  }),
  positional: ["paths"],
  writes: true,
  failed: ({ rejected, recorded, duplicates }: ImportView) =>
    rejected.some((one) => one.named) || (rejected.length > 0 && recorded + duplicates === 0),
  async run(ports, input, context): Promise<ImportView> {
    const { ledger, clock, surroundings } = ports;
    const options: ReadOptions = {
      agent: input.agent ?? surroundings.agent,
      project: input.project ?? (await surroundings.project()),
      houseRulesVersion: input.house_rules_version ?? null,
      now: clock.now(),
    };
    const { sources, rejected } = await sourcesOf(ports, input.paths);
    const gathered = await readAll(ports, sources, options, context);
    const drafts = canonically(gathered.drafts);
    const outcomes = await ledger.record(
      drafts.map(({ draft }) => draft),
      { onProgress: recordingProgress(context.onProgress), signal: context.signal },
    );
    const refused = outcomes.flatMap((outcome, index) => {
      const draft = drafts[index];
      return draft === undefined ? [] : refusedBy(outcome, draft);
    });
    return {
      files: sources.length,
      recorded: outcomes.filter((one) => one.recorded).length,
      duplicates: outcomes.filter((one) => !one.recorded && one.reason === "duplicate").length,
      rejected: [...rejected, ...gathered.rejected, ...refused],
      disagreements: gathered.disagreements,
    };
  },
});
