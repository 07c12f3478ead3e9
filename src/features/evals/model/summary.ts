import { compareText } from "./compare-text.ts";
import { microsEach } from "./cost-trend.ts";
import type { RunProjection } from "./projection.ts";
import type { TrendStatus } from "./trend.ts";

/** The fields of a run that a summary needs. */
export type SummaryRun = Pick<
  RunProjection,
  "at" | "tier" | "branch" | "detectionHundredths" | "detectionTests" | "partial" | "cost"
>;

/**
 * The tier whose tests search for planted bugs. The detection rates of other tiers have another meaning, so they are not averaged
 * with these.
 */
const detectionTier = "e2e";

/**
 * Total cost. The average is over the runs that report their cost, 0 without any. The flags are false when the amount may be
 * higher.
 */
type CostTotals = Readonly<{ costMicros: number; costComplete: boolean; averageCostMicros: number; averageComplete: boolean }>;

/** Runs of one tier. Costs are micro-dollars; the average is rounded half up. */
export type TierSummary = CostTotals & Readonly<{ tier: string; runs: number }>;

/** Runs of one tier on one branch. `averageDetection` is the mean over tests that have a detection rate; null without any. */
export type BranchSummary = Readonly<{ tier: string; branch: string; runs: number; averageDetection: number | null }>;

export type RunsSummary = Readonly<{
  runs: number;
  partialRuns: number;
  costMicros: number;
  costComplete: boolean;
  /** By runs descending, then name. A tier is any word that a run uses. */
  tiers: readonly TierSummary[];
  /** Of end-to-end tests. */
  averageDetection: number | null;
  /** By average detection descending (none counts as 0), then runs descending, branch and tier. */
  branches: readonly BranchSummary[];
  /** Instants of the oldest and the newest run. */
  from: number | null;
  to: number | null;
}>;

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function costOf(runs: readonly SummaryRun[]): CostTotals {
  const reporting = runs.filter(({ cost }) => cost.tells);
  const costMicros = reporting.reduce((sum, { cost }) => sum + cost.micros, 0);
  return {
    costMicros,
    costComplete: runs.every(({ cost }) => cost.complete),
    averageCostMicros: microsEach(costMicros, reporting.length) ?? 0,
    averageComplete: reporting.length > 0 && reporting.every(({ cost }) => cost.complete),
  };
}

/** Returns the average detection rate, rounded to one decimal, as it is shown and compared. */
function detectionOf(runs: readonly SummaryRun[]): number | null {
  const tests = runs.reduce((sum, run) => sum + run.detectionTests, 0);
  const hundredths = runs.reduce((sum, run) => sum + run.detectionHundredths, 0);
  return tests === 0 ? null : Math.round(hundredths / tests / 10) / 10;
}

const toTierSummary = (runs: readonly [SummaryRun, ...SummaryRun[]]): TierSummary => ({
  tier: runs[0].tier,
  runs: runs.length,
  ...costOf(runs),
});

const toBranchSummary = (runs: readonly [SummaryRun, ...SummaryRun[]]): BranchSummary => ({
  tier: runs[0].tier,
  branch: runs[0].branch,
  runs: runs.length,
  averageDetection: detectionOf(runs),
});

/** Summarizes runs, given in any order. */
export function summarizeRuns(runs: readonly SummaryRun[]): RunsSummary {
  const { costMicros, costComplete } = costOf(runs);
  return {
    runs: runs.length,
    partialRuns: runs.filter(({ partial }) => partial).length,
    costMicros,
    costComplete,
    tiers: groupBy(runs, (run) => run.tier)
      .map(toTierSummary)
      .sort((a, b) => b.runs - a.runs || compareText(a.tier, b.tier)),
    averageDetection: detectionOf(runs.filter(({ tier }) => tier === detectionTier)),
    branches: groupBy(runs, (run) => JSON.stringify([run.tier, run.branch]))
      .map(toBranchSummary)
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

/** Returns the unreliable tests: flaky by the rules of the trend, in the order of the trends. */
export const flakyTests = <T extends Readonly<{ status: TrendStatus }>>(trends: readonly T[]): readonly T[] =>
  trends.filter((trend) => trend.status === "flaky");
