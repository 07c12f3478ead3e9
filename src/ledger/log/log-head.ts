/**
 * The last acknowledged fact of a log, and the number of facts before it that are missing (`lost`) if the log continued without
 * them.
 */
export type Head = Readonly<{ seq: number; hash: string; lost: number }>;

/** Whether a log with this end has the fact of a head, as far as the two ends show. */
export const isWithin = (head: Omit<Head, "lost">, end: Readonly<{ seq: number; hash: string | null }>): boolean =>
  head.seq < end.seq || (head.seq === end.seq && (head.seq === 0 || head.hash === end.hash));

/** Number of facts up to a head that are missing in a log with this end; 1 where another fact is in the place of the last one. */
export const countLost = (head: Head, end: Readonly<{ seq: number; hash: string | null }>): number =>
  isWithin(head, end) ? 0 : Math.max(1, head.seq - end.seq);
