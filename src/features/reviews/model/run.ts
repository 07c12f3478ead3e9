import type { Fact, Recording } from "../../../kernel/fact.ts";
import { placeOf, recordingOf } from "./clock.ts";
import type { Severity } from "./finding.ts";
import { isBlocking } from "./is-blocking.ts";
import { isDisputed, type ReviewMode, type ReviewReport, rewardDeltaOf, type Verdict, verdictOf } from "./report.ts";

/** Findings of one rule in one run, by severity. */
export type RuleCount = Readonly<{ rule: string } & Record<Severity, number>>;

/** What a recorded review says to the folds: everything but texts. */
export type ReviewRun = Readonly<{
  factId: string;
  recording: Recording;
  agent: string;
  project: string | null;
  runId: string;
  /** Where it takes its place, ms since the epoch: the time that its report states, but for one that lies after its recording. */
  at: number;
  /** Time that its report states, ms since the epoch. */
  stated: number;
  score: number;
  rewardDelta: number;
  verdict: Verdict;
  mode: ReviewMode;
  /** Whether the report says of its verdict what its score and findings do not. */
  disputed: boolean;
  findings: number;
  blocking: number;
  issueNumber: number | null;
  /** One entry a rule, in the order of their first finding. */
  rules: readonly RuleCount[];
}>;

function countRules(findings: ReviewReport["findings"]): readonly RuleCount[] {
  const counts = new Map<string, { rule: string } & Record<Severity, number>>();
  for (const { rule, severity } of findings) {
    const count = counts.get(rule);
    if (count === undefined) counts.set(rule, { rule, error: 0, warning: 0, info: 0, [severity]: 1 });
    else count[severity] += 1;
  }
  return [...counts.values()];
}

type Recorded = Readonly<{ agent: string; report: ReviewReport; mode: ReviewMode; issue_number: number | null }>;

/**
 * The run of a fact. Verdict and reward are derived from score and findings again: what counts never depends on whether the
 * recorder derived them.
 */
export function runOf(
  fact: Readonly<Pick<Fact, "id" | "at" | "device" | "seq" | "project"> & { clock?: unknown; data: Recorded }>,
): ReviewRun {
  const { agent, report, mode, issue_number } = fact.data;
  const recording = recordingOf(fact);
  const stated = Date.parse(report.timestamp);
  return {
    factId: fact.id.toLowerCase(),
    recording,
    agent,
    project: fact.project,
    runId: report.run_id,
    at: placeOf(stated, recording.at),
    stated,
    score: report.score,
    rewardDelta: rewardDeltaOf(report),
    verdict: verdictOf(report),
    mode,
    disputed: isDisputed(report),
    findings: report.findings.length,
    blocking: report.findings.filter(isBlocking).length,
    issueNumber: issue_number,
    rules: countRules(report.findings),
  };
}

/** Canonical order of runs: their place in time, then fact id. Negative when `a` comes first. */
export function compareRuns(a: Pick<ReviewRun, "at" | "factId">, b: Pick<ReviewRun, "at" | "factId">): number {
  if (a.at !== b.at) return a.at - b.at;
  return a.factId === b.factId ? 0 : a.factId < b.factId ? -1 : 1;
}
