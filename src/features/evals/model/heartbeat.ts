import * as z from "zod";
import { runId } from "./file-names.ts";

/** Status that a running collector writes while a test is in progress; `finished` and `failed` are its final states. */
export const heartbeat = z.looseObject({
  runId: runId(),
  pid: z.int().min(1),
  startedAt: z.string(),
  currentTest: z.string().nullable().default(null),
  status: z.enum(["starting", "running", "finished", "failed"]),
  turn: z.number().default(0),
  toolCount: z.number().default(0),
  lastTool: z.string().nullable().default(null),
  lastToolAt: z.string().nullable().default(null),
  elapsedSec: z.number().default(0),
  /** Expected number of tests of the run, if its collector was given it. */
  expectedTests: z.number().nullable().default(null),
  /** When the current test began. */
  currentSince: z.string().nullable().default(null),
  /** When the run ended, and the file to which it was then written. */
  endedAt: z.string().nullable().default(null),
  file: z.string().nullable().default(null),
});

export type Heartbeat = Readonly<z.infer<typeof heartbeat>>;

/** A running test counts as stuck when its last tool call is older than this, in ms. */
const staleAfterMs = 600_000;

/** Whether a running test has not called a tool for more than ten minutes. */
export function isStale(beat: Heartbeat, now: number): boolean {
  if (beat.status !== "running" || beat.lastToolAt === null) return false;
  return now - Date.parse(beat.lastToolAt) > staleAfterMs;
}

/** Formats a duration in seconds: `42s`, or `3m 5s` from one minute on. */
export function shortDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m ${whole % 60}s`;
}
