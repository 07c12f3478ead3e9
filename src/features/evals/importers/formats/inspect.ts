import * as z from "zod";
import { parseTimestamp } from "../../../../kernel/timestamp.ts";
import type { CostEntry } from "../../model/run.ts";
import { claimsJson, type ReadResults, type ResultFormat, type ResultText } from "./format.ts";
import {
  buildRun,
  failureText,
  groupBy,
  maybe,
  optionalField,
  parseWith,
  type ResultTest,
  readEntries,
  withoutCached,
} from "./result-run.ts";
import { scoresOf, scoreVerdictWarning, verdictFromScores } from "./scores.ts";

/** A log of Inspect: one task with one model, its samples once per epoch. */
const signature = z.object({ version: z.number(), status: z.string(), eval: z.object({ task: z.string(), model: z.string() }) });

const usage = z.object({
  input_tokens: maybe(z.number()),
  output_tokens: maybe(z.number()),
  total_tokens: maybe(z.number()),
  input_tokens_cache_read: maybe(z.number()),
  input_tokens_cache_write: maybe(z.number()),
  total_cost: maybe(z.number()),
});

const header = signature.extend({
  eval: signature.shape.eval.extend({ created: maybe(z.string()), revision: maybe(z.object({ commit: maybe(z.string()) })) }),
  stats: maybe(
    z.object({ started_at: maybe(z.string()), completed_at: maybe(z.string()), model_usage: maybe(z.record(z.string(), usage)) }),
  ),
  error: maybe(z.object({ message: maybe(z.string()) })),
});

const scoreValue = z.union([z.string(), z.number(), z.boolean()]);

const sample = z.object({
  id: z.union([z.string(), z.number()]),
  epoch: z.number(),
  scores: maybe(z.record(z.string(), z.object({ value: z.unknown(), explanation: maybe(z.string()) }))),
  error: maybe(z.union([z.string(), z.object({ message: z.string() })])),
  /** The errors of earlier attempts, after each of which the sample was run again. */
  error_retries: maybe(z.array(z.object({ message: z.string() }))),
  /** Who declared the result invalid, and why. */
  invalidation: maybe(z.object({})),
  total_time: maybe(z.number()),
  limit: maybe(z.union([z.string(), z.object({ type: z.string() })])),
});

type Sample = z.infer<typeof sample>;

/** The part of a sample that a run keeps. Logs also hold all of its messages and events, which need not be in memory at once. */
export type InspectSample = Sample;

/** Values of the letters that Inspect's scorers give, as used by its own metrics. */
const letterValues: ReadonlyMap<string, number> = new Map([
  ["C", 1],
  ["P", 0.5],
  ["I", 0],
  ["N", 0],
]);
const wordValues: ReadonlyMap<string, number> = new Map([
  ["yes", 1],
  ["true", 1],
  ["no", 0],
  ["false", 0],
]);

function numberOf(raw: z.infer<typeof scoreValue>): number | undefined {
  if (typeof raw === "number") return raw;
  if (typeof raw === "boolean") return raw ? 1 : 0;
  const number = letterValues.get(raw) ?? wordValues.get(raw.toLowerCase()) ?? (raw.trim() === "" ? Number.NaN : Number(raw));
  return Number.isFinite(number) ? number : undefined;
}

/** A scorer gives one value, or several by name. */
function entriesOf(name: string, score: unknown): readonly (readonly [string, number | undefined])[] {
  const one = scoreValue.safeParse(score);
  if (one.success) return [[name, numberOf(one.data)]];
  const several = z.record(z.string(), scoreValue).safeParse(score);
  return several.success ? Object.entries(several.data).map(([key, inner]) => [`${name}.${key}`, numberOf(inner)]) : [];
}

const reasonsOf = (scores: Sample["scores"]): readonly string[] =>
  Object.values(scores ?? {}).flatMap(({ explanation }) => explanation ?? []);

