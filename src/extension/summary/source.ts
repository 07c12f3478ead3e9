import { type FSWatcher, watch } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { ifMissing } from "../../platform/disk/failure.ts";
import type { Logger } from "../../ports/ports.ts";
import { type Summary, summary, summaryText } from "../../ports/summary.ts";
import { summaryFile } from "../../ports/summary-limits.ts";

/** Follows `summary.json`, which any process may write. */
export type SummarySource = Readonly<{
  /** Checks the file at once instead of waiting for the watcher. */
  look(): Promise<void>;
  close(): void;
}>;

export type SummaryOptions = Readonly<{
  home: string;
  /** Called for each version of the file, including the first; undefined if it is missing or invalid. */
  onChange(summary: Summary | undefined): void;
  log: Logger;
  /** Interval in ms of polling, for cases without file events (no home yet, network drives). */
  pollEvery: number;
}>;

/**
 * Follows `summary.json` by file events and by polling its metadata, because the home may not exist yet and events may be
 * missing. Reads the file only when it has changed.
 */
export function followSummary({ home, onChange, log, pollEvery }: SummaryOptions): SummarySource {
  const path = join(home, summaryFile);
  const state: { stamp: string | undefined; watcher: FSWatcher | undefined; closed: boolean } = {
    stamp: undefined,
    watcher: undefined,
    closed: false,
  };
  const queue: { tail: Promise<void> } = { tail: Promise.resolve() };

  /** Closes the watcher. One on a removed folder emits no events when the folder is recreated, so a new one is needed. */
  const unwatch = (): void => {
    state.watcher?.close();
    state.watcher = undefined;
  };
  const read = async (): Promise<void> => {
    if (state.closed) return;
    const stamp = await stampOf(path);
    if (stamp === state.stamp || state.closed) return;
    state.stamp = stamp;
    if (stamp === "") unwatch();
    const current = stamp === "" ? undefined : parse(await readFile(path, "utf8"), path, log);
    if (!state.closed) onChange(current);
  };
  const checkNow = (): Promise<void> => {
    // Reads run sequentially, so that an older result cannot replace a newer one.
    queue.tail = queue.tail.then(read).catch((error: unknown) => {
      // The file may be replaced between `stat` and the read; the next check reads it again.
      state.stamp = undefined;
      log.debug(`Could not read ${path}: ${String(error)}`);
    });
    return queue.tail;
  };
  const startWatching = (): void => {
    if (state.watcher !== undefined || state.closed) return;
    try {
      const watcher = watch(home, { persistent: false }, (_event, name) => {
        if (name === null || name === summaryFile) void checkNow();
      });
      // The home was removed or moved; polling continues and starts a new watcher when the home exists.
      watcher.on("error", unwatch);
      state.watcher = watcher;
    } catch {
      // The home does not exist yet; the first recording creates it, and polling detects it.
    }
  };

  startWatching();
  void checkNow();
  const timer = setInterval(() => {
    startWatching();
    void checkNow();
  }, pollEvery);
  timer.unref();

  return {
    look: checkNow,
    close: () => {
      state.closed = true;
      clearInterval(timer);
      unwatch();
    },
  };
}

/** Identifies a version of a file: inode, modification time and size; empty when there is no file. */
async function stampOf(path: string): Promise<string> {
  const stats = await stat(path).catch(ifMissing(undefined));
  return stats === undefined ? "" : `${stats.ino}:${stats.mtimeMs}:${stats.size}`;
}

function parse(text: string, path: string, log: Logger): Summary | undefined {
  try {
    const parsed = summary.safeParse(JSON.parse(text));
    const { data } = parsed;
    if (data !== undefined && (data.crc32 === undefined || data.crc32 === crc32(summaryText(data)))) return data;
    log.warn(`${path} is of another version, damaged or changed by something else; the next recording writes it again`);
  } catch {
    // Derived data: an unreadable summary is ignored, and the next recording writes it again.
    log.warn(`${path} is not JSON; the next recording writes it again`);
  }
  return undefined;
}
