import * as z from "zod";
import { mergeCostEntries } from "../../model/cost.ts";
import type { CostEntry } from "../../model/run.ts";
import { contentName, listSchema, requireSingle, rowsOf } from "./exported-rows.ts";
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
import { scoreRecord, scoresOf, scoreVerdictWarning, verdictFromScores } from "./scores.ts";

/** An event of an experiment: the root of a test, or a span below it, such as a call of a model or a scorer. */
const event = z.object({
  id: z.string(),
  experiment_id: z.string(),
  span_id: z.string(),
  root_span_id: z.string(),
  project_id: maybe(z.string()),
  created: maybe(z.string()),
  input: z.unknown(),
  expected: z.unknown(),
  error: z.unknown(),
  scores: maybe(scoreRecord),
  metrics: maybe(scoreRecord),
  metadata: maybe(z.object({ model: maybe(z.string()) })),
  span_attributes: maybe(z.object({ type: maybe(z.string()) })),
  origin: maybe(z.object({ id: z.string() })),
});

type Event = z.infer<typeof event>;

/** Fields that hold the events: in the API (`events`) and in its queries (`data`). A download is a list of events. */
const listFields = ["events", "data"];

const eventsSignature = listSchema(event.pick({ experiment_id: true, span_id: true, root_span_id: true }), listFields);

/** What `Eval()` of the SDK returns, as JSON. */
const evalSignature = z.object({
  summary: z.object({ projectName: z.string(), experimentName: z.string(), scores: z.record(z.string(), z.unknown()) }),
  results: z.array(z.unknown()),
});

const evalResult = z.object({
  input: z.unknown(),
  expected: z.unknown(),
  error: z.unknown(),
  scores: scoreRecord,
  metadata: maybe(z.object({ model: maybe(z.string()) })),
  origin: maybe(z.object({ id: z.string() })),
});

type Content = Pick<Event, "input" | "expected" | "error" | "metadata" | "origin">;

/** Converts an error, which may be any thrown value, to text. */
function errorText(error: unknown): string | undefined {
  if (error === undefined || error === null) return undefined;
  return failureText(typeof error === "string" ? error : JSON.stringify(error)) ?? "error";
}

/** A test is named after its record of the data set, if it has one. */
const nameOf = ({ origin, input, expected }: Content): string =>
  origin === undefined ? contentName([input, expected]) : `record ${origin.id}`;

function testOf(content: Content, namedScores: Readonly<Record<string, number | null | undefined>>): ResultTest {
  const scores = scoresOf(Object.entries(namedScores).map(([name, score]) => [name, score ?? undefined]));
  const error = errorText(content.error);
  return {
    name: nameOf(content),
    passed: error === undefined ? verdictFromScores(scores) : false,
    ...optionalField("model", content.metadata?.model),
    ...optionalField("judge_scores", scores),
    ...optionalField("error", error),
  };
}

const metric = ({ metrics }: Event, name: string): number | undefined => metrics?.[name] ?? undefined;

/** Tokens written to the provider's cache. They are stated as one number, or separately by how long they are kept. */
function writtenTokens(call: Event): number | undefined {
  const [short, long] = [metric(call, "prompt_cache_creation_5m_tokens"), metric(call, "prompt_cache_creation_1h_tokens")];
  return short === undefined && long === undefined ? metric(call, "prompt_cache_creation_tokens") : (short ?? 0) + (long ?? 0);
}

/** The SDK counts cached tokens among those of the prompt, regardless of the provider. */
function costOf(call: Event): readonly CostEntry[] {
  const model = call.metadata?.model;
  if (model === undefined) return [];
  const [input, read, written] = [metric(call, "prompt_tokens"), metric(call, "prompt_cached_tokens"), writtenTokens(call)];
  return [
    {
      model,
      calls: 1,
      ...optionalField("input_tokens", input === undefined ? undefined : withoutCached(input, read, written)),
      ...optionalField("output_tokens", metric(call, "completion_tokens")),
      ...optionalField("cache_read_input_tokens", read),
      ...optionalField("cache_creation_input_tokens", written),
      ...optionalField("cost_usd", metric(call, "estimated_cost")),
    },
  ];
}

