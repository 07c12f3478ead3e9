import type { Recording } from "../../../kernel/fact.ts";
import { compareRecording } from "../../../kernel/fact.ts";

/**
 * A reset fact. `agent` null: of all agents. `heads`: how far its recorder knew the logs of its person's devices; null where the fact
 * does not say.
 */
export type RecordedReset = Readonly<{
  factId: string;
  recording: Recording;
  agent: string | null;
  heads: ReadonlyMap<string, number> | null;
}>;

/** A fact that takes a reset back. */
export type RecordedUndo = Readonly<{ reset: string; device: string }>;

/** A reset of a whole team by one of its owners: all that the server had of each device's log then. */
export type TeamReset = Readonly<{
  id: string;
  agent: string | null;
  /** ISO-8601 UTC. */
  at: string;
  heads: ReadonlyMap<string, number>;
}>;

/** What a fold over several people's facts has to know of them. */
export type Team = Readonly<{
  /** Devices of other people, with whose they are. Devices that are not here are the user's own. */
  owners: ReadonlyMap<string, string>;
  /** Those in force, oldest first. */
  resets: readonly TeamReset[];
}>;

export const noTeam: Team = { owners: new Map(), resets: [] };

/** The person of a device; the user is the empty text. */
export const personOf = ({ owners }: Pick<Team, "owners">, device: string): string => owners.get(device) ?? "";

/**
 * The resets in force, in recording order: those that no fact of the same person takes back. The order in which reset and undo
 * arrived plays no part.
 */
export function resetsInForce<R extends RecordedReset>(
  resets: readonly R[],
  undone: readonly RecordedUndo[],
  team: Pick<Team, "owners">,
): readonly R[] {
  const by = new Map<string, Set<string>>();
  for (const { reset, device } of undone) by.set(reset, (by.get(reset) ?? new Set()).add(personOf(team, device)));
  return resets
    .filter(({ factId, recording }) => by.get(factId)?.has(personOf(team, recording.device)) !== true)
    .sort((a, b) => compareRecording(a.recording, b.recording) || (a.factId < b.factId ? -1 : 1));
}

/**
 * Whether a reset came after a run. In one log the order of the log tells; of the person's other devices the reset hides what its
 * recorder had of them, so that no clock can hide what comes later. A reset that does not say goes by the times of recording.
 */
function isBefore(run: Recording, { recording, heads }: RecordedReset): boolean {
  if (run.device === recording.device) return run.seq < recording.seq;
  return heads === null ? compareRecording(run, recording) < 0 : run.seq <= (heads.get(run.device) ?? 0);
}

type Hideable = Readonly<{ agent: string; recording: Recording }>;

const concerns = (reset: Readonly<{ agent: string | null }>, agent: string): boolean =>
  reset.agent === null || reset.agent === agent;

/**
 * The earliest reset in force that hides a run: one of the same person, of its agent (or of all), that came after it. `undefined`: no
 * reset of its person hides it.
 * @param inForce as `resetsInForce` gives them
 */
export const hidingReset = <R extends RecordedReset>(
  run: Hideable,
  inForce: readonly R[],
  team: Pick<Team, "owners">,
): R | undefined =>
  inForce.find(
    (reset) =>
      concerns(reset, run.agent) &&
      personOf(team, reset.recording.device) === personOf(team, run.recording.device) &&
      isBefore(run.recording, reset),
  );

/** The earliest reset of the team that hides a run. */
export const hidingTeamReset = <R extends TeamReset>(run: Hideable, resets: readonly R[]): R | undefined =>
  resets.find((reset) => concerns(reset, run.agent) && run.recording.seq <= (reset.heads.get(run.recording.device) ?? 0));

/** What becomes of the recordings of one run. `own`: which of them stand for their person. */
export type Decision<R> = Readonly<{ counts: R | undefined; own: readonly R[]; hidden: ReadonlySet<R> }>;

/**
 * Decides among recordings with the same project, agent and run id. Each person's is the one recorded first, of those that were not
 * taken back. Of those that no reset hides the one recorded first counts, so that a run counts once, and nobody's reset takes it from
 * another.
 */
export function decide<R extends Hideable>(
  same: readonly R[],
  team: Pick<Team, "owners">,
  isHidden: (run: R) => boolean,
  isTakenBack: (run: R) => boolean,
): Decision<R> {
  const firsts = new Map<string, R>();
  for (const run of same) {
    if (isTakenBack(run)) continue;
    const person = personOf(team, run.recording.device);
    const other = firsts.get(person);
    if (other === undefined || compareRecording(run.recording, other.recording) < 0) firsts.set(person, run);
  }
  const own = [...firsts.values()].sort((a, b) => compareRecording(a.recording, b.recording));
  const hidden = new Set(own.filter(isHidden));
  return { counts: own.find((run) => !hidden.has(run)), own, hidden };
}
