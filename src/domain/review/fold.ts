import { compareRecording } from "../fact.ts";
import { hidingReset, type RecordedReset, resetsInForce } from "./hidden.ts";
import type { AgentStanding, ResetMark, RuleTally } from "./queries.ts";
import { type Standing, step, zeroStanding } from "./reward.ts";
import { compareNames, compareRuns, type ReviewRun } from "./run.ts";

/** What the facts of a ledger say about reviews, in any order. */
export type ReviewFacts = Readonly<{
  runs: readonly ReviewRun[];
  resets: readonly RecordedReset[];
  /** Fact ids of resets that were taken back. */
  undone: ReadonlySet<string>;
}>;

/** Standing after a run and what it earned, in one scope. */
export type RunInScope = Readonly<{ after: Standing; bonusTenths: number }>;

/** A run that counts. `inProject` is null when it belongs to no project. */
export type FoldedRun = Readonly<{ run: ReviewRun; inAgent: RunInScope; inProject: RunInScope | null }>;

/** Every total that the index keeps, from scratch. */
export type ReviewFold = Readonly<{
  /** Runs that count, in canonical order. */
  runs: readonly FoldedRun[];
  /** Fact ids of runs that a reset hides. */
  hidden: ReadonlySet<string>;
  /** Each agent over all projects, then each agent in each of its projects; scopes with a run that counts only. */
  scopes: readonly Readonly<{ standing: AgentStanding; tallies: readonly RuleTally[] }>[];
  /** In recording order. */
  resets: readonly ResetMark[];
}>;

type Scope = { standing: AgentStanding; tallies: Map<string, RuleTally> };

const emptyScope = (agent: string, project: string | null): Scope => ({
  standing: {
    agent,
    project,
    ...zeroStanding,
    bestStreakPass: 0,
    lastVerdict: null,
    lastDelta: null,
    lastRunAt: null,
    runs: 0,
  },
  tallies: new Map(),
});

function tally(tallies: Map<string, RuleTally>, run: ReviewRun): void {
  for (const { rule, error, warning, info } of run.rules) {
    const before = tallies.get(rule);
    tallies.set(rule, {
      rule,
      count: (before?.count ?? 0) + error + warning + info,
      runs: (before?.runs ?? 0) + 1,
      firstSeen: before?.firstSeen ?? run.at,
      lastSeen: run.at,
      bySeverity: {
        error: (before?.bySeverity.error ?? 0) + error,
        warning: (before?.bySeverity.warning ?? 0) + warning,
        info: (before?.bySeverity.info ?? 0) + info,
      },
    });
  }
}

/** Folds the next run, in canonical order, into a scope. */
function advance(scope: Scope, run: ReviewRun): RunInScope {
  const { after, earning } = step(scope.standing, run);
  scope.standing = {
    ...scope.standing,
    ...after,
    bestStreakPass: Math.max(scope.standing.bestStreakPass, after.streakPass),
    lastVerdict: run.verdict,
    lastDelta: run.rewardDelta,
    lastRunAt: run.at,
    runs: scope.standing.runs + 1,
  };
  tally(scope.tallies, run);
  return { after, bonusTenths: earning.bonusTenths };
}

/** Of the runs with the same agent and run id, the one recorded first counts, whatever the order in which they arrived. */
function countingRuns(runs: readonly ReviewRun[]): readonly ReviewRun[] {
  const first = new Map<string, Map<string, ReviewRun>>();
  for (const run of runs) {
    const ofAgent = first.get(run.agent) ?? new Map<string, ReviewRun>();
    first.set(run.agent, ofAgent);
    const other = ofAgent.get(run.runId);
    if (other === undefined || compareRecording(run.recording, other.recording) < 0) ofAgent.set(run.runId, run);
  }
  return [...first.values()].flatMap((ofAgent) => [...ofAgent.values()]).sort(compareRuns);
}

/**
 * Folds all reviews from scratch: duplicates, resets, coins, streaks and tallies. Depends on the set of facts only, not on their
 * order. This is what the incrementally kept index must equal.
 */
export function foldReviews(facts: ReviewFacts): ReviewFold {
  const inForce = resetsInForce(facts.resets, facts.undone);
  const hiddenRuns = new Map<string, number>(inForce.map((reset) => [reset.factId, 0]));
  const hidden = new Set<string>();
  const agents = new Map<string, { whole: Scope; projects: Map<string, Scope> }>();
  const runs: FoldedRun[] = [];

  for (const run of countingRuns(facts.runs)) {
    const reset = hidingReset(run, inForce);
    if (reset !== undefined) {
      hidden.add(run.factId);
      hiddenRuns.set(reset.factId, (hiddenRuns.get(reset.factId) ?? 0) + 1);
      continue;
    }
    const agent = agents.get(run.agent) ?? { whole: emptyScope(run.agent, null), projects: new Map<string, Scope>() };
    agents.set(run.agent, agent);
    const inAgent = advance(agent.whole, run);
    if (run.project === null) {
      runs.push({ run, inAgent, inProject: null });
      continue;
    }
    const project = agent.projects.get(run.project) ?? emptyScope(run.agent, run.project);
    agent.projects.set(run.project, project);
    runs.push({ run, inAgent, inProject: advance(project, run) });
  }

  const all = [...agents.values()];
  return {
    runs,
    hidden,
    scopes: [...all.map(({ whole }) => whole), ...all.flatMap(({ projects }) => [...projects.values()])].map(
      ({ standing, tallies }) => ({ standing, tallies: sortTallies([...tallies.values()]) }),
    ),
    resets: inForce.map(({ factId, agent, recording }) => ({
      factId,
      agent,
      at: Date.parse(recording.at),
      hiddenRuns: hiddenRuns.get(factId) ?? 0,
    })),
  };
}

/** Count desc, rule asc. */
export const sortTallies = (tallies: readonly RuleTally[]): readonly RuleTally[] =>
  tallies.toSorted((a, b) => b.count - a.count || compareNames(a.rule, b.rule));
