import type { AuditRow } from "../model/audit.ts";
import type { CiRow } from "../model/ci-history.ts";
import type { FeedbackRow } from "../model/feedback.ts";
import type { InboxRow } from "../model/inbox.ts";
import type { LearningRow } from "../model/learnings.ts";
import type { MemoryRow } from "../model/memory.ts";
import type { SpendSum } from "../model/queries.ts";
import type { SelfEditRow } from "../model/self-edits.ts";
import type { SpendRow } from "../model/spend.ts";
import type { BudgetLevel } from "../model/spend-limits.ts";
import type { TaskRow } from "../model/tasks.ts";

/*
 * The views of the agent's stores. A row is shown with the columns of its table, JSON columns as text; for money in millionths of
 * a dollar (`…_micros`), the amount in dollars is added. Times are ISO-8601 UTC. Shapes are a contract, as in views.ts.
 */

export type MessageView = InboxRow;
export type TaskView = TaskRow & Readonly<{ cost_usd: number }>;
export type FeedbackView = FeedbackRow;
export type SpendEntryView = SpendRow & Readonly<{ usd: number }>;
export type AuditView = AuditRow;
export type CiRunView = CiRow;
export type MemoryView = MemoryRow;
export type SelfEditView = SelfEditRow;
export type LearningView = LearningRow;

/** A row of any store. */
export type RowView = Readonly<Record<string, string | number | null>>;

/** One page of rows. `cursor` is the value of `--cursor` for the next page, null if there is none. */
export type PageView<Row> = Readonly<{ rows: readonly Row[]; cursor: string | null }>;

/** Answer of `ask`, `note` and `critical`: the queued message and the acknowledgement, a fixed text. */
export type EnqueueView = Readonly<{ message: MessageView; ack: string }>;

export type EscalateView = Readonly<{ message: MessageView; feedback: FeedbackView }>;

/**
 * `task` is null if nothing is pending. `reclaimed` is true if another worker had the task and sent no heartbeat for too long.
 */
export type ClaimView = Readonly<{ task: TaskView | null; reclaimed: boolean }>;

/**
 * A task that was paused or resumed, with its snapshot. `file` is the snapshot's path; the file is removed when the task is
 * resumed.
 */
export type PauseView = Readonly<{ task: TaskView; snapshot: Readonly<Record<string, unknown>>; file: string }>;

export type SpendSumView = SpendSum & Readonly<{ usd: number }>;

/**
 * One group of spending. `unpriced_calls`, `sessions` and `pull_request` are present for branches, commits, sessions and agents
 * only.
 */
export type SpendRowView = Readonly<
  SpendSumView & {
    name: string | null;
    /** Number of calls without a known price: the actual cost is higher than `usd`. */
    unpriced_calls?: number;
    sessions?: number;
    pull_request?: string | null;
  }
>;

export type SpendSummaryView = Readonly<{
  period: "today" | "week" | "month" | "all";
  /** Bounds of the period, ISO-8601 UTC: `from` is included (null: from the beginning), `to` is excluded. */
  from: string | null;
  to: string;
  by: "model" | "task" | "branch" | "commit" | "session" | "day" | "agent";
  /**
   * Models A to Z, days in order, all others with the most expensive first. `name` is null for spending that belongs to no group.
   */
  rows: readonly SpendRowView[];
  total: SpendSumView;
}>;

/** Money spent in a period, and its limit. */
export type LimitView = Readonly<{
  spent_usd: number;
  limit_usd: number;
  /** The same as `limit_usd`. */
  ceiling_usd: number;
  percent: number;
  level: BudgetLevel;
  /** When spending restarts at zero, ISO-8601 UTC; null for the rolling week. */
  resets_at: string | null;
}>;

export type BudgetView = Readonly<{
  /**
   * The worst level of the three periods. At `exhausted`, make no further model call until the limit resets or a human extends
   * it.
   */
  level: BudgetLevel;
  /** Today; the limit includes the extensions that were granted for today. */
  today: LimitView;
  /** The last seven days. */
  week: LimitView;
  month: LimitView;
  /** Spending of the whole day if it continues at the pace so far. */
  projected_today_usd: number;
  extended_today_usd: number;
  /** Amount by which today's limit may still be extended. */
  extension_left_usd: number;
  allow_extension_request: boolean;
  extension_max_per_day_usd: number;
  /** The limits as they were set; the daily limit does not include extensions. */
  daily_usd_limit: number;
  weekly_usd_limit: number;
  monthly_usd_limit: number;
  /** The same as the three limits above. */
  daily_usd_ceiling: number;
  weekly_usd_ceiling: number;
  monthly_usd_ceiling: number;
}>;

export type SpendAddView = Readonly<{ entry: SpendEntryView; budget: BudgetView }>;

/**
 * Estimated duration of the next run of a workflow, based on finished runs. Durations and `success_percent` are null if there are
 * none.
 */
export type CiEstimateView = Readonly<{
  workflow_name: string;
  branch: string | null;
  /** Number of finished runs that the estimate is based on. */
  runs: number;
  /** True if these are runs of `branch`; false if it has none, or none was given, and runs of all branches are used instead. */
  of_branch: boolean;
  median_s: number | null;
  /** Nine of ten runs took no longer. */
  p90_s: number | null;
  average_s: number | null;
  success_percent: number | null;
}>;

export type RecallView = Readonly<{ rows: readonly MemoryView[] }>;
export type SupersedeView = Readonly<{ old: MemoryView; new: MemoryView }>;

/** Location of each store: path by store name, in the order of the stores. */
export type StoreInitView = Readonly<Record<string, string>>;

/** `rows` is the number of rows that were inserted or changed, `row` the last of them. */
export type StorePutView = Readonly<{
  created: boolean;
  rows: number;
  row: RowView;
  /** Rows that could not be inserted: their line, or their position in the list, and the reason. */
  refused: readonly Readonly<{ row: string; why: string }>[];
  /** Parts of the rows that could not be stored as given, one line each. */
  warnings: readonly string[];
}>;

export type StoreExportView = Readonly<{
  store: string;
  format: "json" | "jsonl" | "csv" | "native";
  rows: number;
  out: string | null;
  /** The exported text; null if it was written to a file. */
  content: string | null;
}>;

/** Result of importing the stores of another home. */
export type StoreImportView = Readonly<{
  home: string;
  stores: readonly Readonly<{
    store: string;
    file: string;
    found: boolean;
    taken: number;
    known: number;
    /** Known rows that were updated because they changed in the other home. */
    changed: readonly string[];
    /** Known rows that differ but keep their recorded state, and why. */
    conflicts: readonly Readonly<{ row: string; why: string }>[];
    refused: readonly Readonly<{ row: string; why: string }>[];
  }>[];
}>;

/** The overview that the Agent view shows. */
export type OverviewView = Readonly<{
  project: string | null;
  inbox: Readonly<{
    /** Number of questions and criticals that wait for an answer. */
    unanswered: number;
    by_state: Readonly<Record<string, number>>;
  }>;
  tasks: Readonly<{ by_state: Readonly<Record<string, number>> }>;
  feedback: Readonly<{ by_state: Readonly<Record<string, number>> }>;
  budget: BudgetView;
}>;
