import { testsOfRun } from "../../../src/features/evals/model/attempts.ts";
import { costOfEntries } from "../../../src/features/evals/model/cost-trend.ts";
import { usdToMicros } from "../../../src/features/evals/model/money.ts";
import { packResults } from "../../../src/features/evals/model/packed-results.ts";
import type { EvalQueries, EvalRunRow, EvalScope } from "../../../src/features/evals/model/queries.ts";
import type { EvalTest, TestKey } from "../../../src/features/evals/model/run.ts";
import { overviewOf } from "../../../src/features/evals/operations/overview.ts";
import { passRateOf } from "../../../src/features/evals/operations/panel-scope.ts";
import type {
  EvalOverviewView,
  EvalPanelFrame,
  EvalRunDetailView,
  EvalTestHistoryView,
} from "../../../src/features/evals/operations/panel-views.ts";
import { historyView, indexedResults, latestResults } from "../../../src/features/evals/operations/test-history.ts";
import { evalRunView } from "../../../src/features/evals/operations/to-views.ts";
import type { EvalDeltaView, EvalTestStateView, EvalTestView } from "../../../src/features/evals/operations/views.ts";
import { calendarOf } from "../../../src/platform/calendar.ts";
import type { EvalsFilter, EvalTestKey, TrendsFilter } from "../../../src/protocol/trends-panel.ts";
import { type FixtureEval, type FixtureTest, makeEvalHistory } from "../../support/eval-fixtures.ts";
import { entriesOf, runId } from "./cost-rows.ts";
import { boundsOf } from "./ledger.ts";
import type { ScenarioName } from "./scenario.ts";

/*
 * Evals of a scenario, computed by the product's own folds over runs in memory; this file only supplies the rows.
 */

const project = "acme/shop";
const calendar = calendarOf("Europe/Berlin");
/** Number of a test's latest results that are answered with full details; the same as the product's default. */
const detailDepth = 30;

/** The eval runs of a scenario, oldest first. */
export function evalsOf(scenario: ScenarioName): readonly FixtureEval[] {
  switch (scenario) {
    case "empty":
    case "reset":
      return [];
    case "one":
      return makeEvalHistory({ seed: 3, runs: 1, tests: 12 });
    case "sixty":
      return makeEvalHistory({ seed: 3, runs: 60, tests: 40 });
    case "thousands":
      return makeEvalHistory({ seed: 3, runs: 365, tests: 1000, tiers: ["e2e"], everyHours: 22 });
    case "eight":
      return makeEvalHistory({ seed: 3, runs: 80, tests: 5000, everyHours: 200 });
    default:
      return scenario satisfies never;
  }
}

type IndexedRun = Readonly<{ row: EvalRunRow; source: FixtureEval; results: Uint8Array }>;

const testOf = (test: FixtureTest): EvalTest => ({ ...test });

function rowOf(run: FixtureEval, index: number): EvalRunRow {
  return {
    id: runId(index),
    project,
    contentSha256: "",
    at: Date.parse(run.timestamp),
    stated: Date.parse(run.timestamp),
    atGiven: true,
    cost: costOfEntries(usdToMicros(run.total_cost_usd), entriesOf(run)),
    tier: run.tier,
    branch: run.git_branch,
    sha: run.git_sha,
    version: run.version,
    label: run.label ?? null,
    total: run.total,
    passed: run.passed,
    failed: run.failed,
    attempts: 1,
    steady: run.passed,
    costMicros: usdToMicros(run.total_cost_usd),
    durationMs: run.duration_seconds * 1000,
    detectionHundredths: 0,
    detectionTests: 0,
    partial: false,
    place: { device: "", segment: 1, offset: 0, length: 0 },
  };
}

const stateOf = (test: FixtureTest): EvalTestStateView => ({
  passed: test.passed,
  cost_usd: test.cost_usd,
  duration_ms: test.duration_ms,
  turns_used: test.turns_used ?? null,
  detection_rate: test.detection_rate ?? null,
  tool_calls: 0,
  attempts: 1,
});

const testView = (test: FixtureTest): EvalTestView => ({
  suite: test.suite,
  name: test.name,
  tier: test.tier,
  passed: test.passed,
  duration_ms: test.duration_ms,
  cost_usd: test.cost_usd,
  turns_used: test.turns_used ?? null,
  exit_reason: test.exit_reason ?? null,
  detection_rate: test.detection_rate ?? null,
  judge_scores: test.judge_scores ?? null,
  error: test.error ?? null,
  attempts: 1,
});

/** Answers queries about evals like the panel's host. */
export type EvalsLedger = Readonly<{
  frame(filter: TrendsFilter): EvalPanelFrame;
  overview(filter: TrendsFilter, evals: EvalsFilter): EvalOverviewView;
  test(test: EvalTestKey, filter: TrendsFilter, evals: EvalsFilter): EvalTestHistoryView;
  run(id: string, compare: boolean): EvalRunDetailView | undefined;
}>;

