import type { BudgetRow, ExtensionRow } from "./budget.ts";
import type { CiRow } from "./ci-history.ts";
import type { Cell, Row } from "./column-types.ts";
import type { MemoryRow } from "./memory.ts";
import type { Order, Store } from "./store.ts";
import type { TaskRow } from "./tasks.ts";

/** What a column must be: equal to a cell (null: no value), one of several, or within bounds (`from` included, `to` excluded). */
export type Condition = Cell | readonly Cell[] | Readonly<{ from?: Cell; to?: Cell }>;

export type Listing = Readonly<{
  /** Columns and what they must be, all of them. */
  where?: Readonly<Record<string, Condition>> | undefined;
  /** Default: the store's order. The key's columns are added, so that the order is total. */
  order?: readonly Order[] | undefined;
  /** The other way round. */
  reverse?: boolean | undefined;
  /** At most so many rows. */
  limit?: number | undefined;
  /** Where the page before ended. */
  cursor?: string | undefined;
}>;

export type Page<R extends Row> = Readonly<{
  rows: readonly R[];
  /** For the next page; null when there is none. */
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

/** What spending of sessions is summed up by. */
export const spendGroupings = ["branch", "commit", "session", "agent"] as const;
export type SpendGrouping = (typeof spendGroupings)[number];

/**
 * Sums of one group. `name` is null for spending that belongs to none; `pull_request` is that of its latest session that has one for
 * the branch on which it was spent.
 * Of a commit it is what its session spent since the commit before: an entry counts for the first commit after its time.
 */
export type SpendGroup = Readonly<
  SpendSum & { name: string | null; unpriced_calls: number; sessions: number; pull_request: string | null }
>;

/** A period in ms since the epoch: `from` included, `to` excluded. Times are cut to quarters of an hour, on which days begin everywhere. */
export type Period = Readonly<{ from: number; to: number }>;

/** Questions about the agent's stores. Everything but `spendByTask` and `spendBy` takes a time that does not depend on the number of rows. */
export interface AgentQueries {
  get<R extends Row>(store: Store<R>, key: string): R | undefined;
  /** @throws invalid_input for a column, an order or a cursor that is none */
  list<R extends Row>(store: Store<R>, listing: Listing): Page<R>;
  /** Rows of a store with states, by state. */
  counts(store: Store, project?: string): Readonly<Record<string, number>>;
  /** Questions and criticals that nobody has answered or escalated yet. */
  unanswered(project?: string): number;
  /** The pending task to be worked on next: highest priority, then oldest, then smallest id. */
  nextTask(project?: string): TaskRow | undefined;
  /** The running task with the oldest heartbeat, if it is older than a time. */
  staleTask(before: string, project?: string): TaskRow | undefined;
  /** Tasks that a worker has put aside. */
  pausedBy(worker: string | null): readonly TaskRow[];
  /** Sums of spending within a period, from sums of quarters and days. */
  spendSum(period: Period): SpendSum;
  spendByModel(period: Period): readonly Readonly<SpendSum & { model: string }>[];
  /** Reads the period's rows. */
  spendByTask(period: Period): readonly Readonly<SpendSum & { task_id: string | null }>[];
  /** Reads the period's rows; dearest first. */
  spendBy(grouping: SpendGrouping, period: Period): readonly SpendGroup[];
  /** Sums of the quarters of an hour in which anything was spent, in order. */
  spendByQuarter(period: Period): readonly Readonly<SpendSum & { start: number }>[];
  /** Sums of single sessions, whenever they spent it. */
  spendOfSessions(ids: readonly string[]): readonly SpendGroup[];
  budget(): BudgetRow | undefined;
  extensions(period: Period): readonly ExtensionRow[];
  /** The newest finished runs of a workflow on a branch, with their durations. */
  finishedCiRuns(workflow: string, branch: string | null, limit: number): readonly CiRow[];
  /** Rows and bytes of the text file that a store is also kept as, by what is recorded. */
  logSize(store: Store): Readonly<{ rows: number; bytes: number }>;
  /** Whether anything was recorded of a key, also when its row is gone. */
  isKnown(store: Store, key: string): boolean;
  /** Memories that are not superseded, newest first. */
  recall(project: string | null, topic: string | undefined, limit: number): readonly MemoryRow[];
}
