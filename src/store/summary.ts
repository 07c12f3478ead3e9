import { join } from "node:path";
import type { AppliedHead } from "../domain/fact-index.ts";
import type { FactLog, Queries } from "../domain/ports.ts";
import type { AgentStanding } from "../domain/review/queries.ts";
import { compareNames } from "../domain/review/run.ts";
import { type Summary, type SummaryStanding, summary, summaryFile, summaryLimits, summaryVersion } from "../domain/summary.ts";
import type { StoreFiles } from "./files.ts";

/** How far a summary counts, in the form that it states it: by device, facts or none. */
export const headsOf = (heads: readonly AppliedHead[]): Summary["heads"] =>
  heads
    .map(({ cursor: { device, seq, hash, segment, offset } }) => ({ device, seq, hash, segment, offset }))
    .sort((a, b) => compareNames(a.device, b.device));

export const sameHeads = (a: Summary["heads"], b: Summary["heads"]): boolean => JSON.stringify(a) === JSON.stringify(b);

const newestFirst = (a: AgentStanding, b: AgentStanding): number =>
  (b.lastRunAt ?? 0) - (a.lastRunAt ?? 0) || compareNames(a.agent, b.agent) || compareNames(a.project ?? "", b.project ?? "");

/** The numbers of a standing and its rules as the summary states them. */
export const summaryStandingOf = (
  standing: AgentStanding,
  topRules: readonly Readonly<{ rule: string; count: number }>[],
): SummaryStanding => ({
  agent: standing.agent,
  project: standing.project,
  coin_tenths: standing.coinTenths,
  streak_pass: standing.streakPass,
  streak_block: standing.streakBlock,
  best_streak_pass: standing.bestStreakPass,
  last_verdict: standing.lastVerdict,
  last_delta: standing.lastDelta,
  last_run_at: standing.lastRunAt === null ? null : new Date(standing.lastRunAt).toISOString(),
  runs: standing.runs,
  top_violations: topRules.slice(0, summaryLimits.rules).map(({ rule, count }) => ({ rule, count })),
});

/** What `summary.json` says of an index. */
export function summarize({ review, agent }: Queries, heads: readonly AppliedHead[], now: Date): Summary {
  const state = (standing: AgentStanding): SummaryStanding =>
    summaryStandingOf(
      standing,
      review.ruleTallies({ agent: standing.agent, project: standing.project ?? undefined, limit: summaryLimits.rules }),
    );
  const ofAgents = review.standings().toSorted(newestFirst).slice(0, summaryLimits.agents);
  const ofProjects = review
    .projects()
    .flatMap((project) => review.standings(project))
    .sort(newestFirst)
    .slice(0, summaryLimits.projects);
  return {
    version: summaryVersion,
    written_at: now.toISOString(),
    heads: headsOf(heads),
    newest_agent: review.newestAgent() ?? null,
    unanswered: agent.unanswered(),
    agents: ofAgents.map(state),
    projects: ofProjects.map(state),
  };
}

/** What stands in `summary.json`; `newer` when only a newer version can read it, null when there is nothing to read. */
export async function readSummary(files: StoreFiles, home: string): Promise<Summary | "newer" | null> {
  try {
    const bytes = await files.read(join(home, summaryFile));
    if (bytes === undefined) return null;
    const content: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const parsed = summary.safeParse(content);
    if (parsed.success) return parsed.data;
    const version = typeof content === "object" && content !== null && "version" in content ? content.version : undefined;
    return typeof version === "number" && version > summaryVersion ? "newer" : null;
  } catch {
    // Unreadable or no JSON: derived data, it is written again.
    return null;
  }
}

/** The summary when it counts all that any process has recorded until this call, which costs a look at each log's end; else null. */
export async function currentSummary(files: StoreFiles, home: string, log: FactLog): Promise<Summary | null> {
  const found = await readSummary(files, home);
  return found === null || found === "newer" || (await log.hasNews(found.heads)) ? null : found;
}

/** Only while the writers' lock is held, so that an older state never replaces a newer one. @throws disk_full, store_unwritable */
export async function writeSummary(files: StoreFiles, home: string, content: Summary): Promise<void> {
  const path = join(home, summaryFile);
  await files.sweep(path);
  await files.replace(path, new TextEncoder().encode(`${JSON.stringify(content)}\n`));
}
