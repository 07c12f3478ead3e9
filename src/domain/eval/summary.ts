import type { RunProjection } from "./projection.ts";
import { compareText } from "./text.ts";
import type { TrendStatus } from "./trend.ts";

/** What a summary needs of a run. */
export type SummaryRun = Pick<RunProjection, "at" | "tier" | "branch" | "costMicros" | "detectionHundredths" | "detectionTests">;

/** Runs of one tier. Costs are micro-dollars; the average is rounded half up. */
export type TierSummary = Readonly<{ tier: string; runs: number; costMicros: number; averageCostMicros: number }>;

/** Runs of one tier on one branch. `averageDetection` is the mean over tests that have a detection rate; null without any. */
export type BranchSummary = Readonly<{ tier: string; branch: string; runs: number; averageDetection: number | null }>;

export type RunsSummary = Readonly<{
  runs: number;
  costMicros: number;
  /** By runs descending, then name. Tiers are whatever words the runs use. */
  tiers: readonly TierSummary[];
  averageDetection: number | null;
  /** By average detection descending (none counts as 0), then runs descending, branch and tier. */
  branches: readonly BranchSummary[];
  /** Instants of the oldest and the newest run. */
  from: number | null;
  to: number | null;
}>;

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

const costOf = (runs: readonly SummaryRun[]): number => runs.reduce((sum, run) => sum + run.costMicros, 0);

/** To one decimal, as it is shown and compared. */
function detectionOf(runs: readonly SummaryRun[]): number | null {
  const tests = runs.reduce((sum, run) => sum + run.detectionTests, 0);
  const hundredths = runs.reduce((sum, run) => sum + run.detectionHundredths, 0);
  return tests === 0 ? null : Math.round(hundredths / tests / 10) / 10;
}

function tierOf(runs: readonly [SummaryRun, ...SummaryRun[]]): TierSummary {
  const costMicros = costOf(runs);
  return { tier: runs[0].tier, runs: runs.length, costMicros, averageCostMicros: Math.round(costMicros / runs.length) };
}

const branchOf = (runs: readonly [SummaryRun, ...SummaryRun[]]): BranchSummary => ({
  tier: runs[0].tier,
  branch: runs[0].branch,
  runs: runs.length,
  averageDetection: detectionOf(runs),
});

/** Sums up runs in any order; partial runs should not be among them. */
export function summarizeRuns(runs: readonly SummaryRun[]): RunsSummary {
  return {
    runs: runs.length,
    costMicros: costOf(runs),
    tiers: grouped(runs, (run) => run.tier)
      .map(tierOf)
      .sort((a, b) => b.runs - a.runs || compareText(a.tier, b.tier)),
    averageDetection: detectionOf(runs),
    branches: grouped(runs, (run) => JSON.stringify([run.tier, run.branch]))
      .map(branchOf)
      .sort(
        (a, b) =>
          (b.averageDetection ?? 0) - (a.averageDetection ?? 0) ||
          b.runs - a.runs ||
          compareText(a.branch, b.branch) ||
          compareText(a.tier, b.tier),
      ),
    from: runs.reduce<number | null>((least, run) => (least === null || run.at < least ? run.at : least), null),
    to: runs.reduce<number | null>((most, run) => (most === null || run.at > most ? run.at : most), null),
  };
}

/**
 * Tests that cannot be relied on: flaky by the rules of the trend, in the order of the trends. There is one meaning of flaky in the
 * whole product.
 */
export const flakyTests = <T extends Readonly<{ status: TrendStatus }>>(trends: readonly T[]): readonly T[] =>
  trends.filter((trend) => trend.status === "flaky");
