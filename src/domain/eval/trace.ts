import { type Heartbeat, isStale } from "./heartbeat.ts";
import { type EvalRun, testCostMicros } from "./run.ts";

/** What a collector has left behind so far: its heartbeat and its run as far as that has come. */
export type CollectorTrace = Readonly<{
  beat: Heartbeat | undefined;
  partial: EvalRun | undefined;
  /** Whether the process of the heartbeat lives. */
  alive: boolean;
  /** Folder of the run. */
  folder: string | null;
}>;

/** `none`: no collector has left a trace; `gone`: its process ended without a last word. */
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

/** Cost of the tests so far, micro-dollars. */
export const costSoFar = ({ partial }: CollectorTrace): number =>
  (partial?.tests ?? []).reduce((sum, test) => sum + (testCostMicros(test) ?? 0), 0);

/** Whether the running test has been silent for suspiciously long. */
export const looksStuck = ({ beat }: CollectorTrace, now: number): boolean => beat !== undefined && isStale(beat, now);
