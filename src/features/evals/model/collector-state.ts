import { type Heartbeat, isStale } from "./heartbeat.ts";
import { type EvalRun, testCostMicros } from "./run.ts";

/** What a collector has left behind so far: its heartbeat and its run, whole or as far as that has come. */
export type CollectorTrace = Readonly<{
  beat: Heartbeat | undefined;
  partial: EvalRun | undefined;
  /** Whether the process of the heartbeat lives. */
  alive: boolean;
  /** Folder of the run. */
  folder: string | null;
}>;

/** `none`: no collector has left a trace; `gone`: its process ended and left no result. */
export type CollectorState = "none" | "running" | "finished" | "failed" | "gone";

/** What is going on. */
export function collectorState({ beat, partial, alive }: CollectorTrace): CollectorState {
  if (beat === undefined) return partial === undefined ? "none" : "gone";
  switch (beat.status) {
    case "finished":
    case "failed":
      return beat.status;
    case "starting":
    case "running":
      return alive ? "running" : "gone";
    default:
      return beat.status satisfies never;
  }
}

const instantOf = (time: string | null): number | undefined => {
  const instant = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(instant) ? undefined : instant;
};

/** How long the run has taken, ms: until now, or until it ended. 0 when nobody knows when it began. */
export function runElapsed({ beat }: CollectorTrace, now: number): number {
  const started = instantOf(beat?.startedAt ?? null);
  return started === undefined ? 0 : Math.max(0, (instantOf(beat?.endedAt ?? null) ?? now) - started);
}

/** How long the current test has taken, ms. */
export function testElapsed(beat: Heartbeat, now: number): number {
  const since = instantOf(beat.currentSince);
  return since === undefined ? beat.elapsedSec * 1000 : Math.max(0, now - since);
}

/** Cost of the tests so far, micro-dollars. */
export const costSoFar = ({ partial }: CollectorTrace): number =>
  (partial?.tests ?? []).reduce((sum, test) => sum + (testCostMicros(test) ?? 0), 0);

/** Whether the running test has been silent for suspiciously long. */
export const looksStuck = ({ beat }: CollectorTrace, now: number): boolean => beat !== undefined && isStale(beat, now);
