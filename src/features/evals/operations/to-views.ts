import type { Comparison, TestState } from "../model/compare.ts";
import { compareNotes, noteText } from "../model/compare-notes.ts";
import type { CostReport } from "../model/cost.ts";
import type { RunCost } from "../model/cost-trend.ts";
import { healthOf, type ResultReader } from "../model/health.ts";
import { microsToUsd } from "../model/money.ts";
import type { PriceTable } from "../model/price-table.ts";
import type { EvalRunRow, PackedRunRow } from "../model/queries.ts";
import type { TestKey } from "../model/run.ts";
import { flakyTests, type RunsSummary } from "../model/summary.ts";
import type { ToolCounts } from "../model/tool-calls.ts";
import { type PackedRun, type Trend, trendsOf } from "../model/trend.ts";
import { healthView, knownCommit } from "./health-view.ts";
import type {
  EvalCompareView,
  EvalCostView,
  EvalRunView,
  EvalSummaryView,
  EvalTestStateView,
  EvalTrendResult,
  EvalTrendView,
} from "./views.ts";

const isoTime = (at: number): string => new Date(at).toISOString();

const usdOrNull = (micros: number | null): number | null => (micros === null ? null : microsToUsd(micros));

const passK = ({ attempts, steady, total }: Pick<EvalRunRow, "attempts" | "steady" | "total">): EvalRunView["pass_k"] =>
  attempts <= 1 ? null : { k: attempts, passed: steady, rate: total === 0 ? null : Math.min(1, steady / total) };

/** A run of the index as every command shows it. */
export const evalRunView = (row: Omit<EvalRunRow, "place">): EvalRunView => ({
  id: row.id,
  timestamp: isoTime(row.at),
  git_branch: row.branch,
  git_sha: row.sha,
  tier: row.tier,
  version: row.version,
  label: row.label,
  passed: row.passed,
  failed: row.failed,
  total: row.total,
  total_cost_usd: microsToUsd(row.costMicros),
  duration_seconds: row.durationMs / 1000,
  project: row.project,
  partial: row.partial,
  timestamp_given: row.atGiven,
  stated_at: row.stated > row.at ? isoTime(row.stated) : null,
  cost_usd: microsToUsd(row.cost.micros),
  cost_complete: row.cost.complete,
  pass_k: passK(row),
});

/** Returns a warning if the time of a run cannot be right. */
export const runTimeWarnings = ({ timestamp, stated_at }: EvalRunView): readonly string[] =>
  stated_at === null
    ? []
    : [`timestamp: ${stated_at} is later than the recording; the run counts as of ${timestamp}. Check the clock that dated it.`];

