import type { FactPlace } from "../../../kernel/fact.ts";
import type { AgentStanding, Standing } from "./coins-and-streaks.ts";
import type { Severity } from "./finding.ts";
import type { ReviewRun } from "./run.ts";

/** Which runs a question is about. Hidden runs (before a reset in force) are never part of an answer. */
export type RunScope = Readonly<{
  agent?: string | undefined;
  project?: string | undefined;
  /** Event time, ms since the epoch, inclusive. */
  from?: number | undefined;
  /** Event time, ms since the epoch, exclusive. */
  to?: number | undefined;
}>;

/** One run as the index knows it. Streaks, coins and bonus are those of the scope asked for (agent, or agent in one project). */
export type RunRow = Omit<ReviewRun, "recording" | "rules"> &
  Standing &
  Readonly<{
    bonusTenths: number;
    coinDeltaTenths: number;
    /** Where the whole fact (findings, messages) stands in the journal. */
    place: FactPlace;
  }>;

export type SeverityCounts = Readonly<Record<Severity, number>>;

/** How often a rule was broken in a scope; `count` counts findings, `runs` distinct runs. */
export type RuleTally = Readonly<{
  rule: string;
  count: number;
  runs: number;
  firstSeen: number;
  lastSeen: number;
  bySeverity: SeverityCounts;
}>;

/**
 * Sums over the runs of one local day and one agent. Days are `YYYY-MM-DD` in the ledger's time zone. `bonuses` and `penalties`
 * count the runs that earned or paid one; `coinDeltaTenths` has them included.
 */
export type AgentDay = Readonly<{
  agent: string;
  day: string;
  runs: number;
  passes: number;
  advisories: number;
  fails: number;
  coinDeltaTenths: number;
  bonuses: number;
  penalties: number;
  scoreSum: number;
  findings: number;
}>;

/** The two streaks at one moment, of which at least one is 0. */
export type Streaks = Readonly<{ pass: number; block: number }>;

/** Findings of one rule on one local day. */
export type RuleDay = Readonly<{ rule: string; day: string; count: number }>;

/**
 * A reset in force. `agent` null: of all agents. `at` is when it was recorded, ms since the epoch. A run is counted in `hiddenRuns`
 * of the earliest reset that hides it, so that the sum over all resets is the number of hidden runs, and taking back the latest
 * reset brings exactly its `hiddenRuns` back. `team`: made by an owner for the whole team; `factId` is then its id.
 */
export type ResetMark = Readonly<{ factId: string; agent: string | null; at: number; hiddenRuns: number; team: boolean }>;

/** A run that does not count because another person recorded one under the same names before, and that one. */
export type OverruledRun = Readonly<{ run: RunRow; counts: RunRow }>;

/** A run whose report states a time after its recording. */
export type AheadRun = Pick<RunRow, "factId" | "runId" | "agent" | "project" | "at" | "stated">;

/** A run as the check for duplicates needs it. */
/** `hidden`: by a reset. `takenBack`: recorded automatically, and taken back. */
export type RecordedRun = Readonly<{ factId: string; place: FactPlace; hidden: boolean; takenBack: boolean }>;

/** What runs are looked for by; several agents and projects may use the same run id. */
export type RunName = Readonly<{ runId: string; agent?: string | undefined; project?: string | undefined }>;

/** The questions that can be asked about reviews. One file a question in `index/queries`. */
export interface ReviewQueries {
  /** Names, ascending. */
  agents(project?: string): readonly string[];
  projects(): readonly string[];
  /** The agent of the newest run, by event time. */
  newestAgent(project?: string): string | undefined;
  /** Standing of one agent; zero standing when it has no run. */
  standing(agent: string, project?: string): AgentStanding;
  /** All agents that have a visible run, coins desc, then name. */
  standings(project?: string): readonly AgentStanding[];
  /** Runs oldest first; with `limit` the newest `limit` of the scope; with `before` only runs earlier in canonical order. */
  history(
    scope: RunScope & Readonly<{ limit?: number | undefined; before?: Readonly<{ at: number; factId: string }> | undefined }>,
  ): readonly RunRow[];
  /** All visible runs of a name, newest first. */
  runsById(name: RunName): readonly RunRow[];
  /** The run of a fact, hidden or not. */
  runByFact(factId: string): RunRow | undefined;
  /** Whether a run is recorded, hidden or not, and where; see `FactIndex.recordedRun`. */
  recordedRun(project: string | null, agent: string, runId: string): RecordedRun | undefined;
  /** Whether the run of a fact was recorded automatically and taken back. */
  isTakenBack(factId: string): boolean;
  /** Names of all agents that have a run, hidden or not, ascending. */
  recordedAgents(): readonly string[];
  /** Newest first. */
  overruledRuns(): readonly OverruledRun[];
  /** Of the newest so many runs of each agent, those whose reports state a time after their recording, newest first. */
  runsAhead(scope: Pick<RunScope, "agent" | "project"> & Readonly<{ lastRuns: number }>): readonly AheadRun[];
  /** The latest time at which a run or reset was recorded, as far as the logs tell, ms since the epoch; null without any. */
  latestRecording(): number | null;
  countRuns(scope: RunScope): number;
  /** Count desc, rule asc; `lastRuns` restricts to the newest so many runs of the scope, `limit` cuts the list. */
  ruleTallies(scope: RunScope & Readonly<{ lastRuns?: number | undefined; limit?: number | undefined }>): readonly RuleTally[];
  /** Runs that broke the rule, newest first. */
  runsBreaking(rule: string, scope: RunScope & Readonly<{ limit: number }>): readonly RunRow[];
  /** Day sums, day asc. Coins are those of the scope: one agent, or that agent in one project. */
  agentDays(scope: RunScope): readonly AgentDay[];
  /** Streaks of an agent (in one project) after its last run before each instant, ms since the epoch. */
  streaksBefore(agent: string, project: string | undefined, instants: readonly number[]): readonly Streaks[];
  ruleDays(scope: RunScope & Readonly<{ rules?: readonly string[] | undefined }>): readonly RuleDay[];
  /** Resets in force: people's own oldest first, then the team's. */
  resets(agent?: string): readonly ResetMark[];
}
