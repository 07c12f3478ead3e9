import * as z from "zod";
import type { Ledger } from "../../../ports/ports.ts";
import { memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { isoOf } from "../../shared/units.ts";
import { type RunTest, testsOfRun } from "../model/attempts.ts";
import { healthOf, type ResultReader } from "../model/health.ts";
import { microsToUsd } from "../model/money.ts";
import { forEachTest } from "../model/packed-results.ts";
import type { EvalQueries, EvalRunRow, EvalScope } from "../model/queries.ts";
import { evalTest, type TestKey, testCostMicros } from "../model/run.ts";
import { trendOf } from "../model/trend.ts";
import { healthView, knownCommit } from "./health-view.ts";
import { panelKeys, panelScope, panelSpan, passRateOf } from "./panel-scope.ts";
import type { EvalTestHistoryView, EvalTestResultView } from "./panel-views.ts";

const input = z.object({
  ...panelKeys,
  tier: z.string().normalize("NFC").describe("Tier of the test"),
  suite: z.string().normalize("NFC").describe("Suite of the test; empty for none"),
  name: z.string().normalize("NFC").describe("Name of the test"),
  read: z.int().min(0).max(100).default(30).describe("Number of recent runs from which durations, costs and errors are read"),
});

/** A result as stored in the index; `mixed` is true when its attempts disagreed. */
export type IndexedResult = Readonly<{ row: EvalRunRow; passed: boolean; mixed: boolean }>;

/** Returns the result of a test in each run of a scope, oldest first. */
export function indexedResults(
  evals: Pick<EvalQueries, "runs" | "packedRuns" | "tests">,
  key: TestKey,
  scope: EvalScope,
): readonly IndexedResult[] {
  const [number] = evals.tests(key).keys();
  if (number === undefined) return [];
  const rows = evals.runs({ ...scope, whole: true }).toReversed();
  return evals.packedRuns(scope).flatMap(({ results }, run) => {
    const row = rows[run];
    const found: IndexedResult[] = [];
    forEachTest(results, (test, passed, mixed) => {
      if (test === number && row !== undefined) found.push({ row, passed, mixed });
    });
    return found;
  });
}

/** The part of a recorded run that holds its tests; the tests themselves are parsed one by one, as a run may have thousands. */
const recordedTests = z.object({ run: z.object({ tier: z.string(), tests: z.array(z.unknown()) }) });

const namedTest = z.object({ name: z.string() });

/** Reads the data recorded of one test in a run. */
async function readTest(ledger: Ledger, row: EvalRunRow, key: TestKey): Promise<RunTest | undefined> {
  const { run } = recordedTests.parse((await ledger.fetch(row.place)).data);
  const tests = run.tests
    .filter((test) => namedTest.safeParse(test).data?.name.normalize("NFC") === key.name)
    .map((test) => evalTest.parse(test));
  return testsOfRun({ tier: run.tier, tests }).find((test) => test.key.tier === key.tier && test.key.suite === key.suite);
}

/** Reads the runs of some results, each once. */
async function readTests(ledger: Ledger, results: readonly IndexedResult[], key: TestKey): Promise<ReadonlyMap<string, RunTest>> {
  const rows = new Map(results.map(({ row }) => [row.id, row]));
  const tests = new Map<string, RunTest>();
  for (const row of rows.values()) {
    const test = await readTest(ledger, row, key);
    if (test !== undefined) tests.set(row.id, test);
  }
  return tests;
}

function resultView({ row, passed, mixed }: IndexedResult, runTest: RunTest | undefined): EvalTestResultView {
  const test = runTest?.test;
  const cost = test === undefined ? undefined : testCostMicros(test);
  return {
    run: row.id,
    timestamp: isoOf(row.at),
    git_branch: row.branch,
    git_sha: row.sha,
    passed,
    duration_ms: test?.duration_ms ?? null,
    cost_usd: cost === undefined ? null : microsToUsd(cost),
    turns_used: test?.turns_used ?? null,
    exit_reason: test?.exit_reason ?? null,
    error: test?.error ?? null,
    attempts: runTest?.attempts ?? (mixed ? 2 : 1),
  };
}

const historyReader: ResultReader<IndexedResult> = {
  passed: ({ passed }) => passed,
  mixed: ({ mixed }) => mixed,
  commit: ({ row }) => knownCommit(row.sha),
};

/**
 * Maximum number of tests in all runs that are read, because reading runs with thousands of tests takes a while. At least
 * `leastRuns` runs are read in any case.
 */
const mostTests = 40_000;
/** Minimum number of runs that are read, if there are as many, regardless of `mostTests`. */
const leastRuns = 5;

/** Returns the latest results, of at most `runs` runs. */
export function latestResults(results: readonly IndexedResult[], runs: number): readonly IndexedResult[] {
  const runIds = new Set<string>();
  let tests = 0;
  for (let at = results.length - 1; at >= 0; at -= 1) {
    const row = results[at]?.row;
    if (row === undefined || runIds.has(row.id)) continue;
    tests += row.total;
    if (runIds.size >= runs || (runIds.size >= leastRuns && tests > mostTests)) break;
    runIds.add(row.id);
  }
  return results.filter(({ row }) => runIds.has(row.id));
}

/**
 * Returns the history of a test.
 * @param latest the latest results, in the order of their runs; `tests` has all data recorded of them
 */
export function historyView(
  key: TestKey,
  indexed: readonly IndexedResult[],
  latest: readonly IndexedResult[],
  tests: ReadonlyMap<string, RunTest>,
): EvalTestHistoryView {
  const results = indexed.map((one) => resultView(one, tests.get(one.row.id)));
  const trend = trendOf(indexed.map(({ passed }) => passed));
  const passRate = passRateOf(indexed.filter(({ passed }) => passed).length, indexed.length);
  const failure = results.findLast((one) => !one.passed && one.error !== null);
  return {
    ...key,
    trend:
      trend === undefined || passRate === null
        ? null
        : {
            status: trend.status,
            ...healthView(healthOf(indexed, historyReader), (place) => indexed[place]?.row),
            pass_rate: passRate,
            flips: trend.flips,
            streak: trend.streak,
          },
    results,
    read: latest.length,
    last_error:
      failure === undefined || failure.error === null
        ? null
        : { run: failure.run, timestamp: failure.timestamp, error: failure.error },
  };
}

export const evalTestHistory = defineOperation({
  name: "eval test",
  summary: "Show the history of one eval test",
  input,
  effect: "read",
  async run(ports, { read: depth, tier, suite, name, ...choice }): Promise<EvalTestHistoryView> {
    const { ledger, calendar, clock } = ports;
    const key = { tier, suite, name };
    const scope = panelScope(choice, panelSpan(calendar, clock.now(), choice));
    const whose = await memberScopeOf(ports, choice);
    const indexed = await ledger.ask((queries) => indexedResults(queries.eval, key, scope), whose);
    const recent = latestResults(indexed, depth);
    // The latest failure is read for its error, even if many passes came after it.
    const failure = indexed.findLast(({ passed }) => !passed);
    const tests = await readTests(ledger, failure === undefined || depth === 0 ? recent : [failure, ...recent], key);
    return historyView(key, indexed, recent, tests);
  },
});
