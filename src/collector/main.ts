import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { basename } from "node:path";
import { compose } from "../compose.ts";
import { mustClearCache } from "../features/evals/model/cache.ts";
import {
  addTest,
  type Collection,
  type CollectorHead,
  finalize,
  mergeWorkers,
  partialRun,
  startCollection,
} from "../features/evals/model/collector.ts";
import { runFileName, runId as runIdOf, runLabel } from "../features/evals/model/file-names.ts";
import type { Heartbeat } from "../features/evals/model/heartbeat.ts";
import {
  outcomePasses as doesPass,
  type JudgeMeta,
  judgeScores as judgeScoresSchema,
  type OutcomeThresholds,
  outcomeJudgement as outcomeSchema,
} from "../features/evals/model/judge.ts";
import { evalTest } from "../features/evals/model/run.ts";
import { evalPush } from "../features/evals/operations/push.ts";
import { evalCompare } from "../features/evals/operations/show.ts";
import type { EvalCompareView, EvalPushView } from "../features/evals/operations/views.ts";
import { invalidInput } from "../kernel/errors.ts";
import { collectorFiles } from "../platform/collector-files.ts";
import { resolveHome, userFolder } from "../platform/disk/home.ts";
import { createEvals } from "../platform/evals.ts";
import { callJudge, type JudgeOptions } from "../platform/judge.ts";
import type { Logger } from "../ports/ports.ts";
import { changesText } from "./changes.ts";
import { resultTable } from "./table.ts";
import type { AnswerSchema, EvalTest, JudgeScores, OutcomeJudgement } from "./types.ts";
import {
  answerSchema,
  collectorOptions,
  finalizeOptions,
  given,
  judgeCall,
  judgeOptions,
  progressState,
  prompt as promptOf,
  testName,
} from "./validate-options.ts";

/*
 * `reward-ledger/collector`: for programs that run evals. Results are added one by one, and each is saved at once; at the end the
 * run is written to a file, recorded in the ledger and compared with the one before.
 */

export type { CostEntry } from "./types.ts";
export type {
  AnswerSchema,
  EvalCompareView,
  EvalPushView,
  EvalTest,
  JudgeMeta,
  JudgeOptions,
  JudgeScores,
  OutcomeJudgement,
  OutcomeThresholds,
};

/** The schema of a judge's answer about a text. Additional criteria are kept. */
export const judgeScores: AnswerSchema<JudgeScores> = judgeScoresSchema;

/** The schema of a judge's answer about a search for planted bugs. */
export const outcomeJudgement: AnswerSchema<OutcomeJudgement> = outcomeSchema;

/** Whether enough bugs were detected, few enough false alarms were raised, and the quality of the evidence is at least 2. */
export const outcomePasses: (
  outcome: Pick<OutcomeJudgement, "detection_rate" | "false_positives" | "evidence_quality">,
  demand: OutcomeThresholds,
) => boolean = doesPass;

/** Asks a model for a judgement. @throws judge_unavailable, judge_unreadable, invalid_input, cancelled */
export type Judge = <T>(
  prompt: string,
  schema: AnswerSchema<T>,
  call?: JudgeOptions,
) => Promise<Readonly<{ result: T; meta: JudgeMeta }>>;

/** How a run is collected. Texts that are omitted come from git and the environment. */
export type CollectorOptions = Readonly<{
  /** Version of the evaluated system. */
  version: string;
  /** `e2e`, `llm-judge` or any other word. */
  tier: string;
  label?: string;
  gitBranch?: string;
  gitSha?: string;
  promptSha?: string;
  project?: string;
  /**
   * The same for all workers of one run; default `EVAL_RUN_ID`, else a new id. 1 to 64 of the characters A-Z a-z 0-9 .
   * _ -, not starting with a dot.
   */
  runId?: string;
  /** Number of tests that the run will have, for people who watch it. */
  expected?: number;
  /** The ledger's home; default `REWARD_LEDGER_HOME`, else `~/.reward-ledger`. */
  home?: string;
  env?: Readonly<Record<string, string | undefined>>;
  now?: () => Date;
}>;

/** The result of a collected run. */
export type CollectedRun = Readonly<{
  /** The run's file, which is kept even if recording it fails. */
  file: string;
  recorded: EvalPushView | null;
  /** The comparison with the baseline or the run before; null when there is none. */
  comparison: EvalCompareView | null;
  /** The comparison as lines for people, or why the run was not recorded; null when there is nothing to compare with. */
  changes: string | null;
  /** The results as a table for people. */
  table: string;
  /** Why the run was not recorded or compared, if that failed. */
  problems: readonly string[];
  /** Parts of the run that could not be used or cannot be right, one line each. */
  warnings: readonly string[];
}>;

