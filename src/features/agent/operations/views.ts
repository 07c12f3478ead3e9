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
 * The views of the agent's stores. A row is shown with the columns of its table, JSON columns as text; money in millionths of a
 * dollar (`…_micros`) has its amount in dollars beside it. Times are ISO-8601 UTC. Shapes are a contract, as in views.ts.
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

/** Rows in pages: `cursor` is what `--cursor` takes for the next page, null when there is none. */
export type PageView<Row> = Readonly<{ rows: readonly Row[]; cursor: string | null }>;

/** What `ask`, `note` and `critical` answer: the queued message and the acknowledgement, a fixed text. */
export type EnqueueView = Readonly<{ message: MessageView; ack: string }>;

export type EscalateView = Readonly<{ message: MessageView; feedback: FeedbackView }>;

/** `task` is null when nothing is pending; `reclaimed`: another worker had it and sent no heartbeat for too long. */
export type ClaimView = Readonly<{ task: TaskView | null; reclaimed: boolean }>;

/** A task put aside or taken up again, with its snapshot. `file` is the snapshot's path; it is gone once the task goes on. */
export type PauseView = Readonly<{ task: TaskView; snapshot: Readonly<Record<string, unknown>>; file: string }>;

export type SpendSumView = SpendSum & Readonly<{ usd: number }>;

/** One group of spending. What follows `name` is told of branches, commits, sessions and agents. */
export type SpendRowView = Readonly<
  SpendSumView & {
    name: string | null;
    /** Calls whose price is not known: they cost more than `usd` says. */
    unpriced_calls?: number;
    sessions?: number;
    pull_request?: string | null;
  }
>;

export type SpendSummaryView = Readonly<{
  period: "today" | "week" | "month" | "all";
  /** ISO-8601 UTC, `from` inclusive (null: the beginning), `to` exclusive. */
  from: string | null;
  to: string;
  by: "model" | "task" | "branch" | "commit" | "session" | "day" | "agent";
  /** By model A to Z, by day in order, else with the dearest first; `name` is null for what belongs to none. */
  rows: readonly SpendRowView[];
  total: SpendSumView;
}>;

/** Money spent in a period against its limit. */
export type LimitView = Readonly<{
  spent_usd: number;
  limit_usd: number;
  /** The same as `limit_usd`. */
  ceiling_usd: number;
  percent: number;
  level: BudgetLevel;
  /** When spending starts at zero again, ISO-8601 UTC; null for the rolling week. */
  resets_at: string | null;
}>;

export type BudgetView = Readonly<{
  /** The worst of the three. `exhausted`: no further call of a model until it resets or a human extends it. */
  level: BudgetLevel;
  /** The limit holds what was granted for today. */
  today: LimitView;
  /** The last seven days. */
  week: LimitView;
  month: LimitView;
  /** What today comes to at the pace so far. */
  projected_today_usd: number;
  extended_today_usd: number;
  /** What may still be granted for today. */
  extension_left_usd: number;
  allow_extension_request: boolean;
  extension_max_per_day_usd: number;
  /** The limits as they were set; today's own holds no extensions. */
  daily_usd_limit: number;
  weekly_usd_limit: number;
  monthly_usd_limit: number;
  /** The same as the limits above. */
  daily_usd_ceiling: number;
  weekly_usd_ceiling: number;
  monthly_usd_ceiling: number;
}>;

export type SpendAddView = Readonly<{ entry: SpendEntryView; budget: BudgetView }>;

/** How long the next run of a workflow takes, from finished ones; numbers are null when there are none. */
export type CiEstimateView = Readonly<{
  workflow_name: string;
  branch: string | null;
  /** Finished runs that it rests on. */
  runs: number;
  /** False when the branch had none and all branches stand in for it. */
  of_branch: boolean;
  median_s: number | null;
  /** Nine of ten took no longer. */
  p90_s: number | null;
  average_s: number | null;
  success_percent: number | null;
}>;

export type RecallView = Readonly<{ rows: readonly MemoryView[] }>;
export type SupersedeView = Readonly<{ old: MemoryView; new: MemoryView }>;

/** Where each store stands: path by name, in the stores' order. */
export type StoreInitView = Readonly<Record<string, string>>;

/** `rows`: how many were put; `row` is the last of them. */
export type StorePutView = Readonly<{
  created: boolean;
  rows: number;
  row: RowView;
  /** Rows that could not be put, by line or place in the list, and why. */
  refused: readonly Readonly<{ row: string; why: string }>[];
  /** What of the rows could not be taken as it stands, one line each. */
  warnings: readonly string[];
}>;

export type StoreExportView = Readonly<{
  store: string;
  format: "json" | "jsonl" | "csv" | "native";
  rows: number;
  out: string | null;
  /** Null when it went to a file. */
  content: string | null;
}>;

/** What became of another home's stores. */
export type StoreImportView = Readonly<{
  home: string;
  stores: readonly Readonly<{
    store: string;
    file: string;
    found: boolean;
    taken: number;
    known: number;
    /** Known rows whose changes since were taken over. */
    changed: readonly string[];
    /** Known rows that differ and stay as they are here, and why. */
    conflicts: readonly Readonly<{ row: string; why: string }>[];
    refused: readonly Readonly<{ row: string; why: string }>[];
  }>[];
}>;

/** What the Agent view shows at a glance. */
export type OverviewView = Readonly<{
  project: string | null;
  inbox: Readonly<{
    /** Questions and criticals that wait for an answer. */
    unanswered: number;
    by_state: Readonly<Record<string, number>>;
  }>;
  tasks: Readonly<{ by_state: Readonly<Record<string, number>> }>;
  feedback: Readonly<{ by_state: Readonly<Record<string, number>> }>;
  budget: BudgetView;
}>;
