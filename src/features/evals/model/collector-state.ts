import { type Heartbeat, isStale } from "./heartbeat.ts";
import { type EvalRun, testCostMicros } from "./run.ts";

/** The data that a collector has written so far: its heartbeat and its run, whole or in part. */
export type CollectorTrace = Readonly<{
  beat: Heartbeat | undefined;
  partial: EvalRun | undefined;
  /** Whether the process of the heartbeat is alive. */
  alive: boolean;
  /** Folder of the run. */
  folder: string | null;
}>;

/** `none`: no collector has written a heartbeat or a run; `gone`: its process exited without a result. */
export type CollectorState = "none" | "running" | "finished" | "failed" | "gone";

/** Returns the state of a collector. */
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

/** Duration of the run so far, or until it ended, in ms. 0 when its start is not known. */
export function runElapsed({ beat }: CollectorTrace, now: number): number {
  const started = instantOf(beat?.startedAt ?? null);
  return started === undefined ? 0 : Math.max(0, (instantOf(beat?.endedAt ?? null) ?? now) - started);
}

/** Duration of the current test so far, in ms. */
export function testElapsed(beat: Heartbeat, now: number): number {
  const since = instantOf(beat.currentSince);
  return since === undefined ? beat.elapsedSec * 1000 : Math.max(0, now - since);
}

/** Cost of the tests so far, micro-dollars. */
export const costSoFar = ({ partial }: CollectorTrace): number =>
  (partial?.tests ?? []).reduce((sum, test) => sum + (testCostMicros(test) ?? 0), 0);

/** Whether the running test looks stuck (see `isStale`). */
export const looksStuck = ({ beat }: CollectorTrace, now: number): boolean => beat !== undefined && isStale(beat, now);