export type Collector = Readonly<{
  runId: string;
  /** Environment variables that were not understood, and what is used instead; Node prints these warnings too. */
  warnings: readonly string[];
  /** Reports which test is running, for `eval watch`. */
  begin(test: string): Promise<void>;
  /** Reports the progress of the running test. */
  progress(state: Readonly<{ turn?: number; tool?: string }>): Promise<void>;
  /** Adds a result and saves it. @throws invalid_input when it is not a result or the run is over */
  add(test: EvalTest): Promise<void>;
  /**
   * Ends the run: merges what its other workers have saved, writes it, records it and compares it. A second call returns
   * the result of the first one. When recording fails, `problems` and `changes` contain the reason, and the process gets
   * exit code 1 unless it has one.
   */
  finalize(options?: Readonly<{ record?: boolean }>): Promise<CollectedRun>;
}>;

const silentLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const silentContext = { onProgress: () => undefined, signal: new AbortController().signal };

/** A library has no terminal of its own, so Node prints its warnings. */
function emitWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) process.emitWarning(warning, "RewardLedgerWarning");
}

/**
 * Returns a judge that uses the cache and the tiers of a home and its environment.
 * @throws invalid_input
 */
export function judgeOf(place: Pick<CollectorOptions, "home" | "env" | "now"> = {}): Judge {
  const options = given("the options of judgeOf", judgeOptions, place);
  const env = options.env ?? process.env;
  const evals = createEvals(resolveHome(options.home, env, userFolder(env), process.cwd()), env);
  const parts = { evals, env, now: options.now ?? (() => new Date()) };
  emitWarnings(evals.tiers.warnings);
  return async <T>(prompt: string, schema: AnswerSchema<T>, call?: JudgeOptions) => {
    given("the prompt of the judge", promptOf, prompt);
    const answer = given("the schema of the judge's answer", answerSchema<T>(), schema);
    return callJudge(parts, prompt, answer, given("the options of a judge call", judgeCall, call));
  };
}

