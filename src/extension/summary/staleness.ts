import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import { summaryFile } from "../../ports/summary-limits.ts";

export type RepairOptions = Readonly<{
  home: string;
  /** Time in ms within which `summary.json` is written after a recording. */
  settles: number;
  /** Makes any call to the store, which then updates a stale summary. */
  wake(): Promise<unknown>;
  log: Logger;
}>;

/** Wakes the store if the summary stays older than the journal. Never rejects. */
export async function repairSummary({ home, settles, wake, log }: RepairOptions): Promise<void> {
  if (!(await isSummaryStale(home))) return;
  await sleep(settles);
  if (!(await isSummaryStale(home))) return;
  try {
    await wake();
  } catch (error) {
    // The counter stays stale; opening a view shows the store's error.
    log.warn(`Could not bring the summary up to date: ${toErrorView(error).message}`);
  }
}

/**
 * Whether a journal was written after `summary.json`. This is true for a moment after each recording, and permanently if the
 * recording process was killed in that moment. Compares modification times only; an inaccessible home is not stale.
 */
export async function isSummaryStale(home: string): Promise<boolean> {
  const [written, recorded] = await Promise.all([modifiedAt(join(home, summaryFile)), newestRecord(join(home, "journal"))]);
  return recorded > written;
}

/** Modification time of the latest journal segment of any device, ms since the epoch; 0 when there is none. */
async function newestRecord(journal: string): Promise<number> {
  const files = await readdir(journal, { recursive: true, withFileTypes: true }).catch(() => []);
  const segments = files.filter((file) => file.isFile() && file.name.endsWith(".jsonl"));
  return Math.max(0, ...(await Promise.all(segments.map((file) => modifiedAt(join(file.parentPath, file.name))))));
}

/** Modification time of a file, ms since the epoch; 0 if it does not exist or is inaccessible. */
const modifiedAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
