import type { RowView } from "../../agent/operations/views.ts";

/*
 * The views of sessions of coding agents. Times are ISO-8601 UTC; amounts are USD with at most six decimals; null is "not known", never 0.
 * `unpriced_calls` are calls whose price nobody knows: where there are some, the actual cost is higher.
 */

/** One session with its row as the store has it. */
export type SessionView = RowView & Readonly<{ duration_ms: number | null; calls: number; unpriced_calls: number; usd: number }>;

/** Summaries of sessions; null for those whose prompts are not known. `cached`: the judge was not asked. */
export type SessionsSummaryView = Readonly<{
  sessions: readonly Readonly<{ session_id: string; host: string; summary: string | null; cached: boolean }>[];
}>;
