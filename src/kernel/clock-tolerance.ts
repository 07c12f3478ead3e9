/** How far the time that a report states may lie after its recording, and a log's time before the clock, ms. */
export const clockToleranceMs = 5 * 60_000;
