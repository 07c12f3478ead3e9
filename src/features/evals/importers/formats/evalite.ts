import * as z from "zod";
import { createFileNamer } from "./files.ts";
import { claimsJson, type ReadResults, type ResultFormat, type ResultText } from "./format.ts";
import {
  buildRun,
  groupBy,
  joinNames,
  maybe,
  optionalField,
  parseWith,
  placedEntries,
  type ResultTest,
  readEntries,
} from "./result-run.ts";
import { scoresOf, scoreVerdictWarning, verdictFromScores } from "./scores.ts";

/** What `evalite run --outputPath` writes: evals, each with a result for every entry of its data and every trial. */
const signature = z.object({
  run: z.object({ runType: z.string(), createdAt: maybe(z.string()) }),
  evals: z.array(z.unknown()),
});

const evaluation = z.object({
  name: z.string(),
  filepath: z.string(),
  variantName: maybe(z.string()),
  results: z.array(z.unknown()),
});

const result = z.object({
  duration: maybe(z.number()),
  input: z.unknown(),
  expected: z.unknown(),
  status: z.enum(["success", "fail"]),
  colOrder: z.number(),
  scores: z.array(z.object({ name: z.string(), score: maybe(z.number()) })),
  traces: maybe(z.array(z.object({ inputTokens: maybe(z.number()), outputTokens: maybe(z.number()) }))),
});

type Result = z.infer<typeof result>;

/** Tokens of all model calls; the file does not state the models. */
function tokensOf({ traces = [] }: Result) {
  const total = (key: "inputTokens" | "outputTokens"): number | undefined => {
    const known = traces.flatMap((trace) => trace[key] ?? []);
    return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
  };
  const tokens = {
    ...optionalField("input_tokens", total("inputTokens")),
    ...optionalField("output_tokens", total("outputTokens")),
  };
  return Object.keys(tokens).length === 0 ? {} : { extra: tokens };
}

function testOf(one: Result, suite: string, name: string): ResultTest {
  const scores = scoresOf(one.scores.map(({ name: scorer, score }) => [scorer, score]));
  return {
    suite,
    name,
    passed: one.status === "fail" ? false : verdictFromScores(scores),
    ...optionalField("duration_ms", one.duration),
    ...optionalField("judge_scores", scores),
    ...tokensOf(one),
  };
}

function read(input: ResultText): ReadResults {
  const { target, root } = input;
  const { run, evals } = parseWith(signature, input.json(), target);
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  const all = placedEntries(evaluation, evals, "evals", warn);
  const toFileName = createFileNamer(
    root,
    all.map(({ entry: { filepath } }) => filepath),
  );
  const tests = all.flatMap(({ entry: one, at: place }) => {
    const suite = joinNames(toFileName(one.filepath), one.name, one.variantName);
    const results = readEntries(result, one.results, `${place}.results`, warn);
    // Trials have the same input. The input is not used as a name: it may be anything that is asked of a model.
    const entries = groupBy(
      results.toSorted((a, b) => a.colOrder - b.colOrder),
      (each) => JSON.stringify([each.input, each.expected]),
    );
    return [...entries.values()].flatMap((trials, at) => trials.map((each) => testOf(each, suite, `test ${at + 1}`)));
  });
  return buildRun(target, {
    format: "evalite",
    tier: "evalite",
    at: run.createdAt,
    tests,
    warnings: [...warnings, ...(tests.some(({ judge_scores }) => judge_scores !== undefined) ? [scoreVerdictWarning] : [])],
  });
}

export const evalite: ResultFormat = {
  id: "evalite",
  title: "JSON of evalite",
  claims: claimsJson(signature, ["run", "evals", "runType"]),
  read,
};
