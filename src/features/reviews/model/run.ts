import type { Fact, Recording } from "../../../kernel/fact.ts";
import { orderingTime, recordingOf } from "./clock.ts";
import type { Severity } from "./finding.ts";
import { isBlocking } from "./is-blocking.ts";
import { isDisputed, type ReviewMode, type ReviewReport, rewardDeltaOf, type Verdict, verdictOf } from "./report.ts";

/** Findings of one rule in one run, by severity. */
export type RuleCount = Readonly<{ rule: string } & Record<Severity, number>>;

/** The data of a recorded review that folds use: everything but texts. */
export type ReviewRun = Readonly<{
  factId: string;
  recording: Recording;
  agent: string;
  project: string | null;
  runId: string;
  /** The time that orders it, ms since the epoch: the one its report states, unless that lies after its recording (`placeOf`). */
  at: number;
  /** Time that its report states, ms since the epoch. */
  stated: number;
  score: number;
  rewardDelta: number;
  verdict: Verdict;
  mode: ReviewMode;
  /** Whether the report contradicts what follows from its score and findings (`isDisputed`). */
  disputed: boolean;
  findings: number;
  blocking: number;
  issueNumber: number | null;
  /** One entry per rule, in the order of their first findings. */
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

type RecordedData = Readonly<{ agent: string; report: ReviewReport; mode: ReviewMode; issue_number: number | null }>;

/**
 * Converts a fact to a run. Verdict and reward are derived again from score and findings: what counts never depends on whether
 * the recorder derived them.
 */
export function runOf(
  fact: Readonly<Pick<Fact, "id" | "at" | "device" | "seq" | "project"> & { clock?: unknown; data: RecordedData }>,
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
    at: orderingTime(stated, recording.at),
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

/** Canonical order of runs: by place in time, then by fact id. Negative when `a` comes first. */
export function compareRuns(a: Pick<ReviewRun, "at" | "factId">, b: Pick<ReviewRun, "at" | "factId">): number {
  if (a.at !== b.at) return a.at - b.at;
  return a.factId === b.factId ? 0 : a.factId < b.factId ? -1 : 1;
}