/** How Inspect writes the error of a sample that was cancelled, which it does not count as an error either. */
const cancellation = /^(?:CancelledError|Cancelled)\(/;

/** Returns the attempts at a sample in one epoch, the last one last. */
function attemptsAt(one: Sample, model: string): readonly ResultTest[] {
  const key = { name: `sample ${one.id}`, model };
  const scores = scoresOf(Object.entries(one.scores ?? {}).flatMap(([name, score]) => entriesOf(name, score.value)));
  const error = typeof one.error === "string" ? one.error : one.error?.message;
  const limit = typeof one.limit === "string" ? one.limit : one.limit?.type;
  if (one.invalidation !== undefined || cancellation.test(error ?? "")) return [{ ...key, passed: null }];
  const passed = error === undefined ? verdictFromScores(scores) : false;
  const last = {
    ...key,
    passed,
    ...(one.total_time === undefined ? {} : { duration_ms: one.total_time * 1000 }),
    ...optionalField("judge_scores", scores),
    ...(passed === false ? optionalField("error", failureText(error, ...reasonsOf(one.scores))) : {}),
    ...optionalField("exit_reason", limit),
  };
  if (passed === null) return [last];
  const failed = (one.error_retries ?? []).map(({ message }) => ({
    ...key,
    passed: false,
    ...optionalField("error", failureText(message)),
  }));
  return [...failed, last];
}

/**
 * Returns the input tokens without cached ones. Inspect before 0.3.184 counted cached tokens of OpenAI, Google and others among
 * the input. In such a log the parts add up to more than the total.
 */
function inputOf({ input_tokens: input, output_tokens: output = 0, total_tokens: total, ...cached }: z.infer<typeof usage>) {
  if (input === undefined || total === undefined) return input;
  const { input_tokens_cache_read: read = 0, input_tokens_cache_write: written = 0 } = cached;
  const containsCached = input + output <= total && total < input + output + read + written;
  return containsCached ? withoutCached(input, read, written) : input;
}

const costOf = ([model, tokens]: readonly [string, z.infer<typeof usage>]): CostEntry => ({
  model,
  ...optionalField("input_tokens", inputOf(tokens)),
  ...optionalField("output_tokens", tokens.output_tokens),
  ...optionalField("cache_read_input_tokens", tokens.input_tokens_cache_read),
  ...optionalField("cache_creation_input_tokens", tokens.input_tokens_cache_write),
  ...optionalField("cost_usd", tokens.total_cost),
});

function durationBetween(start: string | undefined, end: string | undefined): number | undefined {
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
  const { status, eval: task, stats, error } = parseWith(header, head, target);
  // Epochs of a sample are attempts at one test.
  const tests = [...groupBy(samples, ({ id }) => id).values()].flatMap((epochs) =>
    epochs.toSorted((a, b) => a.epoch - b.epoch).flatMap((one) => attemptsAt(one, task.model)),
  );
  const errorText = failureText(error?.message);
  return buildRun(target, {
    format: "inspect",
    tier: `inspect/${task.task}`,
    at: task.created,
    durationMs: durationBetween(stats?.started_at, stats?.completed_at),
    tests,
    sha: task.revision?.commit,
    label: task.model,
    costs: Object.entries(stats?.model_usage ?? {}).map(costOf),
    partial: status !== "success",
    warnings: [
      ...warnings,
      ...(status === "success"
        ? []
        : [`its status is ${status}${errorText === undefined ? "" : `: ${errorText.split("\n")[0]}`}`]),
      ...(tests.some(({ judge_scores }) => judge_scores !== undefined) ? [scoreVerdictWarning] : []),
    ],
  });
}

const samplesSchema = z.object({ samples: maybe(z.array(z.unknown())) });

function read(input: ResultText): ReadResults {
  const { target } = input;
  const warnings: string[] = [];
  const { samples = [] } = parseWith(samplesSchema, input.pythonJson(), target);
  const validSamples = inspectSamples(samples, (message) => void warnings.push(message));
  return inspectRun(target, input.pythonJson(), validSamples, warnings);
}

export const inspect: ResultFormat = {
  id: "inspect",
  title: "logs of Inspect (.json and .eval)",
  claims: claimsJson(signature, ["eval", "status", "task", "model"], ({ pythonJson }) => pythonJson()),
  read,
};
