/** The last fact of a log that anyone was told of, and how many before it are missing in a log that went on without them. */
export type Head = Readonly<{ seq: number; hash: string; lost: number }>;

/** Whether a log that ends so has the fact that a head names, as far as the ends tell. */
export const isWithin = (head: Omit<Head, "lost">, end: Readonly<{ seq: number; hash: string | null }>): boolean =>
  head.seq < end.seq || (head.seq === end.seq && (head.seq === 0 || head.hash === end.hash));

/** How many facts up to a head are missing in a log that ends so; 1 where another fact stands in place of the last one. */
export const lostAfter = (head: Head, end: Readonly<{ seq: number; hash: string | null }>): number =>
  isWithin(head, end) ? 0 : Math.max(1, head.seq - end.seq);
