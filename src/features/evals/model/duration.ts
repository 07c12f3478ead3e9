import type { EvalFormat } from "./run.ts";

/*
 * The standard format states a run's duration in seconds, the legacy one in milliseconds. A file also has the field of the other
 * format if its own would lose precision; that field is used only if it agrees with the required one.
 */

export type RunDuration = Readonly<{ total_duration_ms: number; duration_seconds?: number | undefined }>;

/** Legacy → standard: whole seconds, rounded half up. */
const secondsOf = (ms: number): number => Math.round(ms / 1000);

/** Standard → legacy: not rounded. Stays finite. */
const millisecondsOf = (seconds: number): number => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, seconds * 1000));

const refinesSeconds = (ms: unknown, seconds: number): ms is number =>
  typeof ms === "number" && Number.isFinite(ms) && secondsOf(ms) === seconds && ms !== millisecondsOf(seconds);

const refinesMilliseconds = (seconds: unknown, ms: number): seconds is number =>
  typeof seconds === "number" && Number.isFinite(seconds) && millisecondsOf(seconds) === ms && secondsOf(ms) !== seconds;

const durationOf = (ms: number, seconds: number | undefined): RunDuration =>
  seconds === undefined || secondsOf(ms) === seconds
    ? { total_duration_ms: ms }
    : { total_duration_ms: ms, duration_seconds: seconds };

/** The field of the other format, which a file may have in addition to its own. */
export const carriedDuration: Readonly<Record<EvalFormat, string>> = {
  standard: "total_duration_ms",
  legacy: "duration_seconds",
};

/** The required field of a format. */
export const statedDuration: Readonly<Record<EvalFormat, string>> = { standard: "duration_seconds", legacy: "total_duration_ms" };

/** Whether a carried value agrees with the stated one and adds precision; otherwise it is an unknown field. */
export const isCarriedDuration = (format: EvalFormat, carried: unknown, stated: number): carried is number =>
  format === "standard" ? refinesSeconds(carried, stated) : refinesMilliseconds(carried, stated);

/** Reads a run's duration from the two fields of a file. */
export function readDuration(format: EvalFormat, stated: number, carried: unknown): RunDuration {
  if (format === "legacy") return durationOf(stated, refinesMilliseconds(carried, stated) ? carried : undefined);
  return refinesSeconds(carried, stated) ? { total_duration_ms: carried } : durationOf(millisecondsOf(stated), stated);
}

/** Returns the two fields of a file: the required one, and the other one if it adds precision. */
export function writeDuration(format: EvalFormat, run: RunDuration): Readonly<{ stated: number; carried: number | undefined }> {
  const seconds = run.duration_seconds ?? secondsOf(run.total_duration_ms);
  const ms = run.total_duration_ms;
  return format === "standard"
    ? { stated: seconds, carried: ms === millisecondsOf(seconds) ? undefined : ms }
    : { stated: ms, carried: run.duration_seconds };
}
