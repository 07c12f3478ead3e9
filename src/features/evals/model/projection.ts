import { placeOf } from "../../reviews/model/clock.ts";
import { repeatsOf, runCounts, testsOfRun } from "./attempts.ts";
import type { PricedEntry } from "./cost.ts";
import { costOfEntries, type ReportedCost } from "./cost-trend.ts";
import { type CostEstimates, priceRun } from "./estimate.ts";
import { type EvalRun, runCostMicros, type TestKey, testKey } from "./run.ts";

/** What an index keeps of a run: integers and short texts, names composed (NFC). Raw results stay in the journal as they were written. */
export type RunProjection = Readonly<{
  contentSha256: string;
  /** Where it takes its place, ms since the epoch: the time that it states, but for one that lies after its recording. */
  at: number;
  /** Time that it states, ms since the epoch. */
  stated: number;
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
  /** The most attempts at any test. */
  attempts: number;
  /** Tests that passed in every attempt. */
  steady: number;
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

/** What of a recorded run a projection is made of. */
export type ProjectedRun = Readonly<{
  run: EvalRun;
  at: string;
  timestamp_given: boolean;
  content_sha256: string;
  label: string | null;
  estimates: CostEstimates | null;
}>;

/** A stated number as an integer column holds it. */
const wholeCount = (value: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, Math.round(value))) + 0;

/**
 * The projection of a recorded run. Counts and duration are those the run states where they can be right.
 * @param recordedAt what the clock showed when it was recorded
 * @param entries its cost entries as they stand
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
    at: placeOf(stated, recordedAt),
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
    durationMs: wholeCount(run.total_duration_ms),
    detectionHundredths: wholeCount(detections.reduce((sum, rate) => sum + rate * 100, 0)),
    detectionTests: detections.length,
    partial: run._partial === true,
    results: run.tests.map((test) => ({ key: testKey(run, test), passed: test.passed })),
  };
}
