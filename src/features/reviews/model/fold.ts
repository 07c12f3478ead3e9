import { compareNames } from "../../../kernel/compare-names.ts";
import type { Recording } from "../../../kernel/fact.ts";
import { createTakenBackCheck, type IntakeChanges, noIntakeChanges } from "../../intake/model/undo.ts";
import { orderingTime, settledTimes } from "./clock.ts";
import { type AgentStanding, noStanding, type Standing, step } from "./coins-and-streaks.ts";
import type { ResetMark, RuleTally } from "./queries.ts";
import {
  decideCounting,
  hidingReset,
  hidingTeamReset,
  noTeam,
  type RecordedReset,
  type RecordedUndo,
  resetsInForce,
  type Team,
} from "./resets-in-force.ts";
import { compareRuns, type ReviewRun } from "./run.ts";

/** The facts of a ledger about reviews, in any order. */
export type ReviewFacts = Readonly<{
  runs: readonly ReviewRun[];
  resets: readonly RecordedReset[];
  undone: readonly RecordedUndo[];
  /** The automatic recordings that were taken back; default none. */
  intake?: IntakeChanges;
  /** Facts of any kind at whose recording the device's clock had gone back; default none. */
  readings?: readonly Recording[];
  /** The people who recorded the facts; default: all facts are by one person. */
  team?: Team;
}>;

/** Standing after a run and what it earned, in one scope. */
export type RunInScope = Readonly<{ after: Standing; bonusTenths: number }>;

/** A run that counts. `inProject` is null when it belongs to no project. */
export type FoldedRun = Readonly<{ run: ReviewRun; inAgent: RunInScope; inProject: RunInScope | null }>;

/** Every total that the index stores, computed from scratch. */
export type ReviewFold = Readonly<{
  /** Runs that count, in canonical order. */
  runs: readonly FoldedRun[];
  /** Fact ids of runs that a reset hides. */
  hidden: ReadonlySet<string>;
  /** Runs that do not count because another person recorded a run with the same project, agent and run id earlier. */
  overruled: readonly Readonly<{ run: ReviewRun; counts: ReviewRun }>[];
  /** Each agent over all projects, then each agent in each of its projects; only scopes with a run that counts. */
  scopes: readonly Readonly<{ standing: AgentStanding; tallies: readonly RuleTally[] }>[];
  /** Personal resets in recording order, then the team's. */
  resets: readonly ResetMark[];
}>;

type Scope = { standing: AgentStanding; tallies: Map<string, RuleTally> };

const emptyScope = (agent: string, project: string | null): Scope => ({
  standing: noStanding(agent, project),
  tallies: new Map(),
});

function addTallies(tallies: Map<string, RuleTally>, run: ReviewRun): void {
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
  addTallies(scope.tallies, run);
  return { after, bonusTenths: earning.bonusTenths };
}

/** Returns runs and resets with their settled recording times (`settledTimes`). */
function withSettledTimes({ runs, resets, readings = [] }: ReviewFacts): Pick<ReviewFacts, "runs" | "resets"> {
  if (readings.length === 0) return { runs, resets };
  const times = settledTimes(
    [...runs, ...resets].map(({ recording }) => recording),
    readings,
  );
  const withSettledTime = (recording: Recording): Recording => ({ ...recording, at: times.get(recording) ?? recording.at });
  return {
    runs: runs.map((run) => {
      const recording = withSettledTime(run.recording);
      return { ...run, recording, at: orderingTime(run.stated, recording.at) };
    }),
    resets: resets.map((reset) => ({ ...reset, recording: withSettledTime(reset.recording) })),
  };
}

/** The recordings of each run: those with the same project, agent and run id. */
function groupSameRuns(runs: readonly ReviewRun[]): Iterable<readonly ReviewRun[]> {
  const groups = new Map<string, ReviewRun[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.project, run.agent, run.runId]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return groups.values();
}

/**
 * Folds all reviews from scratch: repetitions, resets, coins, streaks and tallies. Depends only on the set of facts, not on their
 * order. The incrementally maintained index must equal this result.
 */
export function foldReviews(facts: ReviewFacts): ReviewFold {
  const team = facts.team ?? noTeam;
  const { runs: recorded, resets } = withSettledTimes(facts);
  const isTakenBack = createTakenBackCheck(facts.intake ?? noIntakeChanges, team);
  const inForce = resetsInForce(resets, facts.undone, team);
  const hiddenRuns = new Map<string, number>(
    [...inForce.map(({ factId }) => factId), ...team.resets.map(({ id }) => id)].map((id) => [id, 0]),
  );
  const hidden = new Set<string>();
  const overruled: { run: ReviewRun; counts: ReviewRun }[] = [];
  const agents = new Map<string, { whole: Scope; projects: Map<string, Scope> }>();
  const runs: FoldedRun[] = [];

  const hidingResetId = (run: ReviewRun): string | undefined =>
    hidingReset(run, inForce, team)?.factId ?? hidingTeamReset(run, team.resets)?.id;
  const countedRuns: ReviewRun[] = [];
  for (const recordings of groupSameRuns(recorded)) {
    const {
      counts,
      own,
      hidden: hiddenRecordings,
    } = decideCounting(
      recordings,
      team,
      (run) => hidingResetId(run) !== undefined,
      ({ factId, recording }) => isTakenBack(factId, recording.device),
    );
    for (const run of hiddenRecordings) {
      hidden.add(run.factId);
      const reset = hidingResetId(run) ?? "";
      hiddenRuns.set(reset, (hiddenRuns.get(reset) ?? 0) + 1);
    }
    if (counts === undefined) continue;
    countedRuns.push(counts);
    for (const run of own) if (run !== counts && !hiddenRecordings.has(run)) overruled.push({ run, counts });
  }

  for (const run of countedRuns.sort(compareRuns)) {
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
  const marks = [
    ...inForce.map(({ factId, agent, recording }) => ({ factId, agent, at: Date.parse(recording.at), team: false })),
    ...team.resets.map(({ id, agent, at }) => ({ factId: id, agent, at: Date.parse(at), team: true })),
  ];
  return {
    runs,
    hidden,
    overruled,
    scopes: [...all.map(({ whole }) => whole), ...all.flatMap(({ projects }) => [...projects.values()])].map(
      ({ standing, tallies }) => ({ standing, tallies: sortTallies([...tallies.values()]) }),
    ),
    resets: marks.map((mark) => ({ ...mark, hiddenRuns: hiddenRuns.get(mark.factId) ?? 0 })),
  };
}

/** Sorts by count, descending, then by rule. */
export const sortTallies = (tallies: readonly RuleTally[]): readonly RuleTally[] =>
  tallies.toSorted((a, b) => b.count - a.count || compareNames(a.rule, b.rule));
