import * as z from "zod";
import { parseTimestamp } from "../../../../kernel/timestamp.ts";
import type { CostEntry } from "../../model/run.ts";
import { claimedBy, type ReadResults, type ResultFormat, type ResultText } from "./format.ts";
import { failureText, given, grouped, maybe, parsed, type ResultTest, readEntries, runOf } from "./result-run.ts";
import { passedBy, scoresOf, verdictsFromScores } from "./scores.ts";

/** A log of Inspect: one task with one model, its samples once per epoch. */
const mark = z.object({ version: z.number(), status: z.string(), eval: z.object({ task: z.string(), model: z.string() }) });

const usage = z.object({
  input_tokens: maybe(z.number()),
  output_tokens: maybe(z.number()),
  input_tokens_cache_read: maybe(z.number()),
  input_tokens_cache_write: maybe(z.number()),
  total_cost: maybe(z.number()),
});

const header = mark.extend({
  eval: mark.shape.eval.extend({ created: maybe(z.string()), revision: maybe(z.object({ commit: maybe(z.string()) })) }),
  stats: maybe(
    z.object({ started_at: maybe(z.string()), completed_at: maybe(z.string()), model_usage: maybe(z.record(z.string(), usage)) }),
  ),
  error: maybe(z.object({ message: maybe(z.string()) })),
});

const value = z.union([z.string(), z.number(), z.boolean()]);

const sample = z.object({
  id: z.union([z.string(), z.number()]),
  epoch: z.number(),
  scores: maybe(z.record(z.string(), z.object({ value: z.unknown(), explanation: maybe(z.string()) }))),
  error: maybe(z.union([z.string(), z.object({ message: z.string() })])),
  total_time: maybe(z.number()),
  limit: maybe(z.union([z.string(), z.object({ type: z.string() })])),
});

type Sample = z.infer<typeof sample>;

/** The part of a sample that a run keeps. Logs also hold all of its messages and events, which need not be in memory at once. */
export type InspectSample = Sample;

/** Values of the letters that Inspect's scorers give, as used by its own metrics. */
const letters: ReadonlyMap<string, number> = new Map([
  ["C", 1],
  ["P", 0.5],
  ["I", 0],
  ["N", 0],
]);
const words: ReadonlyMap<string, number> = new Map([
  ["yes", 1],
  ["true", 1],
  ["no", 0],
  ["false", 0],
]);

function numberOf(given: z.infer<typeof value>): number | undefined {
  if (typeof given === "number") return given;
  if (typeof given === "boolean") return given ? 1 : 0;
  const number = letters.get(given) ?? words.get(given.toLowerCase()) ?? (given.trim() === "" ? Number.NaN : Number(given));
  return Number.isFinite(number) ? number : undefined;
}

/** A scorer gives one value, or several by name. */
function entriesOf(name: string, score: unknown): readonly (readonly [string, number | undefined])[] {
  const one = value.safeParse(score);
  if (one.success) return [[name, numberOf(one.data)]];
  const several = z.record(z.string(), value).safeParse(score);
  return several.success ? Object.entries(several.data).map(([key, inner]) => [`${name}.${key}`, numberOf(inner)]) : [];
}

const reasonsOf = (scores: Sample["scores"]): readonly string[] =>
  Object.values(scores ?? {}).flatMap(({ explanation }) => explanation ?? []);

function testOf(one: Sample, model: string): ResultTest {
  const scores = scoresOf(Object.entries(one.scores ?? {}).flatMap(([name, score]) => entriesOf(name, score.value)));
  const error = typeof one.error === "string" ? one.error : one.error?.message;
  const limit = typeof one.limit === "string" ? one.limit : one.limit?.type;
  const passed = error === undefined ? passedBy(scores) : false;
  return {
    name: `sample ${one.id}`,
    passed,
    model,
    ...(one.total_time === undefined ? {} : { duration_ms: one.total_time * 1000 }),
    ...given("judge_scores", scores),
    ...(passed === false ? given("error", failureText(error, ...reasonsOf(one.scores))) : {}),
    ...given("exit_reason", limit),
  };
}

const costOf = ([model, used]: readonly [string, z.infer<typeof usage>]): CostEntry => ({
  model,
  ...given("input_tokens", used.input_tokens),
  ...given("output_tokens", used.output_tokens),
  ...given("cache_read_input_tokens", used.input_tokens_cache_read),
  ...given("cache_creation_input_tokens", used.input_tokens_cache_write),
  ...given("cost_usd", used.total_cost),
});

function between(start: string | undefined, end: string | undefined): number | undefined {
  const [from, to] = [parseTimestamp(start ?? ""), parseTimestamp(end ?? "")];
  return from === undefined || to === undefined ? undefined : Math.max(0, to - from);
}

/** Returns the valid samples of a list. */
export const inspectSamples = (list: readonly unknown[], warn: (message: string) => void): readonly InspectSample[] =>
  readEntries(sample, list, "samples", warn);

/** Builds the run of a log from its header and its samples, in any order. @throws invalid_eval */
export function inspectRun(
  target: string,
  head: unknown,
  samples: readonly InspectSample[],
  warnings: readonly string[],
): ReadResults {
  const { status, eval: task, stats, error } = parsed(header, head, target);
  // Epochs of a sample are attempts at one test.
  const tests = [...grouped(samples, ({ id }) => id).values()].flatMap((epochs) =>
    epochs.toSorted((a, b) => a.epoch - b.epoch).map((one) => testOf(one, task.model)),
  );
  const told = failureText(error?.message);
  return runOf(target, {
    format: "inspect",
    tier: `inspect/${task.task}`,
    at: task.created,
    durationMs: between(stats?.started_at, stats?.completed_at),
    tests,
    sha: task.revision?.commit,
    label: task.model,
    costs: Object.entries(stats?.model_usage ?? {}).map(costOf),
    partial: status !== "success",
    warnings: [
      ...warnings,
      ...(status === "success" ? [] : [`its status is ${status}${told === undefined ? "" : `: ${told.split("\n")[0]}`}`]),
      ...(tests.some(({ judge_scores }) => judge_scores !== undefined) ? [verdictsFromScores] : []),
    ],
  });
}

const samplesOf = z.object({ samples: maybe(z.array(z.unknown())) });

function read(input: ResultText): ReadResults {
  const { target } = input;
  const warnings: string[] = [];
  const { samples = [] } = parsed(samplesOf, input.pythonJson(), target);
  const read = inspectSamples(samples, (message) => void warnings.push(message));
  return inspectRun(target, input.pythonJson(), read, warnings);
}

export const inspect: ResultFormat = {
  id: "inspect",
  title: "logs of Inspect (.json and .eval)",
  claims: claimedBy(mark, ["eval", "status", "task", "model"], ({ pythonJson }) => pythonJson()),
  read,
};
