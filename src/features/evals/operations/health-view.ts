import { isoOf } from "../../shared/units.ts";
import { type Health, healthReasonText } from "../model/health.ts";
import type { EvalHealthView } from "./views.ts";

/** Values that mean that the commit was not known when the run was made. */
const unknownCommits: ReadonlySet<string> = new Set(["", "unknown"]);

/** Returns the commit; null when it is not known. */
export const knownCommit = (sha: string): string | null => (unknownCommits.has(sha) ? null : sha);

/** A run in which the result of a test changed. */
type Run = Readonly<{ id: string; at: number; sha: string }>;

/**
 * Returns the health of a test as every view shows it.
 * @param runOf returns the run of a result by its index
 */
export function healthView(health: Health | undefined, runOf: (place: number) => Run | undefined): EvalHealthView {
  if (health === undefined) throw new TypeError("a test without results has no health");
  const run = health.turned === null ? undefined : runOf(health.turned);
  return {
    health: health.state,
    health_reason: healthReasonText(health.reason),
    health_why: health.reason,
    health_since: run === undefined ? null : { run: run.id, timestamp: isoOf(run.at), git_sha: run.sha },
  };
}