/** Starts a run, or joins an existing one as another worker. @throws invalid_input, store_unwritable, disk_full */
export async function startCollector(start: CollectorOptions): Promise<Collector> {
  const options = given("the options of startCollector", collectorOptions, start);
  const env = options.env ?? process.env;
  const now = options.now ?? (() => new Date());
  const home = resolveHome(options.home, env, userFolder(env), process.cwd());
  const evals = createEvals(home, env);
  const files = collectorFiles(evals.runsFolder);
  const { warnings } = evals.tiers;
  const envRunId = env["EVAL_RUN_ID"];
  const givenId = options.runId ?? (envRunId === undefined ? undefined : given("EVAL_RUN_ID", runIdOf(), envRunId));
  const runId = givenId ?? `${now().getTime()}-${randomBytes(4).toString("hex")}`;

  const ports = await compose({ home, env, logger: silentLogger });
  const git = await ports.surroundings.git();
  await ports.close();
  const branch = options.gitBranch ?? git.branch ?? "unknown";
  const head: CollectorHead = {
    version: options.version,
    tier: options.tier,
    git_branch: branch,
    git_sha: options.gitSha ?? git.commit ?? "unknown",
    hostname: hostname(),
    label: options.label ?? runLabel(env["EVAL_LABEL"], branch, evals.tiers.tier),
    ...(options.promptSha === undefined ? {} : { prompt_sha: options.promptSha }),
  };

  let collection: Collection = startCollection(head, now().getTime());
  let beat: Heartbeat = {
    runId,
    pid: process.pid,
    startedAt: now().toISOString(),
    currentTest: null,
    status: "starting",
    turn: 0,
    toolCount: 0,
    lastTool: null,
    lastToolAt: null,
    elapsedSec: 0,
    expectedTests: options.expected ?? null,
    currentSince: null,
    endedAt: null,
    file: null,
  };
  let begunAt = now().getTime();
  let saving: Promise<void> = Promise.resolve();
  let finalizing: Promise<CollectedRun> | undefined;

  /** Writes run one after another, so that an older state never replaces a newer one. */
  const enqueue = (work: () => Promise<void>): Promise<void> => {
    const result = saving.then(work);
    // The caller gets the error of its write; the next write is tried anyway.
    saving = result.catch(() => undefined);
    return result;
  };
  const updateHeartbeat = (change: Partial<Heartbeat>): Promise<void> => {
    beat = { ...beat, ...change, elapsedSec: Math.round((now().getTime() - begunAt) / 1000) };
    const snapshot = beat;
    return enqueue(() => files.beat(snapshot));
  };
  const save = (): Promise<void> => {
    const run = partialRun(collection, now().getTime());
    return enqueue(() => files.save(runId, run));
  };

  const record = async (file: string): Promise<Omit<CollectedRun, "file" | "table" | "changes">> => {
    const problems: string[] = [];
    const ledger = await compose({ home, env, logger: silentLogger });
    try {
      const [recorded = null] = await evalPush.call(ledger, { files: [file], project: options.project }, silentContext);
      if (recorded?.reason === "rejected") problems.push(recorded.error.message);
      let comparison: EvalCompareView | null = null;
      if (recorded?.run) {
        try {
          const compared = await evalCompare.call(ledger, { b: recorded.run.id }, silentContext);
          comparison = compared.before === null ? null : compared;
        } catch (error) {
          problems.push(reasonOf(error));
        }
      }
      return {
        recorded,
        comparison,
        problems,
        warnings: recorded === null || recorded.reason === "rejected" ? [] : recorded.warnings,
      };
    } catch (error) {
      return { recorded: null, comparison: null, problems: [...problems, reasonOf(error)], warnings: [] };
    } finally {
      await ledger.close();
    }
  };

  const endRun = async (shouldRecord: boolean): Promise<CollectedRun> => {
    const finalized = finalize(collection, now().getTime());
    collection = finalized.collection;
    if (finalized.run === undefined) throw new TypeError("the run was ended twice");
    await save();
    const [first = finalized.run, ...others] = await files.workers(runId);
    const merged = mergeWorkers(first, others);
    const file = await files.finish(runId, runFileName(merged, now(), randomBytes(3).toString("hex")), merged);
    await updateHeartbeat({
      status: "finished",
      currentTest: null,
      currentSince: null,
      endedAt: now().toISOString(),
      file: basename(file),
    });
    const outcome = shouldRecord ? await record(file) : { recorded: null, comparison: null, problems: [], warnings: [] };
    const isLost = shouldRecord && (outcome.recorded?.run ?? null) === null;
    // A caller that prints only the table and the changes must not mistake a run that is missing in the ledger for a good one.
    if (isLost) process.exitCode ??= 1;
    const compared = outcome.comparison === null ? null : changesText(outcome.comparison);
    const changes = isLost ? `The run was not recorded; its file is kept: ${file}\n${outcome.problems.join("\n")}` : compared;
    return { file, table: resultTable(merged), changes, ...outcome };
  };

  // Once per run: a worker that joins must not clear the cached answers of the others.
  const isFirst = (await files.workers(runId)).length === 0;
  if (isFirst && mustClearCache({ EVAL_CACHE_CLEAR: env["EVAL_CACHE_CLEAR"] })) await evals.cache.clear(undefined);
  emitWarnings(warnings);
  await files.prepare(runId);
  await updateHeartbeat({ status: "starting" });
  await save();
  return {
    runId,
    warnings,
    async begin(test) {
      given("the name of a test", testName, test);
      begunAt = now().getTime();
      const since = now().toISOString();
      return updateHeartbeat({
        status: "running",
        currentTest: test,
        currentSince: since,
        turn: 0,
        toolCount: 0,
        lastTool: null,
        lastToolAt: null,
      });
    },
    async progress(state) {
      const { turn, tool } = given("the progress of a test", progressState, state);
      return updateHeartbeat({
        ...(turn === undefined ? {} : { turn }),
        ...(tool === undefined ? {} : { lastTool: tool, lastToolAt: now().toISOString(), toolCount: beat.toolCount + 1 }),
      });
    },
    async add(test) {
      const next = addTest(collection, given("a test to add", evalTest, test));
      if (next === undefined) throw invalidInput("a test to add", ["the run is over: start another collector"]);
      collection = next;
      await save();
      if (beat.currentTest === test.name) await updateHeartbeat({ currentTest: null, currentSince: null });
    },
    async finalize(options) {
      const { record: shouldRecord = true } = given("the options of finalize", finalizeOptions, options);
      finalizing ??= endRun(shouldRecord);
      return finalizing;
    },
  };
}
