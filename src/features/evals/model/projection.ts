import { orderingTime } from "../../reviews/model/clock.ts";
import { repeatsOf, runCounts, testsOfRun } from "./attempts.ts";
import type { PricedEntry } from "./cost.ts";
import { costOfEntries, type ReportedCost } from "./cost-trend.ts";
import { type CostEstimates, priceRun } from "./estimate.ts";
import { type EvalRun, runCostMicros, type TestKey, testKey } from "./run.ts";

/**
 * The data that an index stores of a run: integers and short texts, with names normalized to NFC. Raw results stay in the journal
 * as they were written.
 */
export type RunProjection = Readonly<{
  contentSha256: string;
  /**
   * Time by which the run is ordered, ms since the epoch: its stated time, or the time of its recording if the stated one is
   * later.
   */
  at: number;
  /** Time that the run states, ms since the epoch. */
  stated: number;
  /** False when the run's timestamp is not a valid time; the time of recording is then used instead. */
  atGiven: boolean;
  tier: string;
  branch: string;
  sha: string;
  version: string;
  label: string | null;
  total: number;
  passed: number;
  failed: number;
  /** Largest number of attempts at one test. */
  attempts: number;
  /** Number of tests that passed in every attempt. */
  steady: number;
  /** The total cost that the run states, in micro-dollars. */
  costMicros: number;
  /** The cost of the run that is shown everywhere. */
  cost: ReportedCost;
  durationMs: number;
  /** Sum of the detection rates (bugs found) of the `detectionTests` tests that have one, in hundredths. */
  detectionHundredths: number;
  detectionTests: number;
  partial: boolean;
  /** Every attempt, in the order of the run. */
  results: readonly Readonly<{ key: TestKey; passed: boolean }>[];
}>;

/** The data of a recorded run from which its projection is made. */
export type ProjectedRun = Readonly<{
  run: EvalRun;
  at: string;
  timestamp_given: boolean;
  content_sha256: string;
  label: string | null;
  estimates: CostEstimates | null;
}>;

/** Converts a stated number to a safe integer, for an integer column. */
const toSafeInteger = (value: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, Math.round(value))) + 0;

/**
 * Returns the projection of a recorded run. Counts and duration are those that the run states, unless they cannot be right.
 * @param recordedAt time that the clock showed when the run was recorded
 * @param entries the run's cost entries with their final amounts
 */
export function projectRun(
  data: ProjectedRun,
  recordedAt: string,
  entries: readonly PricedEntry[] = priceRun(data.run, data.estimates),
): RunProjection {
  const { run } = data;
  const tests = testsOfRun(run);
  const detections = tests.flatMap(({ test }) => test.detection_rate ?? []);
  const { total, passed, failed } = runCounts(run);
  const costMicros = runCostMicros(run);
  const stated = Date.parse(data.at);
  return {
    contentSha256: data.content_sha256,
    at: orderingTime(stated, recordedAt),
    stated,
    atGiven: data.timestamp_given,
    tier: run.tier.normalize("NFC"),
    branch: run.git_branch.normalize("NFC"),
    sha: run.git_sha,
    version: run.version.normalize("NFC"),
    label: data.label?.normalize("NFC") ?? null,
    total,
    passed,
    failed,
    ...repeatsOf(tests),
    costMicros,
    cost: costOfEntries(costMicros, entries),
    durationMs: toSafeInteger(run.total_duration_ms),
    detectionHundredths: toSafeInteger(detections.reduce((sum, rate) => sum + rate * 100, 0)),
    detectionTests: detections.length,
    partial: run._partial === true,
    results: run.tests.map((test) => ({ key: testKey(run, test), passed: test.passed })),
  };
}
