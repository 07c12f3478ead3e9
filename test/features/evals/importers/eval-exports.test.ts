import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ParsedEval, parseEval } from "../../../../src/features/evals/importers/eval-file.ts";
import { scoreVerdictWarning } from "../../../../src/features/evals/importers/formats/scores.ts";
import { testsOfRun } from "../../../../src/features/evals/model/attempts.ts";
import { resultsFolder } from "./tool-texts.ts";

const textOf = (file: string): string => readFileSync(new URL(file, resultsFolder), "utf8");
const readFile = (file: string): ParsedEval => parseEval(textOf(file), file, { root: "/project" });
const testRows = ({ run }: ParsedEval) =>
  testsOfRun(run).map(({ key, attempts, mixed, test: one }) => [key.suite, key.name, one.passed, attempts, mixed]);

test("evalite: trials are attempts, inputs are not names, and calls without a model are not billed", () => {
  const parsed = readFile("evalite/results.json");
  expect(testRows(parsed)).toEqual([
    ["evals/capitals.eval.ts › Capitals › short", "test 1", false, 2, true],
    ["evals/capitals.eval.ts › Capitals › short", "test 2", false, 1, false],
    ["evals/greetings.eval.ts › Greetings", "test 1", true, 1, false],
  ]);
  expect(parsed.run).toMatchObject({ tier: "evalite", timestamp: "2026-11-27 09:00:00", tests_skipped: 1, total_cost_usd: 0 });
  expect(parsed.run.costs).toBeUndefined();
  expect(parsed.run.tests[0]).toMatchObject({
    duration_ms: 120,
    judge_scores: { Levenshtein: 1 },
    extra: { input_tokens: 12, output_tokens: 3 },
  });
  expect(parsed.warnings).toEqual([scoreVerdictWarning]);
});

test("SWE-bench: submitted instances fail unless they are resolved, and instances without a prediction did not run", () => {
  const parsed = readFile("swe-bench/report.json");
  expect(testRows(parsed)).toEqual([
    ["", "astropy__astropy-12907", true, 1, false],
    ["", "django__django-10880", false, 1, false],
    ["", "django__django-10914", true, 1, false],
    ["", "psf__requests-1142", false, 1, false],
    ["", "pylint-dev__pylint-4551", false, 1, false],
  ]);
  expect(parsed.run).toMatchObject({ tier: "swe-bench", total: 5, passed: 2, failed: 3, tests_skipped: 1 });
  expect(parsed.run.tests.flatMap(({ error }) => error ?? [])).toEqual([
    "The patch is empty.",
    "The evaluation ended with an error.",
  ]);
});

