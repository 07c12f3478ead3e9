import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { heartbeat } from "../../features/evals/model/heartbeat.ts";
import type { EvalWatchView } from "../../features/evals/operations/views.ts";
import { toErrorView } from "../../kernel/ledger-error.ts";
import { isRunning } from "../../platform/disk/process-status.ts";
import type { Logger } from "../../ports/ports.ts";

export type CollectorWatchOptions = Readonly<{
  home: string;
  /** Asks what the collector is doing. */
  ask(): Promise<EvalWatchView>;
  /** Told of each picture while a collector runs, and of the last one. */
  onPicture(view: EvalWatchView): void;
  log: Logger;
  /** The first look waits so long, so that it does not compete with the window's start, in ms. */
  delay: number;
  /** Pictures follow each other at this distance at least, in ms. */
  every: number;
  /** While a collector runs it is looked at so often even without an event: its process may be gone. In ms. */
  lookAgain: number;
}>;

/** Follows the collector of a home. */
export type CollectorWatch = Readonly<{
  /** Call when the home or something in it may have come into being. */
  look(): void;
  dispose(): void;
}>;

const folderName = "eval-runs";
const heartbeatFile = "heartbeat.json";
/** After so many looks in vain a collector is taken for gone. */
const mostFailures = 10;

/**
 * Follows a running collector by the events of its folder. While none runs, nothing is polled and the store is not asked: the
 * heartbeat alone tells whether to ask.
 */
export function watchCollector({ home, ask, onPicture, log, delay, every, lookAgain }: CollectorWatchOptions): CollectorWatch {
  const folder = join(home, folderName);
  const state: {
    watcher: FSWatcher | undefined;
    /** Whether the watcher is that of the collectors' folder. */
    inside: boolean;
    timer: NodeJS.Timeout | undefined;
    /** When the timer is due, on the monotonic clock. */
    due: number;
    looking: boolean;
    running: boolean;
    /** What it was when it was looked at last, and how many looks have failed since. */
    shown: EvalWatchView | undefined;
    failures: number;
    last: number;
    disposed: boolean;
  } = {
    watcher: undefined,
    inside: false,
    timer: undefined,
    due: 0,
    looking: false,
    running: false,
    shown: undefined,
    failures: 0,
    last: Number.NEGATIVE_INFINITY,
    disposed: false,
  };

  const unwatch = (): void => {
    state.watcher?.close();
    state.watcher = undefined;
    state.inside = false;
  };
  /** Whether a folder can be watched; the watcher replaces the one before. */
  const watchAt = (path: string, told: (name: string | null) => void): boolean => {
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => told(name));
      unwatch();
      // The folder was removed or moved; whoever tells of news has it looked for again.
      watcher.on("error", unwatch);
      state.watcher = watcher;
      return true;
    } catch {
      // There is no such folder yet.
      return false;
    }
  };
  /** Watches the collectors' folder; until the first of them makes it, the home. @returns whether the folder is watched anew */
  const startWatching = (): boolean => {
    if (state.disposed || state.inside) return false;
    state.inside = watchAt(folder, (name) => {
      if (name === null || name === heartbeatFile || state.running) soon(every);
    });
    if (!state.inside && state.watcher === undefined)
      watchAt(home, (name) => {
        if ((name === null || name === folderName) && startWatching()) soon(0);
      });
    return state.inside;
  };
  const soon = (wait: number): void => {
    if (state.disposed) return;
    const due = Math.max(performance.now() + Math.min(wait, every), state.last + every);
    if (state.timer !== undefined && state.due <= due) return;
    schedule(due);
  };
  const schedule = (due: number): void => {
    clearTimeout(state.timer);
    state.due = due;
    state.timer = setTimeout(() => void look(), Math.max(0, due - performance.now()));
    state.timer.unref();
  };
  /** A running one is looked at again for a while; a view or a command tells what the store has to say. */
  const lookedInVain = (): void => {
    state.failures += 1;
    if (!state.running || state.failures < mostFailures) return;
    state.running = false;
    if (state.shown !== undefined) onPicture({ ...state.shown, state: "gone", current: null });
  };
  const look = async (): Promise<void> => {
    state.timer = undefined;
    if (state.disposed || state.looking) return;
    state.looking = true;
    try {
      if (state.running || (await beats(folder))) {
        const view = await ask();
        if (state.disposed) return;
        const wasRunning = state.running;
        state.running = view.state === "running";
        state.failures = 0;
        state.shown = view;
        if (state.running || wasRunning) onPicture(view);
      }
    } catch (error) {
      log.warn(`Could not look at the collector: ${toErrorView(error).message}`);
      lookedInVain();
    } finally {
      state.looking = false;
      state.last = performance.now();
    }
    if (state.running && state.timer === undefined) schedule(performance.now() + lookAgain);
  };

  startWatching();
  schedule(performance.now() + delay);
  return {
    look: () => {
      if (startWatching()) soon(0);
    },
    dispose: () => {
      state.disposed = true;
      clearTimeout(state.timer);
      unwatch();
    },
  };
}

/** Whether the newest heartbeat is one of a process that lives. */
async function beats(folder: string): Promise<boolean> {
  try {
    const beat = heartbeat.parse(JSON.parse(await readFile(join(folder, heartbeatFile), "utf8")));
    return beat.status !== "finished" && beat.status !== "failed" && isRunning(beat.pid);
  } catch {
    // No collector, or an unreadable heartbeat: nothing runs.
    return false;
  }
}