/** @param now the moment that counts as now, ISO-8601 */
export function evalsLedger(history: readonly FixtureEval[], now: string): EvalsLedger {
  const numbers = new Map<string, number>();
  const keys: TestKey[] = [];
  const numberOf = ({ tier, suite, name }: TestKey): number => {
    const text = JSON.stringify([tier, suite, name]);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, keys.length);
    keys.push({ tier, suite, name });
    return keys.length - 1;
  };
  const runs: readonly IndexedRun[] = history.map((source, index) => ({
    row: rowOf(source, index),
    source,
    results: packResults({
      tests: source.all_results.map(numberOf),
      passed: source.all_results.map(({ passed }) => passed),
    }),
  }));
  const within = ({ branch, from, to, project: projectFilter }: EvalScope): readonly IndexedRun[] =>
    runs.filter(
      ({ row }) =>
        (branch === undefined || row.branch === branch) &&
        (projectFilter === undefined || row.project === projectFilter) &&
        (from === undefined || row.at >= from) &&
        (to === undefined || row.at < to),
    );
  const queries: Pick<EvalQueries, "runs" | "packedRuns" | "tests"> = {
    runs: (scope) =>
      within(scope)
        .map(({ row }) => row)
        .reverse(),
    packedRuns: (scope) => within(scope).map(({ row, results }) => ({ id: row.id, at: row.at, sha: row.sha, results })),
    tests: (wanted) =>
      new Map(
        keys.flatMap((key, number): readonly (readonly [number, TestKey])[] =>
          (["tier", "suite", "name"] as const).every((part) => wanted[part] === undefined || wanted[part] === key[part])
            ? [[number, key]]
            : [],
        ),
      ),
  };
  const unique = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();
  const scopeOf = (filter: TrendsFilter, evals: EvalsFilter): EvalScope => {
    const { from, to } = boundsOf(filter, now);
    return {
      project: filter.project ?? undefined,
      branch: evals.branch ?? undefined,
      from: from === null ? undefined : Date.parse(from),
      to: to === null ? undefined : Date.parse(to),
    };
  };
  const frame = (filter: TrendsFilter): EvalPanelFrame => ({
    zone: "Europe/Berlin",
    filter: boundsOf(filter, now),
    recorded: runs.length > 0,
    projects: runs.length > 0 ? [project] : [],
    members: [],
    tiers: unique(history.map(({ tier }) => tier)),
    branches: unique(history.map(({ git_branch: branch }) => branch)),
  });

  return {
    frame,
    overview: (filter, evals) =>
      overviewOf(queries, calendar, frame(filter), scopeOf(filter, evals), {
        tier: evals.tier ?? undefined,
        suite: evals.suite ?? undefined,
      }),
    test(key, filter, evals) {
      const indexed = indexedResults(queries, key, scopeOf(filter, evals));
      const recent = latestResults(indexed, detailDepth);
      const tests = new Map(
        recent.flatMap(({ row }) => {
          const source = runs.find((run) => run.row.id === row.id)?.source;
          const own = (source?.all_results ?? []).filter(
            (test) => test.name === key.name && test.suite === key.suite && test.tier === key.tier,
          );
          const [test] = testsOfRun({ tier: row.tier, tests: own.map(testOf) });
          return test === undefined ? [] : [[row.id, test] as const];
        }),
      );
      return historyView(key, indexed, recent, tests);
    },
    run(id, compare) {
      const index = runs.findIndex(({ row }) => row.id === id);
      const found = runs[index];
      if (found === undefined) return undefined;
      const { row, source } = found;
      const failures = source.all_results.filter(({ passed }) => !passed);
      const rival = runs.slice(0, index).findLast((one) => one.row.tier === row.tier);
      const cost = source.costs[0];
      return {
        run: evalRunView(row),
        bill: { cost_usd: source.total_cost_usd, complete: true },
        baseline: false,
        pass_rate: passRateOf(source.passed, source.total),
        failed: failures.length,
        failures: failures.slice(0, 200).map(testView),
        costs: {
          entries: [
            {
              model: cost?.model ?? "",
              calls: cost?.calls ?? 0,
              input_tokens: cost?.input_tokens ?? 0,
              output_tokens: cost?.output_tokens ?? 0,
              cache_read_tokens: cost?.cache_read_input_tokens ?? 0,
              cache_creation_tokens: 0,
              cost_usd: source.total_cost_usd,
              exact: cost?.cost_usd !== undefined,
              priced: true,
            },
          ],
          total_usd: source.total_cost_usd,
          unsplit_usd: 0,
          complete: true,
          at_fast_tier_usd: null,
          at_standard_tier_usd: null,
          at_full_tier_usd: null,
          prices: { source: "fixture", date: "2026-01-01", fallback: null },
        },
        warnings: [],
        rival: rival === undefined ? null : evalRunView(rival.row),
        comparison: !compare || rival === undefined ? null : comparisonOf(rival, found),
      };
    },
  };
}

function comparisonOf(before: IndexedRun, after: IndexedRun): EvalRunDetailView["comparison"] {
  const testsBefore = new Map(before.source.all_results.map((test) => [JSON.stringify([test.suite, test.name]), test]));
  const deltas = after.source.all_results.flatMap((test): readonly EvalDeltaView[] => {
    const previous = testsBefore.get(JSON.stringify([test.suite, test.name]));
    if (previous === undefined || previous.passed === test.passed) return [];
    const change = test.passed ? "improved" : "regressed";
    return [
      {
        tier: test.tier,
        suite: test.suite,
        name: test.name,
        occurrence: 1,
        change,
        before: stateOf(previous),
        after: stateOf(test),
      },
    ];
  });
  const improved = deltas.filter(({ change }) => change === "improved").length;
  return {
    before: evalRunView(before.row),
    after: evalRunView(after.row),
    improved,
    regressed: deltas.length - improved,
    unchanged: after.source.total - deltas.length,
    added: 0,
    removed: 0,
    cost_complete: true,
    total_cost_delta_usd: after.source.total_cost_usd - before.source.total_cost_usd,
    total_duration_delta_ms: (after.source.duration_seconds - before.source.duration_seconds) * 1000,
    tool_count_before: 0,
    tool_count_after: 0,
    tool_changes: [],
    deltas,
    notes: [],
    warnings: [],
  };
}
