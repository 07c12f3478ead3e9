import * as z from "zod";
import { mergeCostEntries } from "../../model/cost.ts";
import type { CostEntry } from "../../model/run.ts";
import { claimsJson, type ReadResults, type ResultFormat, type ResultText } from "./format.ts";
import {
  buildRun,
  failureText,
  groupBy,
  joinNames,
  maybe,
  optionalField,
  parseWith,
  type ResultTest,
  readEntries,
  withoutCached,
} from "./result-run.ts";
import { scoreRecord, scoresOf } from "./scores.ts";

/** What `promptfoo eval --output results.json` writes: one result for each provider, prompt and test. */
const signature = z.object({
  results: z.object({ version: z.number(), results: z.array(z.unknown()), stats: z.object({ successes: z.number() }) }),
});

const prompt = z.object({ id: maybe(z.string()), raw: maybe(z.string()), label: maybe(z.string()) });

const report = z.object({
  config: maybe(z.object({ description: maybe(z.string()) })),
  results: signature.shape.results.extend({
    timestamp: maybe(z.string()),
    prompts: maybe(z.array(prompt)),
    stats: z.object({ durationMs: maybe(z.number()) }),
  }),
});

/** Tokens of a call; those of the prompt contain what the provider read from its cache and wrote to it. */
const tokens = maybe(
  z.object({
    prompt: maybe(z.number()),
    completion: maybe(z.number()),
    completionDetails: maybe(z.object({ cacheReadInputTokens: maybe(z.number()), cacheCreationInputTokens: maybe(z.number()) })),
  }),
);

const result = z.object({
  provider: z.object({ id: z.string(), label: maybe(z.string()) }),
  prompt,
  promptId: maybe(z.string()),
  promptIdx: z.number(),
  testIdx: z.number(),
  testCase: maybe(z.object({ description: maybe(z.string()), vars: maybe(z.record(z.string(), z.unknown())) })),
  vars: maybe(z.record(z.string(), z.unknown())),
  success: z.boolean(),
  score: maybe(z.number()),
  namedScores: maybe(scoreRecord),
  error: maybe(z.string()),
  gradingResult: maybe(z.object({ reason: maybe(z.string()) })),
  latencyMs: maybe(z.number()),
  cost: maybe(z.number()),
  tokenUsage: tokens,
  response: maybe(z.object({ cached: maybe(z.boolean()), tokenUsage: tokens })),
});

type Result = z.infer<typeof result>;

/** Numbers things from 1 in the order of their first occurrence. */
function createNumbering(): (thing: string) => number {
  const known = new Map<string, number>();
  return (thing) => {
    const number = known.get(thing) ?? known.size + 1;
    known.set(thing, number);
    return number;
  };
}

/** Labels that promptfoo generates contain the text of the prompt, which is not a name; they are ignored. */
const customLabel = ({ raw, label }: z.infer<typeof prompt>): string | undefined =>
  label === undefined || raw === undefined || label.includes(raw) || label.length > 80 || /[\n{]/.test(label) ? undefined : label;

/**
 * Returns the names of tests: their description, else their number. Repeats have the same description and variables, and are one
 * test. The content of variables is not used as a name: it may be anything that is asked of a model.
 */
function namesOf(results: readonly Result[]): (one: Result) => string {
  const number = createNumbering();
  const contentOf = ({ testCase, vars }: Result): string => JSON.stringify([testCase?.description, testCase?.vars ?? vars]);
  const byDescription = new Map<string, string[]>();
  for (const one of results.toSorted((a, b) => a.testIdx - b.testIdx)) {
    const content = contentOf(one);
    number(content);
    const description = one.testCase?.description;
    if (description === undefined) continue;
    const same = byDescription.get(description) ?? [];
    if (!same.includes(content)) byDescription.set(description, [...same, content]);
  }
  return (one) => {
    const content = contentOf(one);
    const description = one.testCase?.description;
    if (description === undefined) return `test ${number(content)}`;
    const place = (byDescription.get(description) ?? []).indexOf(content);
    return place <= 0 ? description : `${description} #${place + 1}`;
  };
}

const tokensOf = (one: Result) => one.tokenUsage ?? one.response?.tokenUsage;

function costOf(one: Result): CostEntry {
  const { prompt: input = 0, completion = 0, completionDetails } = tokensOf(one) ?? {};
  const { cacheReadInputTokens: read = 0, cacheCreationInputTokens: written = 0 } = completionDetails ?? {};
  return {
    model: one.provider.id,
    calls: 1,
    input_tokens: withoutCached(input, read, written),
    output_tokens: completion,
    cache_read_input_tokens: read,
    ...(written === 0 ? {} : { cache_creation_input_tokens: written }),
    ...optionalField("cost_usd", one.cost),
  };
}

/** Whether an answer comes from promptfoo's own cache, so that no model was called. */
const isFree = ({ cost, response }: Result): boolean => cost === undefined && response?.cached === true;

/** Cost entries of the calls of each provider; a provider without a cost or tokens for any call has no entry. */
const costsOf = (results: readonly Result[]): readonly CostEntry[] =>
  [...groupBy(results, ({ provider }) => provider.id).values()].flatMap((all): readonly CostEntry[] => {
    const calls = all.filter((one) => !isFree(one));
    return calls.every((one) => one.cost === undefined && tokensOf(one) === undefined) ? [] : mergeCostEntries(calls.map(costOf));
  });

function read(input: ResultText): ReadResults {
  const { target } = input;
  const { config, results } = parseWith(report, input.json(), target);
  const warnings: string[] = [];
  const all = readEntries(result, results.results, "results.results", (message) => void warnings.push(message));
  const nameOf = namesOf(all);
  const promptNumber = createNumbering();
  const promptKey = (one: Result): string => one.promptId ?? one.prompt.label ?? String(one.promptIdx);
  for (const one of all.toSorted((a, b) => a.promptIdx - b.promptIdx)) promptNumber(promptKey(one));
  const template = (one: Result) =>
    results.prompts?.find(({ id, label }) => (id === undefined ? label === one.prompt.label : id === one.promptId));
  const tests = all
    .toSorted((a, b) => a.promptIdx - b.promptIdx || a.testIdx - b.testIdx)
    .map((one): ResultTest => {
      const label = customLabel(template(one) ?? one.prompt) ?? `prompt ${promptNumber(promptKey(one))}`;
      return {
        suite: joinNames(
          one.provider.label === undefined || one.provider.label === "" ? one.provider.id : one.provider.label,
          label,
        ),
        name: nameOf(one),
        passed: one.success,
        ...optionalField("duration_ms", one.latencyMs),
        ...optionalField("cost_usd", one.cost),
        model: one.provider.id,
        ...optionalField(
          "judge_scores",
          scoresOf([
            ["score", one.score],
            ...Object.entries(one.namedScores ?? {}).map(([name, score]) => [name, score ?? undefined] as const),
          ]),
        ),
        ...(one.success ? {} : optionalField("error", failureText(one.error, one.gradingResult?.reason))),
        ...(one.response?.cached === true ? { extra: { cached: true } } : {}),
      };
    });
  return buildRun(target, {
    format: "promptfoo",
    tier: "promptfoo",
    at: results.timestamp,
    durationMs: results.stats.durationMs,
    tests,
    costs: costsOf(all),
    label: config?.description,
    warnings,
  });
}

export const promptfoo: ResultFormat = {
  id: "promptfoo",
  title: "promptfoo results",
  claims: claimsJson(signature, ["results", "stats", "successes"]),
  read,
};
