import type { Recording } from "../../../kernel/fact.ts";
import type { LookupCache } from "../../index/lookup-cache.ts";
import { decideCounting, hidingReset, hidingTeamReset } from "../model/resets-in-force.ts";
import { repeated, withdrawn } from "./run-rows.ts";

type Hideable = Readonly<{ agent: string; factId: string; recording: Recording }>;

/** Returns `hidden_by` for a run, considering only resets: a reset's id, the negated number of a team reset, or null. */
function hiddenByReset(memory: LookupCache, run: Hideable): number | null {
  const ownReset = hidingReset(run, memory.inForce(), memory.team());
  if (ownReset !== undefined) return ownReset.id;
  const teamReset = hidingTeamReset(run, memory.teamResets());
  return teamReset === undefined ? null : -teamReset.number;
}

/** Returns `hidden_by` for each of the recordings of one run. */
export function hiddenByLookup<R extends Hideable>(memory: LookupCache, recordings: readonly R[]): (run: R) => number | null {
  const isTakenBack = ({ factId, recording }: R): boolean => memory.isTakenBack(factId, recording.device);
  const [only] = recordings;
  if (only !== undefined && recordings.length === 1) {
    const hiddenBy = isTakenBack(only) ? withdrawn : hiddenByReset(memory, only);
    return () => hiddenBy;
  }
  const { counts, hidden } = decideCounting(recordings, memory.team(), (run) => hiddenByReset(memory, run) !== null, isTakenBack);
  return (run) => {
    if (run === counts) return null;
    if (hidden.has(run)) return hiddenByReset(memory, run);
    return isTakenBack(run) ? withdrawn : repeated;
  };
}
