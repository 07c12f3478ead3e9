import type { Recording } from "../../../kernel/fact.ts";
import { compareRecording } from "../../../kernel/fact.ts";

/**
 * A reset fact. `agent` null means all agents. `heads`: for each device of the person, the last `seq` that the recording device
 * knew; null if the fact has none.
 */
export type RecordedReset = Readonly<{
  factId: string;
  recording: Recording;
  agent: string | null;
  heads: ReadonlyMap<string, number> | null;
}>;

/** A fact that undoes a reset. */
export type RecordedUndo = Readonly<{ reset: string; device: string }>;

/** A reset of a whole team by one of its owners: it covers all that the server had of each device's log at the time. */
export type TeamReset = Readonly<{
  id: string;
  agent: string | null;
  /** ISO-8601 UTC. */
  at: string;
  heads: ReadonlyMap<string, number>;
}>;

/** What a fold over several people's facts needs to know about them. */
export type Team = Readonly<{
  /** The owner of each device of other people. Devices that are not listed are the user's own. */
  owners: ReadonlyMap<string, string>;
  /** The team's resets in force, oldest first. */
  resets: readonly TeamReset[];
}>;

export const noTeam: Team = { owners: new Map(), resets: [] };

/** Returns the owner of a device; the empty string is the user. */
export const personOf = ({ owners }: Pick<Team, "owners">, device: string): string => owners.get(device) ?? "";

/**
 * Returns the resets in force, in recording order: those that no fact of the same person undoes. The order in which reset and
 * undo arrive does not matter.
 */
export function resetsInForce<R extends RecordedReset>(
  resets: readonly R[],
  undone: readonly RecordedUndo[],
  team: Pick<Team, "owners">,
): readonly R[] {
  const undoersByReset = new Map<string, Set<string>>();
  for (const { reset, device } of undone)
    undoersByReset.set(reset, (undoersByReset.get(reset) ?? new Set()).add(personOf(team, device)));
  return resets
    .filter(({ factId, recording }) => undoersByReset.get(factId)?.has(personOf(team, recording.device)) !== true)
    .sort((a, b) => compareRecording(a.recording, b.recording) || (a.factId < b.factId ? -1 : 1));
}

/**
 * Whether a run was recorded before a reset. Within one log, the order of the log decides. On the person's other devices, the
 * reset hides what its own device had of their logs, so that no clock can hide later runs. A reset without `heads` compares
 * recording times.
 */
function isBefore(run: Recording, { recording, heads }: RecordedReset): boolean {
  if (run.device === recording.device) return run.seq < recording.seq;
  return heads === null ? compareRecording(run, recording) < 0 : run.seq <= (heads.get(run.device) ?? 0);
}

type Hideable = Readonly<{ agent: string; recording: Recording }>;

const appliesTo = (reset: Readonly<{ agent: string | null }>, agent: string): boolean =>
  reset.agent === null || reset.agent === agent;

/**
 * Returns the earliest reset in force that hides a run: by the same person, for its agent (or for all), recorded after it;
 * undefined if no reset of its person hides it.
 * @param inForce as returned by `resetsInForce`
 */
export const hidingReset = <R extends RecordedReset>(
  run: Hideable,
  inForce: readonly R[],
  team: Pick<Team, "owners">,
): R | undefined =>
  inForce.find(
    (reset) =>
      appliesTo(reset, run.agent) &&
      personOf(team, reset.recording.device) === personOf(team, run.recording.device) &&
      isBefore(run.recording, reset),
  );

/** Returns the earliest reset of the team that hides a run. */
export const hidingTeamReset = <R extends TeamReset>(run: Hideable, resets: readonly R[]): R | undefined =>
  resets.find((reset) => appliesTo(reset, run.agent) && run.recording.seq <= (reset.heads.get(run.recording.device) ?? 0));

/**
 * Which of the recordings of one run counts. `own`: the one that represents each person; `hidden`: those of `own` that a reset
 * hides.
 */
export type Decision<R> = Readonly<{ counts: R | undefined; own: readonly R[]; hidden: ReadonlySet<R> }>;

/**
 * Decides which of the recordings with the same project, agent and run id counts. Each person is represented by the earliest
 * recording that was not taken back. Of these, the earliest that no reset hides counts, so that a run counts once, and one
 * person's reset does not remove it for another.
 */
export function decideCounting<R extends Hideable>(
  recordings: readonly R[],
  team: Pick<Team, "owners">,
  isHidden: (run: R) => boolean,
  isTakenBack: (run: R) => boolean,
): Decision<R> {
  const earliestByPerson = new Map<string, R>();
  for (const run of recordings) {
    if (isTakenBack(run)) continue;
    const person = personOf(team, run.recording.device);
    const other = earliestByPerson.get(person);
    if (other === undefined || compareRecording(run.recording, other.recording) < 0) earliestByPerson.set(person, run);
  }
  const own = [...earliestByPerson.values()].sort((a, b) => compareRecording(a.recording, b.recording));
  const hidden = new Set(own.filter(isHidden));
  return { counts: own.find((run) => !hidden.has(run)), own, hidden };
}
