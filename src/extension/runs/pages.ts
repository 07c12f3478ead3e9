import type { RunView } from "../../features/reviews/operations/views.ts";

/** Only runs of this agent, or only runs that broke this rule; null: all. */
export type RunFilter = Readonly<{ agent: string | null; rule: string | null }>;

export const noFilter: RunFilter = { agent: null, rule: null };

/** Loads the latest `limit` runs, newest first. */
export type LoadRuns = (filter: RunFilter, limit: number) => Promise<readonly RunView[]>;

/** The latest runs, newest first, and whether there are older ones. */
export type Page = Readonly<{ runs: readonly RunView[]; hasMore: boolean }>;

/** Number of runs that the view shows at first, and that each "Load more" adds. */
export const pageSize = 50;

/** Loads the latest `limit` runs. Requests one more, to detect whether there are older ones. */
export async function loadPage(load: LoadRuns, filter: RunFilter, limit: number): Promise<Page> {
  const runs = await load(filter, limit + 1);
  return { runs: runs.slice(0, limit), hasMore: runs.length > limit };
}
