import { join } from "node:path";
import { readRecentSpend } from "../features/agent/model/spend-limits.ts";
import type { AgentStanding } from "../features/reviews/model/coins-and-streaks.ts";
import { compareNames } from "../kernel/compare-names.ts";
import type { AppliedHead } from "../ports/fact-index.ts";
import type { FactLog } from "../ports/fact-log.ts";
import type { Logger, Queries } from "../ports/ports.ts";
import { type Summary, type SummaryStanding, summary, summaryText } from "../ports/summary.ts";
import { summaryFile, summaryLimits, summaryVersion } from "../ports/summary-limits.ts";
import { readSummaryStanding } from "../ports/summary-standing.ts";
import type { StoreFiles } from "./store-files.ts";
import { summaryChecksum } from "./summary-check.ts";

/** How far a summary counts, in the form that the file states: sorted by device, including devices without facts. */
export const toSummaryHeads = (heads: readonly AppliedHead[]): Summary["heads"] =>
  heads
    .map(({ cursor: { device, seq, hash, segment, offset } }) => ({ device, seq, hash, segment, offset }))
    .sort((a, b) => compareNames(a.device, b.device));

export const sameHeads = (a: Summary["heads"], b: Summary["heads"]): boolean => JSON.stringify(a) === JSON.stringify(b);

const newestFirst = (a: AgentStanding, b: AgentStanding): number =>
  (b.lastRunAt ?? 0) - (a.lastRunAt ?? 0) || compareNames(a.agent, b.agent) || compareNames(a.project ?? "", b.project ?? "");

/** The content of `summary.json` for an index. */
export function summarize({ review, agent }: Queries, heads: readonly AppliedHead[], now: Date): Summary {
  const toStanding = (standing: AgentStanding): SummaryStanding => readSummaryStanding(review, standing);
  const latest = review.latestRecording();
  const agentStandings = review.standings().toSorted(newestFirst).slice(0, summaryLimits.agents);
  const projectStandings = review
    .projects()
    .flatMap((project) => review.standings(project))
    .sort(newestFirst)
    .slice(0, summaryLimits.projects);
  return {
    version: summaryVersion,
    written_at: now.toISOString(),
    heads: toSummaryHeads(heads),
    newest_agent: review.newestAgent() ?? null,
    latest_recording: latest === null ? null : new Date(latest).toISOString(),
    unanswered: agent.unanswered(),
    spend: readRecentSpend(agent, now),
    agents: agentStandings.map(toStanding),
    projects: projectStandings.map(toStanding),
  };
}

/** Reads `summary.json`; `newer` when only a newer version can read it, null when it is missing or invalid. */
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
    // Unreadable or not JSON: it is derived data and is written again.
    return null;
  }
}

/** Whether a summary is unchanged since it was written. False for those of versions that wrote no checksum. */
const isIntact = (content: Summary): boolean => content.crc32 === summaryChecksum(content);

/**
 * Like `readSummary`, but null also for a summary that is not known to be unchanged: it is written again.
 * @param onChanged receives a message about a summary that was changed
 */
export async function readIntactSummary(
  files: StoreFiles,
  home: string,
  onChanged: (message: string) => void,
): Promise<Summary | "newer" | null> {
  const found = await readSummary(files, home);
  if (found === null || found === "newer" || isIntact(found)) return found;
  if (found.crc32 !== undefined)
    onChanged(`${join(home, summaryFile)} was changed by something else: its numbers are counted again`);
  return null;
}

/**
 * A message about a summary with the current heads that differs from the index; undefined when it is right, behind or missing.
 */
export async function findSummaryMismatch(
  files: StoreFiles,
  home: string,
  queries: Queries,
  heads: readonly AppliedHead[],
): Promise<string | undefined> {
  const found = await readSummary(files, home);
  if (found === null || found === "newer" || !sameHeads(found.heads, toSummaryHeads(heads))) return undefined;
  const expected = summarize(queries, heads, new Date(found.written_at));
  // Summaries of versions without `spend` are compared without it.
  const comparable = found.spend === undefined ? { ...expected, spend: undefined } : expected;
  const isEqual = summaryText({ ...found, written_at: expected.written_at }) === summaryText(comparable);
  return isEqual ? undefined : `${join(home, summaryFile)} was changed by something else: it says otherwise than the journal`;
}

/** The summary if it counts everything that any process has recorded before this call, else null. Checks the end of each log. */
export async function currentSummary(files: StoreFiles, home: string, log: FactLog, logger: Logger): Promise<Summary | null> {
  const found = await readIntactSummary(files, home, logger.warn);
  return found === null || found === "newer" || (await log.hasNews(found.heads)) ? null : found;
}

/**
 * Writes the summary. Only under the writers' lock, so that no older state replaces a newer one.
 * @throws disk_full, store_unwritable
 */
export async function writeSummary(files: StoreFiles, home: string, content: Summary): Promise<void> {
  const path = join(home, summaryFile);
  await files.sweep(path);
  await files.replace(path, new TextEncoder().encode(`${JSON.stringify({ ...content, crc32: summaryChecksum(content) })}\n`));
}
