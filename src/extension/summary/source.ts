import { type FSWatcher, watch } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { ifMissing } from "../../platform/disk/failure.ts";
import type { Logger } from "../../ports/ports.ts";
import { type Summary, summary, summaryText } from "../../ports/summary.ts";
import { summaryFile } from "../../ports/summary-limits.ts";

/** The newest `summary.json`, followed as any process writes it. */
export type SummarySource = Readonly<{
  /** Looks at the file at once instead of waiting for the watcher. */
  look(): Promise<void>;
  close(): void;
}>;

export type SummaryOptions = Readonly<{
  home: string;
  /** Called with each summary that differs from the one before, the first one included. */
  onChange(summary: Summary | undefined): void;
  log: Logger;
  /** How often to look where the file system tells nothing (no home yet, network drives), in ms. */
  pollEvery: number;
}>;

/**
 * Follows `summary.json`: by file events where they come, and by looking at its modification time, because the home may not exist
 * yet and events may be missing. Reads the file only when it changed.
 */
export function followSummary({ home, onChange, log, pollEvery }: SummaryOptions): SummarySource {
  const path = join(home, summaryFile);
  const state: { stamp: string | undefined; watcher: FSWatcher | undefined; closed: boolean } = {
    stamp: undefined,
    watcher: undefined,
    closed: false,
  };
  const queue: { tail: Promise<void> } = { tail: Promise.resolve() };

  /** A watcher of a folder that was removed stays silent when the folder comes back, so it is made anew. */
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
  const look = (): Promise<void> => {
    // One look after the other: an older reading must not replace a newer one.
    queue.tail = queue.tail.then(read).catch((error: unknown) => {
      // Between the look at its time and the reading the file may be replaced; the next look reads it.
      state.stamp = undefined;
      log.debug(`Could not read ${path}: ${String(error)}`);
    });
    return queue.tail;
  };
  const startWatching = (): void => {
    if (state.watcher !== undefined || state.closed) return;
    try {
      const watcher = watch(home, { persistent: false }, (_event, name) => {
        if (name === null || name === summaryFile) void look();
      });
      // The home was removed or moved; polling goes on and watches again when there is one.
      watcher.on("error", unwatch);
      state.watcher = watcher;
    } catch {
      // There is no home yet: the first recording makes it, and polling finds it.
    }
  };

  startWatching();
  void look();
  const timer = setInterval(() => {
    startWatching();
    void look();
  }, pollEvery);
  timer.unref();

  return {
    look,
    close: () => {
      state.closed = true;
      clearInterval(timer);
      unwatch();
    },
  };
}

/** Tells one state of a file from another; empty when there is no file. */
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
    // Derived data: whoever finds it unreadable does without, and the next recording writes it again.
    log.warn(`${path} is not JSON; the next recording writes it again`);
  }
  return undefined;
}