describe("Braintrust", () => {
  test("events: reads scores from scorer spans, trials in order, and usage per model", () => {
    const parsed = readFile("braintrust/events.json");
    expect(testRows(parsed)).toEqual([
      ["", "record france", false, 2, true],
      ["", "record spain", true, 1, false],
      ["", expect.stringMatching(/^test [0-9a-f]{12}$/), false, 1, false],
    ]);
    expect(parsed.run).toMatchObject({
      tier: "braintrust/6f1c2f4e-0000-4000-8000-000000000001",
      label: "6f1c2f4e-0000-4000-8000-0000000000aa",
      timestamp: new Date(1_795_689_000_000).toISOString(),
      costs: [
        {
          model: "gpt-5-mini",
          calls: 4,
          input_tokens: 110,
          output_tokens: 15,
          cache_read_input_tokens: 20,
          cost_usd: 0.0012,
        },
      ],
      total_cost_usd: 0.0012,
    });
    expect(parsed.run.tests.map(({ judge_scores, duration_ms }) => [judge_scores, duration_ms])).toEqual([
      [{ Factuality: 1 }, 2250],
      [{ Factuality: 0.6 }, 2250],
      [{ Factuality: 1, constructor: 1 }, 2250],
      [undefined, 2250],
    ]);
    expect(parsed.run.tests.at(-1)?.error).toBe('{"name":"TypeError","message":"no country"}');
  });

  test("events as a plain list, as a query response or in another order yield the same run", () => {
    const { events } = JSON.parse(textOf("braintrust/events.json"));
    const { contentSha256 } = readFile("braintrust/events.json");
    for (const other of [events, { data: events, schema: {} }, events.toReversed()])
      expect(parseEval(JSON.stringify(other), "a").contentSha256).toBe(contentSha256);
  });

  test("calls with and without a stated cost stay in separate cost entries", () => {
    const { events } = JSON.parse(textOf("braintrust/events.json"));
    delete events[1].metrics.estimated_cost;
    const parsed = parseEval(JSON.stringify({ events }), "a");
    expect(parsed.run.costs).toEqual([
      expect.objectContaining({ calls: 3, cost_usd: expect.any(Number) }),
      expect.not.objectContaining({ cost_usd: expect.anything() }),
    ]);
    expect(parseEval(JSON.stringify({ events: events.toReversed() }), "a").contentSha256).toBe(parsed.contentSha256);
  });

  test.each([
    ["as one number", { prompt_cache_creation_tokens: 30 }],
    ["by how long they are kept", { prompt_cache_creation_5m_tokens: 10, prompt_cache_creation_1h_tokens: 20 }],
  ])("cached tokens are not plain input; those written are stated %s", (_, written) => {
    const { events } = JSON.parse(textOf("braintrust/events.json"));
    const call = events.find(({ span_attributes }: { span_attributes: { type: string } }) => span_attributes.type === "llm");
    call.metrics = { prompt_tokens: 100, completion_tokens: 5, prompt_cached_tokens: 60, ...written };
    const { run } = parseEval(JSON.stringify({ events }), "a");
    expect(run.costs).toContainEqual({
      model: "gpt-5-mini",
      calls: 1,
      input_tokens: 10,
      output_tokens: 5,
      cache_read_input_tokens: 60,
      cache_creation_input_tokens: 30,
    });
  });

  test("a negative cost gets its own entry and a warning, and does not reduce the total", () => {
    const { events } = JSON.parse(textOf("braintrust/events.json"));
    const { run: before } = parseEval(JSON.stringify({ events }), "a");
    const negativeCost = { ...events[1], span_id: "wrong", metrics: { ...events[1].metrics, estimated_cost: -0.001 } };
    const { run, warnings } = parseEval(JSON.stringify({ events: [...events, negativeCost] }), "a");
    expect(run.total_cost_usd).toBe(before.total_cost_usd);
    expect(run.costs).toContainEqual(expect.objectContaining({ calls: 1, cost_usd: -0.001 }));
    expect(warnings).toContain("costs[1].cost_usd: -0.001 is negative");
  });

  test("the result of Eval(): reads names of project and experiment, and has no timestamp", () => {
    const parsed = readFile("braintrust/eval.json");
    expect(parsed.run).toMatchObject({ tier: "braintrust/Say Hi Bot", label: "main-1764", timestamp: "", passed: 1, failed: 2 });
    expect(parsed.run.tests.map(({ passed, model, judge_scores, error }) => [passed, model, judge_scores, error])).toEqual([
      [true, undefined, { Levenshtein: 1 }, undefined],
      [false, "gpt-5-mini", { Levenshtein: 0.6 }, undefined],
      [false, undefined, undefined, "Error: empty name"],
    ]);
    const reversed = JSON.parse(textOf("braintrust/eval.json"));
    reversed.results.reverse();
    expect(testRows(parseEval(JSON.stringify(reversed), "a")).toSorted()).toEqual(testRows(parsed).toSorted());
  });
});

describe("Langfuse", () => {
  test("items: reads the latest score per name, booleans as numbers, and ignores text scores", () => {
    const parsed = readFile("langfuse/experiment-items.json");
    expect(testRows(parsed)).toEqual([
      ["", "item spain", false, 1, false],
      ["", "item france", false, 2, true],
    ]);
    expect(parsed.run).toMatchObject({
      tier: "langfuse/capitals",
      label: "capitals, short prompt",
      timestamp: "2026-11-25T14:00:00.000Z",
      tests_skipped: 1,
    });
    expect(parsed.run.tests.map(({ judge_scores, duration_ms }) => [judge_scores, duration_ms])).toEqual([
      [undefined, undefined],
      [{ correct: 1, closeness: 1 }, 2000],
      [{ correct: 0, closeness: 0.25 }, 2000],
    ]);
    expect(parsed.run._partial).toBeUndefined();
  });

  test("one page of several is an incomplete run", () => {
    const page = { ...JSON.parse(textOf("langfuse/experiment-items.json")), meta: { cursor: "v1.abc" } };
    const { run, warnings } = parseEval(JSON.stringify(page), "a");
    expect(run._partial).toBe(true);
    expect(warnings).toContain("it is one page of several: more items follow its cursor");
  });
});

test.each([
  ["braintrust/events.json", "events", "experiment_id"],
  ["langfuse/experiment-items.json", "data", "experimentId"],
])("%s with a second experiment is rejected, and an invalid row is skipped with a warning", (file, list, key) => {
  const report = JSON.parse(textOf(file));
  const [row] = report[list];
  const two = { ...report, [list]: [...report[list], { ...row, [key]: "another" }] };
  expect(() => parseEval(JSON.stringify(two), "a")).toThrow("it holds 2 experiments");
  const withInvalidRow = { ...report, [list]: [{ [key]: 1 }, ...report[list]] };
  const { run, warnings } = parseEval(JSON.stringify(withInvalidRow), "a");
  expect(run.tests).toHaveLength(readFile(file).run.tests.length);
  expect(warnings).toContainEqual(expect.stringMatching(/\[0\]: .*; not recorded$/));
});
