import * as z from "zod";
import { runLayout, testLayout } from "../../src/features/evals/model/file-layout.ts";
import { costEntry, type EvalFormat, evalRun, evalTest } from "../../src/features/evals/model/run.ts";
import { requiredFields, testsField } from "../../src/features/evals/model/validate.ts";

type Schema = z.core.JSONSchema.BaseSchema;

/** Descriptions that an editor shows for the fields of a run, by field name. */
const runDescriptions: Readonly<Record<string, string>> = {
  schema_version: "Version of the format, 1.",
  version: "Version of the evaluated system.",
  git_branch: "Branch that was evaluated.",
  git_sha: "Commit that was evaluated, short or full.",
  timestamp: "When the run was made, in ISO-8601. Without an offset it is UTC.",
  hostname: "Machine that it ran on.",
  tier: "What kind of run it is: `e2e`, `llm-judge` or any other word. Runs of one tier are compared with each other.",
  label: "Name of the run, for people.",
  prompt_sha: "Hash of the prompts that were evaluated.",
  total: "How many tests there are.",
  passed: "How many of them passed.",
  failed: "How many of them failed.",
  total_cost_usd: "What the run cost, in US dollars.",
  wall_clock_ms: "Milliseconds from the start of the collector to its end.",
  by_category: "Passed and failed tests by category.",
  costs: "Tokens and cost by model. A cost that the provider reported stands as it is, any other is estimated.",
  comparison: "Rows of an A/B comparison.",
  failures: "Failed tests with their errors.",
  _partial: "True while the run goes on: it is not recorded then.",
};

/** The same for the fields of a test. */
const testDescriptions: Readonly<Record<string, string>> = {
  name: "Name of the test, the same in every run: its history goes by tier, suite and name.",
  suite: "Suite that the test is in.",
  tier: "Tier of the test; default that of its run.",
  passed: "Whether it passed.",
  duration_ms: "How long it took, in milliseconds.",
  cost_usd: "What it cost, in US dollars.",
  category: "What it is about.",
  output: "What it produced, as an object.",
  output_text: "What it produced, as text.",
  turns_used: "Turns that the agent took.",
  exit_reason: "Why it ended: `success`, `timeout`, `error_max_turns`, `error_api`, `exit_code_<N>` or `unknown`.",
  detection_rate: "How many planted bugs were found.",
  false_positives: "How many bugs were reported that are none.",
  evidence_quality: "How good the evidence is, 1 to 5.",
  detected_bugs: "Planted bugs that were found.",
  missed_bugs: "Planted bugs that were not found.",
  judge_scores: "Scores of a judge, by criterion.",
  judge_reasoning: "Why the judge scored so.",
  error: "Why it failed.",
  model: "Model that it ran with.",
  prompt: "What the agent was asked.",
  transcript: "Events of the agent's run. They stay on this machine unless sync is told otherwise.",
  browse_errors: "Errors of the browser.",
  timeout_at_turn: "Turn at which time was up.",
  last_tool_call: "Tool that was called last.",
  first_response_ms: "Milliseconds to the first response.",
  max_inter_turn_ms: "Longest pause between two turns, in milliseconds.",
  costs: "Tokens and cost by model.",
  harvest: "What was kept of the agent's changes.",
};

/** The same for the fields of a cost entry. */
const costDescriptions: Readonly<Record<string, string>> = {
  model: "Name of the model, as the provider has it.",
  calls: "How many calls there were.",
  input_tokens: "Tokens of input, those of the cache aside.",
  output_tokens: "Tokens of output.",
  cache_read_input_tokens: "Tokens of input read from the provider's cache.",
  cache_creation_input_tokens: "Tokens of input written to the provider's cache.",
  cost_usd: "Cost as the provider reported it, in US dollars. Without it the cost is estimated from the tokens.",
};

const durations: Readonly<Record<EvalFormat, Readonly<{ name: string; description: string }>>> = {
  standard: { name: "duration_seconds", description: "How long the run took, in seconds; fractions are fine." },
  legacy: { name: "total_duration_ms", description: "How long all tests took together, in milliseconds." },
};

/** An editor's completion for a whole test, in VS Code's snippet syntax; `^` prevents a value from becoming a string. */
const testSnippet = {
  label: "test",
  description: "One test and what became of it",
  body: { name: "$" + "{1:finds the bug}", suite: "$2", passed: "^$" + "{3:true}", duration_ms: "^$" + "{4:1000}" },
};

