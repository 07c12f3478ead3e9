import type { BudgetRow, ExtensionRow } from "./budget.ts";
import type { CiRow } from "./ci-history.ts";
import type { Cell, Row } from "./column-types.ts";
import type { MemoryRow } from "./memory.ts";
import type { OrderClause, Store } from "./store.ts";
import type { TaskRow } from "./tasks.ts";

/**
 * Condition on a column: equal to a cell (null: no value), one of several cells, or within bounds (`from` included, `to`
 * excluded).
 */
export type Condition = Cell | readonly Cell[] | Readonly<{ from?: Cell; to?: Cell }>;

export type ListQuery = Readonly<{
  /** Conditions by column. A row must satisfy all of them. */
  where?: Readonly<Record<string, Condition>> | undefined;
  /** Default: the store's order. The key's columns are appended, so that the order is total. */
  order?: readonly OrderClause[] | undefined;
  /** Reverses the order. */
  reverse?: boolean | undefined;
  /** Maximum number of rows. */
  limit?: number | undefined;
  /** Cursor of the previous page. */
  cursor?: string | undefined;
}>;

export type Page<R extends Row> = Readonly<{
  rows: readonly R[];
  /** Cursor of the next page; null if there is none. */
  cursor: string | null;
}>;

/** Sums of spending. */
export type SpendSum = Readonly<{
  calls: number;
  input_tokens: number;
  cache_read_tokens: number;
  cache_create_tokens: number;
  output_tokens: number;
  usd_micros: number;
}>;

/** Groupings for sums of the spending of sessions. */
export const spendGroupings = ["branch", "commit", "session", "agent"] as const;
export type SpendGrouping = (typeof spendGroupings)[number];

/**
 * Sums of one group. `name` is null for spending that belongs to no group. `pull_request` is that of the latest session that has
 * one for the branch on which the money was spent.
 * The spending of a commit is what its session spent since the previous commit: an entry counts for the first commit after its
 * time.
 */
export type SpendGroup = Readonly<
  SpendSum & { name: string | null; unpriced_calls: number; sessions: number; pull_request: string | null }
>;

/**
 * A period in ms since the epoch: `from` included, `to` excluded. Sums use whole quarters of an hour, on which days begin in all
 * time zones.
 */
export type Period = Readonly<{ from: number; to: number }>;

/**
 * Queries on the agent's stores. The time they take does not depend on the number of rows, except for `spendByTask` and
 * `spendBy`.
 */
export interface AgentQueries {
  get<R extends Row>(store: Store<R>, key: string): R | undefined;
  /** @throws invalid_input for an unknown column, an invalid order or an invalid cursor */
  list<R extends Row>(store: Store<R>, listing: ListQuery): Page<R>;
  /** Number of rows by state, for a store with states. */
  counts(store: Store, project?: string): Readonly<Record<string, number>>;
  /** Number of questions and criticals that are not answered or escalated yet. */
  unanswered(project?: string): number;
  /** The pending task to work on next: highest priority, then oldest, then smallest id. */
  nextTask(project?: string): TaskRow | undefined;
  /** The running task with the oldest heartbeat, if the heartbeat is older than a time. */
  staleTask(before: string, project?: string): TaskRow | undefined;
  /** Paused tasks of a worker. */
  pausedBy(worker: string | null): readonly TaskRow[];
  /** Sums of spending within a period, computed from the sums of quarters and days. */
  spendSum(period: Period): SpendSum;
  spendByModel(period: Period): readonly Readonly<SpendSum & { model: string }>[];
  /** Reads all rows of the period. */
  spendByTask(period: Period): readonly Readonly<SpendSum & { task_id: string | null }>[];
  /** Reads all rows of the period; most expensive group first. */
  spendBy(grouping: SpendGrouping, period: Period): readonly SpendGroup[];
  /** Sums of the quarters of an hour with spending, in order. */
  spendByQuarter(period: Period): readonly Readonly<SpendSum & { start: number }>[];
  /** Sums of individual sessions, over all time. */
  spendOfSessions(ids: readonly string[]): readonly SpendGroup[];
  budget(): BudgetRow | undefined;
  extensions(period: Period): readonly ExtensionRow[];
  /** The latest finished runs of a workflow on a branch (null: on all branches), with their durations. */
  finishedCiRuns(workflow: string, branch: string | null, limit: number): readonly CiRow[];
  /** Number of rows and bytes of a store's text file, computed from what is recorded. */
  logSize(store: Store): Readonly<{ rows: number; bytes: number }>;
  /** Whether anything was recorded for a key, even if its row was removed. */
  isKnown(store: Store, key: string): boolean;
  /** Memories that are not superseded, latest first. */
  recall(project: string | null, topic: string | undefined, limit: number): readonly MemoryRow[];
}
