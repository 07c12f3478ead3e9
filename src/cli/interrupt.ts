import { constants } from "node:os";

const watched = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Watched = (typeof watched)[number];

/** The exit code of a process that a signal ended, as shells give it. */
const codeOf = (signal: Watched): number => 128 + constants.signals[signal];

/** What the signals of this process have asked for so far. */
export type Interrupt = Readonly<{
  /** Aborted at the first signal. */
  signal: AbortSignal;
  /** Fulfilled at the first signal. */
  came: Promise<void>;
  /** Exit code of the signal that came; null while none has. */
  exitCode(): number | null;
  /** Gives the signals back to their default effect. */
  release(): void;
}>;

/** How long work may take to end cleanly. */
const patienceMs = 5_000;

/** Gives a signal its own effect: an orderly exit would wait for calls of the system that hang. */
function endBy(signal: Watched): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into an abort that work can end cleanly on; a second signal, or a few seconds in which it does
 * not end, ends the process at once, which the journal survives like any other sudden end.
 * @param announce called at the first signal
 */
export function watchInterrupts(announce: (signal: Watched) => void): Interrupt {
  const controller = new AbortController();
  let code: number | null = null;
  const onSignal = (signal: Watched): void => {
    if (code !== null) {
      endBy(signal);
      return;
    }
    code = codeOf(signal);
    announce(signal);
    setTimeout(endBy, patienceMs, signal).unref();
    controller.abort();
  };
  for (const signal of watched) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    came: new Promise((resolve) => controller.signal.addEventListener("abort", () => resolve(), { once: true })),
    exitCode: () => code,
    release: () => {
      for (const signal of watched) process.off(signal, onSignal);
    },
  };
}
