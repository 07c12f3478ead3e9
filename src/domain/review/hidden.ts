import { compareRecording } from "../fact.ts";
import type { Recording } from "./run.ts";

/** A reset fact. `agent` null: of all agents. */
export type RecordedReset = Readonly<{ factId: string; recording: Recording; agent: string | null }>;

/**
 * The resets in force, in recording order: those that no fact takes back. The order in which reset and undo arrived plays no part.
 * @param undone fact ids of the resets that were taken back
 */
export const resetsInForce = <R extends RecordedReset>(resets: readonly R[], undone: ReadonlySet<string>): readonly R[] =>
  resets
    .filter((reset) => !undone.has(reset.factId))
    .sort((a, b) => compareRecording(a.recording, b.recording) || (a.factId < b.factId ? -1 : 1));

/**
 * The earliest reset in force that hides a run: one of its agent (or of all) recorded after it. `undefined`: the run counts.
 * @param inForce as `resetsInForce` gives them
 */
export const hidingReset = <R extends RecordedReset>(
  run: Readonly<{ agent: string; recording: Recording }>,
  inForce: readonly R[],
): R | undefined =>
  inForce.find(
    (reset) => (reset.agent === null || reset.agent === run.agent) && compareRecording(run.recording, reset.recording) < 0,
  );