/** An editor's completion for a whole file. */
const runSnippet = {
  label: "eval result",
  description: "A run with one test",
  body: {
    schema_version: 1,
    version: "$" + "{1:1.0.0}",
    git_branch: "$" + "{2:main}",
    git_sha: "$3",
    timestamp: "$" + "{4:2026-01-31T12:00:00Z}",
    tier: "$" + "{5:e2e}",
    total: 1,
    passed: 1,
    failed: 0,
    total_cost_usd: 0,
    duration_seconds: 1,
    all_results: [{ name: "$" + "{6:finds the bug}", passed: true }],
  },
};

type Properties = Readonly<Record<string, Schema>>;

const toProperties = (schema: z.core.$ZodType): Properties => {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", target: "draft-07", unrepresentable: "any" });
  return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, typeof one === "boolean" ? {} : one]));
};

/** Allows null for an optional field; null means absent. */
const orNull = (schema: Schema): Schema =>
  typeof schema.type === "string" ? { ...schema, type: [schema.type, "null"] } : { anyOf: [schema, { type: "null" }] };

/** Properties with their descriptions, under the format's names for them. */
function withDescriptions(
  fields: Properties,
  texts: Readonly<Record<string, string>>,
  toName: ReadonlyMap<string, string>,
  required: readonly string[],
): Properties {
  const entries = Object.entries(texts).flatMap(([field, description]): [string, Schema][] => {
    const name = toName.get(field);
    const schema = fields[field];
    if (name === undefined || schema === undefined) return [];
    return [[name, { ...(required.includes(name) ? schema : orNull(schema)), description }]];
  });
  return Object.fromEntries(entries);
}

const identityNames = (texts: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.keys(texts).map((name) => [name, name]));

const costs: Schema = {
  type: "array",
  items: {
    type: "object",
    required: ["model"],
    properties: withDescriptions(
      toProperties(costEntry),
      costDescriptions,
      identityNames(costDescriptions),
      Object.keys(costDescriptions),
    ),
  },
};

/** Counts per category; the variant of the design has `total` instead of `failed`. */
const categories: Schema = {
  type: "object",
  additionalProperties: {
    type: "object",
    required: ["passed"],
    properties: { passed: { type: "number" }, failed: { type: "number" }, total: { type: "number" } },
    anyOf: [{ required: ["failed"] }, { required: ["total"] }],
  },
};

/** The schema of a file of one format. */
function schemaOf(format: EvalFormat): Schema {
  const required = requiredFields(format);
  const duration = durations[format];
  const tests: Schema = {
    type: "array",
    description: "The tests, each with what became of it.",
    items: {
      type: "object",
      required: ["name", "passed"],
      properties: withDescriptions({ ...toProperties(evalTest), costs }, testDescriptions, testLayout[format].toName, [
        "name",
        "passed",
      ]),
      defaultSnippets: [testSnippet],
    },
  };
  return {
    type: "object",
    required: [...required],
    properties: {
      ...withDescriptions(
        { ...toProperties(evalRun), costs, by_category: categories },
        runDescriptions,
        runLayout[format].toName,
        required,
      ),
      [duration.name]: { type: "number", description: duration.description },
      [testsField[format]]: tests,
    },
  };
}

/** The keywords of a condition, in order. */
const keywords = ["if", "then", "else"] as const;

/** A condition with both branches. Built from keywords, because an object literal with `then` is treated as a promise. */
const conditional = (...parts: readonly [condition: Schema, holds: Schema, otherwise: Schema]): Schema =>
  Object.fromEntries(keywords.map((keyword, place) => [keyword, parts[place]]));

/**
 * JSON Schema (draft-07, which editors support best) of an eval result in either format, generated from the schemas and tables
 * with which the ledger reads it. A file has the legacy format if it contains that format's list of tests and not the standard
 * one.
 */
export const evalResultSchema = (): Schema => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Eval result",
  type: "object",
  defaultSnippets: [runSnippet],
  ...conditional(
    { required: [testsField.legacy], not: { required: [testsField.standard] } },
    schemaOf("legacy"),
    schemaOf("standard"),
  ),
});