/** Cost entries of the calls of each model. Calls that state their cost come first, regardless of the order of the events. */
const costsOf = (calls: readonly Event[]): readonly CostEntry[] =>
  [...groupBy(calls.flatMap(costOf), ({ model }) => model).values()].flatMap((some) =>
    mergeCostEntries(some.toSorted((a, b) => Number(a.cost_usd === undefined) - Number(b.cost_usd === undefined))),
  );

function durationOf(root: Event): number | undefined {
  const [start, end] = [metric(root, "start"), metric(root, "end")];
  return start === undefined || end === undefined ? undefined : Math.max(0, Math.round((end - start) * 1000));
}

/** Builds a test from its root and the spans below it: scorers write their scores into spans of their own. */
function testOfSpans(root: Event, spans: readonly Event[]): ResultTest {
  const scored = [...spans.filter((span) => span !== root), root].flatMap(({ scores }) => Object.entries(scores ?? {}));
  return { ...testOf(root, Object.fromEntries(scored)), ...optionalField("duration_ms", durationOf(root)) };
}

function readEvents(rows: readonly unknown[], target: string): ReadResults {
  const warnings: string[] = [];
  const events = readEntries(event, rows, "events", (message) => void warnings.push(message));
  const experiment = requireSingle(
    events.map(({ experiment_id }) => experiment_id),
    "experiments",
    target,
  );
  const project = events.find(({ project_id }) => project_id !== undefined)?.project_id;
  const spans = groupBy(events, ({ root_span_id }) => root_span_id);
  // Downloads list the latest events first; trials are attempts in the order in which they were made.
  const roots = events
    .filter(({ span_id, root_span_id }) => span_id === root_span_id)
    .toSorted((a, b) => (a.created ?? "").localeCompare(b.created ?? "", "en"));
  const tests = roots.map((root) => testOfSpans(root, spans.get(root.root_span_id) ?? []));
  const starts = roots.flatMap((root) => metric(root, "start") ?? []);
  return buildRun(target, {
    format: "braintrust",
    tier: tierOf(project),
    at: starts.length === 0 ? roots[0]?.created : starts.reduce((first, start) => Math.min(first, start)) * 1000,
    tests,
    label: experiment,
    costs: costsOf(events.filter(({ span_attributes }) => span_attributes?.type === "llm")),
    warnings: [...warnings, ...scoreWarning(tests)],
  });
}

const tierOf = (project: string | undefined): string => (project === undefined ? "braintrust" : `braintrust/${project}`);

const scoreWarning = (tests: readonly ResultTest[]): readonly string[] =>
  tests.some(({ judge_scores }) => judge_scores !== undefined) ? [scoreVerdictWarning] : [];

function read(input: ResultText): ReadResults {
  const { target } = input;
  const value = input.json();
  const rows = eventsSignature.safeParse(value).success ? rowsOf(value, listFields) : undefined;
  if (rows !== undefined) return readEvents(rows, target);
  const { summary, results } = parseWith(evalSignature, value, target);
  const warnings: string[] = [];
  const all = readEntries(evalResult, results, "results", (message) => void warnings.push(message));
  const tests = all.map((one) => testOf(one, one.scores));
  return buildRun(target, {
    format: "braintrust",
    tier: tierOf(summary.projectName),
    tests,
    label: summary.experimentName,
    warnings: [...warnings, ...scoreWarning(tests)],
  });
}

const claimsEvents = claimsJson(eventsSignature, ["experiment_id", "span_id", "root_span_id"]);
const claimsEval = claimsJson(evalSignature, ["summary", "experimentName", "projectName", "results"]);

export const braintrust: ResultFormat = {
  id: "braintrust",
  title: "experiments of Braintrust",
  claims: (input) => claimsEvents(input) || claimsEval(input),
  read,
};
