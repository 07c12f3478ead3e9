import { compareText } from "./compare-text.ts";

/** The data of a run needed to find the run before it. `at` is its instant, ms since the epoch. */
export type RunAnchor = Readonly<{ id: string; at: number; tier: string; branch: string; partial: boolean }>;

/** Newest first; runs of one instant by id descending, so that the order is total and the same everywhere. */
export const newestFirst = (a: Pick<RunAnchor, "at" | "id">, b: Pick<RunAnchor, "at" | "id">): number =>
  b.at - a.at || compareText(b.id, a.id);

/**
 * Returns the run to compare with: of the whole runs of the same tier that are earlier than `run`, the latest of the same branch,
 * else the latest. Undefined when there is none.
 */
export function previousRun<T extends RunAnchor>(run: RunAnchor, candidates: readonly T[]): T | undefined {
  const earlier = candidates
    .filter((one) => one.tier === run.tier && !one.partial && one.at < run.at && one.id !== run.id)
    .sort(newestFirst);
  return earlier.find((one) => one.branch === run.branch) ?? earlier[0];
}
