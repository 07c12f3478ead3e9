/** Tolerance in ms for a report's stated time after its recording, and for a log's time ahead of the clock. */
export const clockToleranceMs = 5 * 60_000;
