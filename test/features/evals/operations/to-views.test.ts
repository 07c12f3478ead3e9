import { describe, expect, test } from "vitest";
import { compareRuns } from "../../../../src/features/evals/model/compare.ts";
import { priceEntry, reportCosts } from "../../../../src/features/evals/model/cost.ts";
import { contentSha256 } from "../../../../src/features/evals/model/identity.ts";
import { packResults } from "../../../../src/features/evals/model/packed-results.ts";
import { createPriceTable, referencePrices } from "../../../../src/features/evals/model/price-table.ts";
import { projectRun } from "../../../../src/features/evals/model/projection.ts";
import type { EvalRun } from "../../../../src/features/evals/model/run.ts";
import { summarizeRuns } from "../../../../src/features/evals/model/summary.ts";
import { defaultTierModels } from "../../../../src/features/evals/model/tier.ts";
import {
  evalCompareView,
  evalCostView,
  evalRunView,
  evalSummaryView,
  evalTrendViews,
} from "../../../../src/features/evals/operations/to-views.ts";
import { sha256 } from "../model/hash.ts";
import { minimalStandard, runOf } from "../model/samples.ts";

const runWith = (head: Readonly<Record<string, unknown>>) => runOf({ ...minimalStandard(), ...head });

function rowOf(id: string, run: EvalRun) {
  const { results, ...row } = projectRun(
    {
      run,
      at: run.timestamp,
      timestamp_given: true,
      content_sha256: contentSha256(run, sha256),
      label: run.label ?? null,
      estimates: null,
    },
    run.timestamp,
  );
  return { id, project: "acme/storefront", ...row };
}

test("a run has the fields of the contract", () => {
  const run = runWith({ label: "nightly", duration_seconds: 1.5 });
  expect(evalRunView(rowOf("r1", run))).toEqual({
    id: "r1",
    timestamp: "2026-03-16T12:00:00.000Z",
    git_branch: "main",
    git_sha: "abc1234",
    tier: "e2e",
    version: "1.2.3",
    label: "nightly",
    passed: 1,
    failed: 0,
    total: 1,
    total_cost_usd: 0.5,
    duration_seconds: 1.5,
    project: "acme/storefront",
    partial: false,
    timestamp_given: true,
    stated_at: null,
    cost_usd: 0.5,
    cost_complete: true,
    pass_k: null,
  });
});

test("a run with repeated tests reports how many passed every time", () => {
  const attempts = [false, true, true].map((passed) => ({ name: "a", passed }));
  const run = runWith({ all_results: [...attempts, { name: "b", passed: true }] });
  expect(evalRunView(rowOf("r1", { ...run, total: 2, passed: 2 })).pass_k).toEqual({ k: 3, passed: 1, rate: 0.5 });
});

test("a comparison has the fields of the contract", () => {
  const before = runWith({ all_results: [{ name: "a", passed: true, cost_usd: 0.25 }] });
  const after = runWith({
    total_cost_usd: 0.75,
    all_results: [
      {
        name: "a",
        passed: false,
        transcript: [{ type: "assistant", message: { content: [{ type: "tool_use", name: "Bash" }] } }],
      },
    ],
  });
  const view = evalCompareView(rowOf("r1", before), rowOf("r2", after), compareRuns(before, after));
  expect(view).toMatchObject({
    before: { id: "r1" },
    after: { id: "r2" },
    improved: 0,
    regressed: 1,
    unchanged: 0,
    added: 0,
    removed: 0,
    total_cost_delta_usd: 0.25,
    cost_complete: true,
    total_duration_delta_ms: 0,
    tool_count_before: 0,
    tool_count_after: 1,
    tool_changes: [{ tool: "Bash", before: 0, after: 1 }],
    notes: ["a: passed before, fails after"],
    warnings: [],
  });
  expect(view.deltas).toEqual([
    {
      tier: "e2e",
      suite: "",
      name: "a",
      occurrence: 1,
      change: "regressed",
      before: {
        passed: true,
        cost_usd: 0.25,
        duration_ms: null,
        turns_used: null,
        detection_rate: null,
        tool_calls: 0,
        attempts: 1,
      },
      after: {
        passed: false,
        cost_usd: null,
        duration_ms: null,
        turns_used: null,
        detection_rate: null,
        tool_calls: 1,
        attempts: 1,
      },
    },
  ]);
});

