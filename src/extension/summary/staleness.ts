import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import { summaryFile } from "../../ports/summary-limits.ts";

export type MendOptions = Readonly<{
  home: string;
  /** A summary follows its recording well within this time, in ms. */
  settles: number;
  /** Asks the store anything; it then writes a summary that is behind. */
  wake(): Promise<unknown>;
  log: Logger;
}>;

/** Wakes the store when the summary stays behind the journal. Never rejects. */
export async function mendSummary({ home, settles, wake, log }: MendOptions): Promise<void> {
  if (!(await isSummaryStale(home))) return;
  await sleep(settles);
  if (!(await isSummaryStale(home))) return;
  try {
    await wake();
  } catch (error) {
    // The counter stays behind; whoever opens a view is told what the store has to say.
    log.warn(`Could not bring the summary up to date: ${toErrorView(error).message}`);
  }
}

/**
 * Whether a journal has been written to after `summary.json`. That is so for a moment after each recording, and it stays so when
 * the recorder was killed in that moment. Looks at times of files only; a home that cannot be looked at is not stale.
 */
export async function isSummaryStale(home: string): Promise<boolean> {
  const [written, recorded] = await Promise.all([modifiedAt(join(home, summaryFile)), newestRecord(join(home, "journal"))]);
  return recorded > written;
}

/** When the newest segment of any device was written to, ms since the epoch; 0 when there is none. */
async function newestRecord(journal: string): Promise<number> {
  const files = await readdir(journal, { recursive: true, withFileTypes: true }).catch(() => []);
  const segments = files.filter((file) => file.isFile() && file.name.endsWith(".jsonl"));
  return Math.max(0, ...(await Promise.all(segments.map((file) => modifiedAt(join(file.parentPath, file.name))))));
}

/** When a file was last written to, ms since the epoch; 0 when it does not exist or cannot be looked at. */
const modifiedAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
