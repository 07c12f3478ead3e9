import type { RowView } from "../../agent/operations/views.ts";
import type { SliceUnit } from "../../shared/bucket-starts.ts";

/*
 * The views of sessions of coding agents. Times are ISO-8601 UTC; amounts are USD with at most six decimals; null is "not known", never 0.
 * `unpriced_calls` are calls whose price nobody knows: where there are some, the actual cost is higher.
 */

/** What a session, or several, cost. */
export type SessionCostView = Readonly<{ calls: number; unpriced_calls: number; usd: number }>;

/** Reviews of the branch that a session worked on, in its project, since it began and before the next session there. */
export type SessionReviewsView = Readonly<{
  runs: number;
  /** Of the latest of them. */
  score: number;
  verdict: string;
}>;

/** One session in a list. */
export type SessionItemView = SessionCostView &
  Readonly<{
    session_id: string;
    host: string;
    model: string | null;
    project: string | null;
    branch: string | null;
    pull_request: string | null;
    started_at: string;
    ended_at: string | null;
    /** Null while it goes on. */
    duration_ms: number | null;
    turns: number;
    /** How often it used tools, and how many files it changed. */
    tool_uses: number;
    files: number;
    commits: number;
    summary: string | null;
    reviews: SessionReviewsView | null;
  }>;

/** A day, a week or a month: sessions that began in it, and what was spent in it by any. */
export type SessionSliceView = SessionCostView &
  Readonly<{
    start: string;
    /** Whether a part of it lies outside the period or after now. */
    partial: boolean;
    sessions: number;
    turns: number;
  }>;

export type SessionTrendsView = Readonly<{
  zone: string;
  from: string | null;
  to: string | null;
  /** Whether any session was ever recorded. */
  recorded: boolean;
  unit: SliceUnit;
  slices: readonly SessionSliceView[];
  /** Of all sessions that began in the period. */
  total: SessionCostView & Readonly<{ sessions: number; turns: number; per_session_usd: number | null }>;
  /** Tools by how often those sessions used them, most used first. */
  tools: readonly Readonly<{ name: string; count: number }>[];
  /** Hosts by sessions, most first. */
  hosts: readonly Readonly<{ name: string; sessions: number }>[];
  /** The latest of them, newest first; `total.sessions` says how many there are. */
  sessions: readonly SessionItemView[];
}>;

/** One session with its row as the store has it. */
export type SessionView = RowView & Readonly<{ duration_ms: number | null; calls: number; unpriced_calls: number; usd: number }>;

/** Summaries of sessions; null for those whose prompts are not known. `cached`: the judge was not asked. */
export type SessionsSummaryView = Readonly<{
  sessions: readonly Readonly<{ session_id: string; host: string; summary: string | null; cached: boolean }>[];
}>;
