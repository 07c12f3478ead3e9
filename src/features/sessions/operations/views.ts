import type { RowView } from "../../agent/operations/views.ts";

/*
 * The views of sessions of coding agents. Times are ISO-8601 UTC; amounts are USD with at most six decimals; null means
 * "unknown", never 0. `unpriced_calls` is the number of calls without a known price: if there are any, the actual cost is higher.
 */

/** One session, with its row as stored. */
export type SessionView = RowView & Readonly<{ duration_ms: number | null; calls: number; unpriced_calls: number; usd: number }>;

/**
 * Summaries of sessions. `summary` is null if the session's prompts are unknown; `cached` is true if the judge did not have to be
 * asked.
 */
export type SessionsSummaryView = Readonly<{
  sessions: readonly Readonly<{ session_id: string; host: string; summary: string | null; cached: boolean }>[];
}>;