const callsOf = (counts: ToolCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

const stateView = (state: TestState): EvalTestStateView => ({
  passed: state.passed,
  cost_usd: usdOrNull(state.costMicros),
  duration_ms: state.durationMs,
  turns_used: state.turns,
  detection_rate: state.detectionRate,
  tool_calls: callsOf(state.tools),
  attempts: state.attempts,
});

function toolChanges(before: ToolCounts, after: ToolCounts): EvalCompareView["tool_changes"] {
  const tools = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return tools
    .map((tool) => ({ tool, before: before[tool] ?? 0, after: after[tool] ?? 0 }))
    .filter((change) => change.before !== change.after);
}

/** A comparison of two runs of the index. */
export const evalCompareView = (
  before: Omit<EvalRunRow, "place">,
  after: Omit<EvalRunRow, "place">,
  comparison: Comparison,
): EvalCompareView => ({
  before: evalRunView(before),
  after: evalRunView(after),
  ...comparison.counts,
  total_cost_delta_usd: microsToUsd(after.cost.micros - before.cost.micros),
  cost_complete: before.cost.complete && after.cost.complete,
  total_duration_delta_ms: comparison.durationDeltaMs,
  tool_count_before: callsOf(comparison.toolsBefore),
  tool_count_after: callsOf(comparison.toolsAfter),
  tool_changes: toolChanges(comparison.toolsBefore, comparison.toolsAfter),
  deltas: comparison.deltas.map((delta) => ({
    tier: delta.tier,
    suite: delta.suite,
    name: delta.name,
    occurrence: delta.occurrence,
    change: delta.change,
    before: delta.before === null ? null : stateView(delta.before),
    after: delta.after === null ? null : stateView(delta.after),
  })),
  notes: compareNotes(comparison).map(noteText),
  warnings: comparison.warnings,
});

/**
 * Returns the view of a bill.
 * @param spent cost of the runs; runs may state a part of it without a model
 */
export const evalCostView = (
  report: CostReport,
  prices: Pick<PriceTable, "source" | "date" | "fallback">,
  spent: Pick<RunCost, "micros"> = { micros: report.totalMicros },
): EvalCostView => ({
  entries: report.entries.map((entry) => ({
    model: entry.model,
    calls: entry.calls,
    input_tokens: entry.tokens.input,
    output_tokens: entry.tokens.output,
    cache_read_tokens: entry.tokens.cacheRead,
    cache_creation_tokens: entry.tokens.cacheCreation,
    cost_usd: !entry.priced && entry.costMicros === 0 ? null : microsToUsd(entry.costMicros),
    exact: entry.exact,
    priced: entry.priced,
  })),
  total_usd: microsToUsd(spent.micros),
  unsplit_usd: microsToUsd(spent.micros - report.totalMicros),
  complete: report.complete,
  at_fast_tier_usd: usdOrNull(report.atTier.fast),
  at_standard_tier_usd: usdOrNull(report.atTier.standard),
  at_full_tier_usd: usdOrNull(report.atTier.full),
  prices: { source: prices.source, date: prices.date, fallback: prices.fallback },
});

/** A result in a trend: how it is shown, and its run. */
type TrendMark = Readonly<{ view: EvalTrendResult; run: PackedRunRow }>;

/** Converts a run to the input of trends. All tests share its marks, so that a result takes a reference and not an object. */
export function toPackedRun(row: PackedRunRow): PackedRun<TrendMark> {
  const timestamp = isoTime(row.at);
  const markFor = (passed: boolean, retried: boolean): TrendMark => ({ view: { timestamp, passed, retried }, run: row });
  return {
    results: row.results,
    passed: markFor(true, false),
    failed: markFor(false, false),
    retriedPassed: markFor(true, true),
    retriedFailed: markFor(false, true),
  };
}

const markReader: ResultReader<TrendMark> = {
  passed: ({ view }) => view.passed,
  mixed: ({ view }) => view.retried,
  commit: ({ run }) => knownCommit(run.sha),
};

const trendView = (trend: Trend<TrendMark>): EvalTrendView => ({
  tier: trend.tier,
  suite: trend.suite,
  name: trend.name,
  pass_rate: trend.passRate.rate,
  flips: trend.flips,
  streak: trend.streak,
  status: trend.status,
  interval: [trend.passRate.low, trend.passRate.high],
  ...healthView(healthOf(trend.results, markReader), (place) => trend.results[place]?.run),
  results: trend.results.map(({ view }) => view),
});

/** Returns the trends of some tests over packed runs, oldest run first. */
export const evalTrendViews = (runs: readonly PackedRunRow[], tests: ReadonlyMap<number, TestKey>): readonly EvalTrendView[] =>
  trendsOf(runs.map(toPackedRun), tests).map(trendView);

/** Returns the view of a summary, with the tests that are flaky over the same runs. */
export const evalSummaryView = (summary: RunsSummary, trends: readonly EvalTrendView[]): EvalSummaryView => ({
  runs: summary.runs,
  partial_runs: summary.partialRuns,
  total_cost_usd: microsToUsd(summary.costMicros),
  cost_complete: summary.costComplete,
  tiers: summary.tiers.map((tier) => ({
    tier: tier.tier,
    runs: tier.runs,
    total_cost_usd: microsToUsd(tier.costMicros),
    cost_complete: tier.costComplete,
    average_cost_usd: microsToUsd(tier.averageCostMicros),
    average_complete: tier.averageComplete,
  })),
  average_detection: summary.averageDetection,
  flaky: flakyTests(trends).map((trend) => ({
    tier: trend.tier,
    suite: trend.suite,
    name: trend.name,
    pass_rate: trend.pass_rate,
    results: trend.results.length,
  })),
  branches: summary.branches.map((branch) => ({
    tier: branch.tier,
    branch: branch.branch,
    runs: branch.runs,
    average_detection: branch.averageDetection,
  })),
  from: summary.from === null ? null : isoTime(summary.from),
  to: summary.to === null ? null : isoTime(summary.to),
});