describe("a bill", () => {
  const bill = (entries: Parameters<typeof priceEntry>[0][], prices = referencePrices) =>
    evalCostView(
      reportCosts(
        entries.map((entry) => priceEntry(entry, prices, Date.parse("2026-03-16"))),
        prices,
        defaultTierModels,
      ),
      prices,
    );

  test("has the fields of the contract", () => {
    expect(
      bill([
        { model: "claude-sonnet-4-6", calls: 2, input_tokens: 1_000_000, output_tokens: 500_000, cache_read_input_tokens: 0 },
      ]),
    ).toEqual({
      entries: [
        {
          model: "claude-sonnet-4-6",
          calls: 2,
          input_tokens: 1_000_000,
          output_tokens: 500_000,
          cache_read_tokens: 0,
          cache_creation_tokens: 0,
          cost_usd: 10.5,
          exact: false,
          priced: true,
        },
      ],
      total_usd: 10.5,
      unsplit_usd: 0,
      complete: true,
      at_fast_tier_usd: 2.8,
      at_standard_tier_usd: 10.5,
      at_full_tier_usd: 52.5,
      prices: { source: "reference prices", date: "2025-05-01", fallback: null },
    });
  });

  test("has a null cost when no cost is known, and the known part when only some is", () => {
    const view = bill([{ model: "x", input_tokens: 5 }, { model: "y", cost_usd: 1 }, { model: "y" }]);
    expect(view.entries.map(({ model, cost_usd, priced }) => [model, cost_usd, priced])).toEqual([
      ["y", 1, false],
      ["x", null, false],
    ]);
    expect(view.complete).toBe(false);
  });

  test("has no what-if for a tier whose model has no price", () => {
    const view = bill([], createPriceTable("mine", "2026-01-01", { "claude-haiku-4-5": { input: 1, output: 1 } }));
    expect(view).toMatchObject({ at_fast_tier_usd: 0, at_standard_tier_usd: null, at_full_tier_usd: null });
  });
});

describe("trends and summary", () => {
  const tests = new Map([
    [0, { tier: "e2e", suite: "s", name: "a" }],
    [1, { tier: "e2e", suite: "s", name: "b" }],
  ]);
  const runs = ["PF", "PP", "PF", "PP"].map((letters, index) => ({
    id: `r${index}`,
    sha: "abc1234",
    at: Date.parse("2026-03-16T12:00:00.000Z") + index * 60_000,
    results: packResults({ tests: [0, 1], passed: [...letters].map((letter) => letter === "P") }),
  }));
  const trends = evalTrendViews(runs, tests);

  test("a trend has the fields of the contract, results oldest first", () => {
    expect(trends.map((trend) => [trend.name, trend.status])).toEqual([
      ["b", "flaky"],
      ["a", "stable-pass"],
    ]);
    const [flaky] = trends;
    expect(flaky).toMatchObject({
      tier: "e2e",
      suite: "s",
      name: "b",
      pass_rate: 0.5,
      flips: 3,
      streak: { type: "pass", count: 1 },
    });
    expect(flaky?.results[2]).toEqual({ timestamp: "2026-03-16T12:02:00.000Z", passed: false, retried: false });
    expect(flaky).toMatchObject({
      health: "flaky",
      health_reason: "changed 3 times in 4 results",
      health_why: { kind: "changes", changes: 3, results: 4 },
      health_since: null,
    });
    expect(flaky?.interval[0]).toBeCloseTo(0.15, 2);
    expect(flaky?.interval[1]).toBeCloseTo(0.85, 2);
  });

  test("a summary lists the flaky tests of the same runs", () => {
    const run = rowOf("r1", runWith({ all_results: [{ name: "a", passed: true, detection_rate: 3 }] }));
    expect(evalSummaryView(summarizeRuns([run]), trends)).toEqual({
      runs: 1,
      partial_runs: 0,
      total_cost_usd: 0.5,
      cost_complete: true,
      tiers: [{ tier: "e2e", runs: 1, total_cost_usd: 0.5, cost_complete: true, average_cost_usd: 0.5, average_complete: true }],
      average_detection: 3,
      flaky: [{ tier: "e2e", suite: "s", name: "b", pass_rate: 0.5, results: 4 }],
      branches: [{ tier: "e2e", branch: "main", runs: 1, average_detection: 3 }],
      from: "2026-03-16T12:00:00.000Z",
      to: "2026-03-16T12:00:00.000Z",
    });
  });
});
