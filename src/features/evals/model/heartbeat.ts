import * as z from "zod";
import { runId } from "./file-names.ts";

/** What a running collector tells of itself while a test is going on; `finished` and `failed` are its last words. */
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
  /** How many tests the run will have, where its collector was told. */
  expectedTests: z.number().nullable().default(null),
  /** When the current test began. */
  currentSince: z.string().nullable().default(null),
  /** When the run ended, and the file that it was written to then. */
  endedAt: z.string().nullable().default(null),
  file: z.string().nullable().default(null),
});

export type Heartbeat = Readonly<z.infer<typeof heartbeat>>;

/** A tool call older than this makes a running test look stuck, in ms. */
const staleAfter = 600_000;

/** Whether a running test has not called a tool for more than ten minutes. */
export function isStale(beat: Heartbeat, now: number): boolean {
  if (beat.status !== "running" || beat.lastToolAt === null) return false;
  return now - Date.parse(beat.lastToolAt) > staleAfter;
}

/** `42s`, from a minute on `3m 5s`. */
export function shortDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m ${whole % 60}s`;
}
