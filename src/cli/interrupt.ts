import { constants } from "node:os";

const watchedSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type WatchedSignal = (typeof watchedSignals)[number];

/** The exit code of a process that a signal ended, as shells report it. */
const codeOf = (signal: WatchedSignal): number => 128 + constants.signals[signal];

/** The state of the signals that this process has received. */
export type Interrupt = Readonly<{
  /** Aborted at the first signal. */
  signal: AbortSignal;
  /** Fulfilled at the first signal. */
  came: Promise<void>;
  /** Exit code for the signal that arrived; null while none has. */
  exitCode(): number | null;
  /** Restores the default effect of the signals. */
  release(): void;
}>;

/** How long work may take to end cleanly, in ms. */
const forceExitMs = 5_000;

/** Lets a signal take its default effect: an orderly exit would wait for system calls that hang. */
function endBy(signal: WatchedSignal): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into an abort on which work can end cleanly. A second signal, or a timeout of a few seconds,
 * ends the process at once; the journal survives that like any other sudden end.
 * @param announce called at the first signal
 */
export function watchInterrupts(announce: (signal: WatchedSignal) => void): Interrupt {
  const controller = new AbortController();
  let code: number | null = null;
  const onSignal = (signal: WatchedSignal): void => {
    if (code !== null) {
      endBy(signal);
      return;
    }
    code = codeOf(signal);
    announce(signal);
    setTimeout(endBy, forceExitMs, signal).unref();
    controller.abort();
  };
  for (const signal of watchedSignals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    came: new Promise((resolve) => controller.signal.addEventListener("abort", () => resolve(), { once: true })),
    exitCode: () => code,
    release: () => {
      for (const signal of watchedSignals) process.off(signal, onSignal);
    },
  };
}
