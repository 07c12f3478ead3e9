import { runCounts, testsOfRun } from "./attempts.ts";
import type { PricedEntry } from "./cost.ts";
import { costOfEntries, type ReportedCost } from "./cost-trend.ts";
import { priceRun } from "./estimate.ts";
import type { EvalRecorded } from "./recorded.ts";
import { runCostMicros, type TestKey, testKey } from "./run.ts";

/** What an index keeps of a run: integers and short texts. Raw results stay in the journal. */
export type RunProjection = Readonly<{
  contentSha256: string;
  /** ms since the epoch. */
  at: number;
  /** False when the run's timestamp is no time and the time of recording stands in for it. */
  atGiven: boolean;
  tier: string;
  branch: string;
  sha: string;
  version: string;
  label: string | null;
  total: number;
  passed: number;
  failed: number;
  /** The total that the run states. */
  costMicros: number;
  /** What it cost, wherever a run's cost is shown. */
  cost: ReportedCost;
  durationMs: number;
  /** Sum of the detection rates (bugs found) of the `detectionTests` tests that have one, in hundredths. */
  detectionHundredths: number;
  detectionTests: number;
  partial: boolean;
  /** Every attempt, in the order of the run. */
  results: readonly Readonly<{ key: TestKey; passed: boolean }>[];
}>;

/** A stated number as an integer column holds it. */
export const wholeCount = (value: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, Math.round(value))) + 0;

/**
 * The projection of a recorded run. Counts and duration are those the run states where they can be right.
 * @param entries its cost entries as they stand
 */
export function projectRun(
  data: EvalRecorded,
  entries: readonly PricedEntry[] = priceRun(data.run, data.estimates),
): RunProjection {
  const { run } = data;
  const detections = testsOfRun(run).flatMap(({ test }) => test.detection_rate ?? []);
  const { total, passed, failed } = runCounts(run);
  const costMicros = runCostMicros(run);
  return {
    contentSha256: data.content_sha256,
    at: Date.parse(data.at),
    atGiven: data.timestamp_given,
    tier: run.tier,
    branch: run.git_branch,
    sha: run.git_sha,
    version: run.version,
    label: data.label,
    total,
    passed,
    failed,
    costMicros,
    cost: costOfEntries(costMicros, entries),
    durationMs: wholeCount(run.total_duration_ms),
    detectionHundredths: wholeCount(detections.reduce((sum, rate) => sum + rate * 100, 0)),
    detectionTests: detections.length,
    partial: run._partial === true,
    results: run.tests.map((test) => ({ key: testKey(run, test), passed: test.passed })),
  };
}
