import type { EvalRecorded } from "./recorded.ts";
import { runCostMicros, type TestKey, testKey } from "./run.ts";

/** What an index keeps of a run: integers and short texts. Raw results stay in the journal. */
export type RunProjection = Readonly<{
  contentSha256: string;
  /** ms since the epoch. */
  at: number;
  tier: string;
  branch: string;
  sha: string;
  version: string;
  label: string | null;
  total: number;
  passed: number;
  failed: number;
  costMicros: number;
  durationMs: number;
  /** Sum of the detection rates (bugs found) of the `detectionTests` tests that have one, in hundredths. */
  detectionHundredths: number;
  detectionTests: number;
  partial: boolean;
  results: readonly Readonly<{ key: TestKey; passed: boolean }>[];
}>;

/** A stated number as an integer column holds it. */
const whole = (value: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, Math.round(value))) + 0;

/** The projection of a recorded run. Counts, cost and duration are those the run states. */
export function projectRun(data: EvalRecorded): RunProjection {
  const { run } = data;
  const detections = run.tests.flatMap((test) => test.detection_rate ?? []);
  return {
    contentSha256: data.content_sha256,
    at: Date.parse(data.at),
    tier: run.tier,
    branch: run.git_branch,
    sha: run.git_sha,
    version: run.version,
    label: data.label,
    total: whole(run.total),
    passed: whole(run.passed),
    failed: whole(run.failed),
    costMicros: runCostMicros(run),
    durationMs: whole(run.total_duration_ms),
    detectionHundredths: whole(detections.reduce((sum, rate) => sum + rate * 100, 0)),
    detectionTests: detections.length,
    partial: run._partial === true,
    results: run.tests.map((test) => ({ key: testKey(run, test), passed: test.passed })),
  };
}
