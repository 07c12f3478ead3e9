import * as z from "zod";
import { microsToUsd } from "../../domain/eval/money.ts";
import { forEachResult } from "../../domain/eval/packed-results.ts";
import type { EvalQueries, EvalRunRow, EvalScope } from "../../domain/eval/queries.ts";
import { type EvalTest, evalTest, type TestKey, testCostMicros, testKey } from "../../domain/eval/run.ts";
import { trendOf } from "../../domain/eval/trend.ts";
import type { Ledger } from "../../domain/ports.ts";
import type { EvalTestHistoryView, EvalTestResultView } from "../eval-panel-views.ts";
import { defineOperation } from "../operation.ts";
import { isoOf } from "../present.ts";
import { whoseOf } from "../whose.ts";
import { panelKeys, panelScope, panelSpan, passRateOf } from "./panel.ts";

const input = z.object({
  ...panelKeys,
  tier: z.string().describe("Tier of the test"),
  suite: z.string().describe("Suite of the test; empty for none"),
  name: z.string().describe("Name of the test"),
  read: z.int().min(0).max(100).default(30).describe("Over how many of the newest runs durations, costs and errors are read"),
});

/** A result as the index has it: its run, and which of the test's results in that run it is. */
export type Indexed = Readonly<{ row: EvalRunRow; occurrence: number; passed: boolean }>;

/** Every result of a test in a scope, oldest first. */
export function indexedResults(
  evals: Pick<EvalQueries, "runs" | "packedRuns" | "tests">,
  key: TestKey,
  scope: EvalScope,
): readonly Indexed[] {
  const [number] = evals.tests(key).keys();
  if (number === undefined) return [];
  const rows = evals.runs(scope).toReversed();
  return evals.packedRuns(scope).flatMap(({ results }, run) => {
    const row = rows[run];
    const found: Indexed[] = [];
    forEachResult(results, (test, passed) => {
      if (test === number && row !== undefined) found.push({ row, occurrence: found.length, passed });
    });
    return found;
  });
}

/** The part of a recorded run that holds its tests; the tests themselves are parsed one by one, as a run may have thousands. */
const recordedTests = z.object({ run: z.object({ tier: z.string(), tests: z.array(z.unknown()) }) });

/** All that was recorded of one test in a run, in the order of the run. */
async function testsOf(ledger: Ledger, row: EvalRunRow, key: TestKey): Promise<readonly EvalTest[]> {
  const { run } = recordedTests.parse((await ledger.fetch(row.place)).data);
  return run.tests
    .filter((test) => typeof test === "object" && test !== null && "name" in test && test.name === key.name)
    .map((test) => evalTest.parse(test))
    .filter((test) => {
      const { tier, suite } = testKey(run, test);
      return tier === key.tier && suite === key.suite;
    });
}

/** Reads the runs of some results, each once. */
async function read(
  ledger: Ledger,
  results: readonly Indexed[],
  key: TestKey,
): Promise<ReadonlyMap<string, readonly EvalTest[]>> {
  const rows = new Map(results.map(({ row }) => [row.id, row]));
  const tests = new Map<string, readonly EvalTest[]>();
  for (const row of rows.values()) tests.set(row.id, await testsOf(ledger, row, key));
  return tests;
}

function resultView({ row, passed }: Indexed, test: EvalTest | undefined): EvalTestResultView {
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
  };
}

/** Reading runs of thousands of tests takes a while: then fewer are read, so that all of them have no more tests than this … */
const mostTests = 40_000;
/** … but never fewer runs than this. */
const leastRuns = 5;

/** The newest results, of at most so many runs. */
export function newest(results: readonly Indexed[], runs: number): readonly Indexed[] {
  const wanted = new Set<string>();
  let tests = 0;
  for (let at = results.length - 1; at >= 0; at -= 1) {
    const row = results[at]?.row;
    if (row === undefined || wanted.has(row.id)) continue;
    tests += row.total;
    if (wanted.size >= runs || (wanted.size >= leastRuns && tests > mostTests)) break;
    wanted.add(row.id);
  }
  return results.filter(({ row }) => wanted.has(row.id));
}

/**
 * The history of a test.
 * @param read the newest results, of which `tests` has all that was recorded, in the order of their run
 */
export function historyView(
  key: TestKey,
  indexed: readonly Indexed[],
  read: readonly Indexed[],
  tests: ReadonlyMap<string, readonly EvalTest[]>,
): EvalTestHistoryView {
  const results = indexed.map((one) => resultView(one, tests.get(one.row.id)?.[one.occurrence]));
  const trend = trendOf(indexed.map(({ passed }) => passed));
  const passRate = passRateOf(indexed.filter(({ passed }) => passed).length, indexed.length);
  const failure = results.findLast((one) => !one.passed && one.error !== null);
  return {
    ...key,
    trend:
      trend === undefined || passRate === null
        ? null
        : { status: trend.status, pass_rate: passRate, flips: trend.flips, streak: trend.streak },
    results,
    read: read.length,
    last_error:
      failure === undefined || failure.error === null
        ? null
        : { run: failure.run, timestamp: failure.timestamp, error: failure.error },
  };
}

export const evalTestHistory = defineOperation({
  name: "eval test",
  summary: "Show the history of one test of the evals",
  input,
  writes: false,
  async run(ports, { read: depth, tier, suite, name, ...choice }): Promise<EvalTestHistoryView> {
    const { ledger, calendar, clock } = ports;
    const key = { tier, suite, name };
    const scope = panelScope(choice, panelSpan(calendar, clock.now(), choice));
    const whose = await whoseOf(ports, choice);
    const indexed = await ledger.ask((queries) => indexedResults(queries.eval, key, scope), whose);
    const recent = newest(indexed, depth);
    // The newest failure says why, also when many passes came after it.
    const failure = indexed.findLast(({ passed }) => !passed);
    const tests = await read(ledger, failure === undefined || depth === 0 ? recent : [failure, ...recent], key);
    return historyView(key, indexed, recent, tests);
  },
});
