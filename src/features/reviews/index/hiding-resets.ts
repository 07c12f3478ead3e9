import type { Recording } from "../../../kernel/fact.ts";
import type { LookupCache } from "../../index/lookup-cache.ts";
import { decide, hidingReset, hidingTeamReset } from "../model/resets-in-force.ts";
import { repeated, withdrawn } from "./run-rows.ts";

type Hideable = Readonly<{ agent: string; factId: string; recording: Recording }>;

/** Returns `hidden_by` for a run, considering only resets: a reset's id, the negated number of a team reset, or null. */
function resetOver(memory: LookupCache, run: Hideable): number | null {
  const own = hidingReset(run, memory.inForce(), memory.team());
  if (own !== undefined) return own.id;
  const ofTeam = hidingTeamReset(run, memory.teamResets());
  return ofTeam === undefined ? null : -ofTeam.number;
}

/** Returns `hidden_by` for each of the recordings of one run. */
export function hidersOf<R extends Hideable>(memory: LookupCache, same: readonly R[]): (run: R) => number | null {
  const isTakenBack = ({ factId, recording }: R): boolean => memory.isTakenBack(factId, recording.device);
  const [only] = same;
  if (only !== undefined && same.length === 1) {
    const hider = isTakenBack(only) ? withdrawn : resetOver(memory, only);
    return () => hider;
  }
  const { counts, hidden } = decide(same, memory.team(), (run) => resetOver(memory, run) !== null, isTakenBack);
  return (run) => {
    if (run === counts) return null;
    if (hidden.has(run)) return resetOver(memory, run);
    return isTakenBack(run) ? withdrawn : repeated;
  };
}
