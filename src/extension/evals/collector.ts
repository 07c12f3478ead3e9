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
  /** Called with each status while a collector runs, and with the final one. */
  onPicture(view: EvalWatchView): void;
  log: Logger;
  /** Delay in ms before the first check, so that it does not compete with the window's startup. */
  delay: number;
  /** Minimum interval in ms between checks. */
  every: number;
  /** Interval in ms of checks without an event while a collector runs, because its process may have exited. */
  lookAgain: number;
}>;

/** Follows the collector of a home. */
export type CollectorWatch = Readonly<{
  /** Call when the home or something in it may have been created. */
  look(): void;
  dispose(): void;
}>;

const folderName = "eval-runs";
const heartbeatFile = "heartbeat.json";
/** Number of failed checks after which a collector counts as exited. */
const maxFailures = 10;

/**
 * Follows a running collector by file events in its folder. While none runs, nothing is polled and the store is not asked: the
 * heartbeat file alone decides whether to ask.
 */
export function watchCollector({ home, ask, onPicture, log, delay, every, lookAgain }: CollectorWatchOptions): CollectorWatch {
  const folder = join(home, folderName);
  const state: {
    watcher: FSWatcher | undefined;
    /** Whether the watcher is on the collectors' folder (else it is on the home). */
    inside: boolean;
    timer: NodeJS.Timeout | undefined;
    /** When the timer is due, by `performance.now()`. */
    due: number;
    looking: boolean;
    running: boolean;
    /** The last status; `failures` counts the failed checks since. */
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
  /** Starts to watch a folder; the new watcher replaces the previous one. @returns whether it can be watched */
  const watchAt = (path: string, onEvent: (name: string | null) => void): boolean => {
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => onEvent(name));
      unwatch();
      // The folder was removed or moved; the next call of `check` searches for it again.
      watcher.on("error", unwatch);
      state.watcher = watcher;
      return true;
    } catch {
      // The folder does not exist yet.
      return false;
    }
  };
  /** Watches the collectors' folder, or the home until that folder exists. @returns whether it has just started on the folder */
  const startWatching = (): boolean => {
    if (state.disposed || state.inside) return false;
    state.inside = watchAt(folder, (name) => {
      if (name === null || name === heartbeatFile || state.running) checkWithin(every);
    });
    if (!state.inside && state.watcher === undefined)
      watchAt(home, (name) => {
        if ((name === null || name === folderName) && startWatching()) checkWithin(0);
      });
    return state.inside;
  };
  const checkWithin = (wait: number): void => {
    if (state.disposed) return;
    const due = Math.max(performance.now() + Math.min(wait, every), state.last + every);
    if (state.timer !== undefined && state.due <= due) return;
    schedule(due);
  };
  const schedule = (due: number): void => {
    clearTimeout(state.timer);
    state.due = due;
    state.timer = setTimeout(() => void check(), Math.max(0, due - performance.now()));
    state.timer.unref();
  };
  /** Counts a failed check. A running collector is checked again, up to the limit; views and commands show the store's errors. */
  const countFailure = (): void => {
    state.failures += 1;
    if (!state.running || state.failures < maxFailures) return;
    state.running = false;
    if (state.shown !== undefined) onPicture({ ...state.shown, state: "gone", current: null });
  };
  const check = async (): Promise<void> => {
    state.timer = undefined;
    if (state.disposed || state.looking) return;
    state.looking = true;
    try {
      if (state.running || (await isBeating(folder))) {
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
      countFailure();
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
      if (startWatching()) checkWithin(0);
    },
    dispose: () => {
      state.disposed = true;
      clearTimeout(state.timer);
      unwatch();
    },
  };
}

/** Whether the latest heartbeat belongs to a running process. */
async function isBeating(folder: string): Promise<boolean> {
  try {
    const beat = heartbeat.parse(JSON.parse(await readFile(join(folder, heartbeatFile), "utf8")));
    return beat.status !== "finished" && beat.status !== "failed" && isRunning(beat.pid);
  } catch {
    // No collector, or an unreadable heartbeat: nothing runs.
    return false;
  }
}
