import type { FactPlace } from "../../../kernel/fact.ts";
import type { AgentStanding, Standing } from "./coins-and-streaks.ts";
import type { Severity } from "./finding.ts";
import type { ReviewRun } from "./run.ts";

/** The runs that a query covers. Hidden runs (before a reset in force) are never part of its result. */
export type RunScope = Readonly<{
  agent?: string | undefined;
  project?: string | undefined;
  /** Event time, ms since the epoch, inclusive. */
  from?: number | undefined;
  /** Event time, ms since the epoch, exclusive. */
  to?: number | undefined;
}>;

/** One run as stored in the index. Streaks, coins and bonus are those of the queried scope (agent, or agent in one project). */
export type RunRow = Omit<ReviewRun, "recording" | "rules"> &
  Standing &
  Readonly<{
    bonusTenths: number;
    coinDeltaTenths: number;
    /** Where the whole fact (findings, messages) is stored in the journal. */
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
 * count the runs that earned or paid one; `coinDeltaTenths` includes them.
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
 * A reset in force. `agent` null means all agents. `at` is its recording time, ms since the epoch. A run is counted in
 * `hiddenRuns` of the earliest reset that hides it, so that the sum over all resets is the number of hidden runs, and undoing the
 * latest reset restores exactly its `hiddenRuns`. `team`: an owner made it for the whole team; `factId` is then its id.
 */
export type ResetMark = Readonly<{ factId: string; agent: string | null; at: number; hiddenRuns: number; team: boolean }>;

/**
 * A run that does not count because another person recorded one with the same project, agent and run id earlier, and that one.
 */
export type OverruledRun = Readonly<{ run: RunRow; counts: RunRow }>;

/** A run whose report states a time after its recording. */
export type AheadRun = Pick<RunRow, "factId" | "runId" | "agent" | "project" | "at" | "stated">;

/** The data of a run that the check for duplicates needs. */
/** `hidden`: a reset hides it. `takenBack`: it was recorded automatically and then taken back. */
export type RecordedRun = Readonly<{ factId: string; place: FactPlace; hidden: boolean; takenBack: boolean }>;

/** Search key for runs; several agents and projects may use the same run id. */
export type RunName = Readonly<{ runId: string; agent?: string | undefined; project?: string | undefined }>;

/** The queries about reviews, implemented in the files of `index/queries`. */
export interface ReviewQueries {
  /** Names, ascending. */
  agents(project?: string): readonly string[];
  projects(): readonly string[];
  /** The agent of the latest run, by event time. */
  newestAgent(project?: string): string | undefined;
  /** Standing of one agent; zero standing when it has no run. */
  standing(agent: string, project?: string): AgentStanding;
  /** All agents that have a visible run, by coins, descending, then by name. */
  standings(project?: string): readonly AgentStanding[];
  /** Runs, oldest first; `limit` restricts to the latest runs of the scope, `before` to runs earlier in canonical order. */
  history(
    scope: RunScope & Readonly<{ limit?: number | undefined; before?: Readonly<{ at: number; factId: string }> | undefined }>,
  ): readonly RunRow[];
  /** All visible runs that match, latest first. */
  runsById(name: RunName): readonly RunRow[];
  /** The run of a fact, hidden or not. */
  runByFact(factId: string): RunRow | undefined;
  /** Whether a run is recorded, hidden or not, and where; see `FactIndex.recordedRun`. */
  recordedRun(project: string | null, agent: string, runId: string): RecordedRun | undefined;
  /** Whether the run of a fact was recorded automatically and taken back. */
  isTakenBack(factId: string): boolean;
  /** Names of all agents that have a run, hidden or not, ascending. */
  recordedAgents(): readonly string[];
  /** Latest first. */
  overruledRuns(): readonly OverruledRun[];
  /** Of the latest `lastRuns` runs of each agent, those whose reports state a time after their recording; latest first. */
  runsAhead(scope: Pick<RunScope, "agent" | "project"> & Readonly<{ lastRuns: number }>): readonly AheadRun[];
  /** The latest recording time of a run or reset, as far as the logs show, ms since the epoch; null if there is none. */
  latestRecording(): number | null;
  countRuns(scope: RunScope): number;
  /** By count, descending, then rule; `lastRuns` restricts to the latest runs of the scope, `limit` truncates the list. */
  ruleTallies(scope: RunScope & Readonly<{ lastRuns?: number | undefined; limit?: number | undefined }>): readonly RuleTally[];
  /** Runs that broke the rule, latest first. */
  runsBreaking(rule: string, scope: RunScope & Readonly<{ limit: number }>): readonly RunRow[];
  /** Sums per day, in order of days. Coins are those of the scope: one agent, or that agent in one project. */
  agentDays(scope: RunScope): readonly AgentDay[];
  /** Streaks of an agent (in one project) after its last run before each instant, ms since the epoch. */
  streaksBefore(agent: string, project: string | undefined, instants: readonly number[]): readonly Streaks[];
  ruleDays(scope: RunScope & Readonly<{ rules?: readonly string[] | undefined }>): readonly RuleDay[];
  /** Resets in force: personal ones, oldest first, then the team's. */
  resets(agent?: string): readonly ResetMark[];
}
