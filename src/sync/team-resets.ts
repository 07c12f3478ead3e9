import { compareNames } from "../kernel/compare-names.ts";
import type { Ledger } from "../ports/ports.ts";
import type { TeamResetView } from "../ports/sync.ts";
import type { Remote, RemoteReset } from "./remote.ts";
import { readAllStates, type SyncState } from "./state.ts";

type StoredReset = SyncState["resets"][number];

/** Fetches the team's resets in force with who made them; fetches members only if the maker of a reset is not known yet. */
export async function fetchResets(
  remote: Pick<Remote, "resets" | "members">,
  team: string,
  known: readonly StoredReset[],
): Promise<readonly StoredReset[]> {
  const resets = await remote.resets(team);
  const makers = new Map(known.map(({ id, by }) => [id, by] as const));
  const isNew = ({ id, userId }: RemoteReset): boolean => userId !== null && (makers.get(id) ?? null) === null;
  const names = resets.some(isNew) ? await memberNames(remote, team) : new Map<string, string>();
  return resets.map(({ id, agent, at, heads, userId }) => ({
    id,
    agent,
    at,
    heads: Object.fromEntries(heads),
    by: makers.get(id) ?? names.get(userId ?? "") ?? null,
  }));
}

async function memberNames(remote: Pick<Remote, "members">, team: string): Promise<ReadonlyMap<string, string>> {
  const members = await remote.members(team);
  return new Map(
    members.flatMap(({ user, email, name }) => ((email ?? name) === null ? [] : [[user, email ?? name ?? user] as const])),
  );
}

/** Adds to each reset the number of local runs that it hides. */
export async function resetViews(ledger: Pick<Ledger, "ask">, resets: readonly StoredReset[]): Promise<readonly TeamResetView[]> {
  if (resets.length === 0) return [];
  const marks = await ledger.ask(({ review }) => review.resets().filter(({ team }) => team), "team");
  const hidden = new Map(marks.map(({ factId, hiddenRuns }) => [factId, hiddenRuns]));
  return resets.map(({ id, agent, at, by }) => ({ id, agent, at, by, hidden_runs: hidden.get(id) ?? null }));
}

/** Returns the resets of all teams that a home has synced with, oldest first. */
export async function readStoredResets(ledger: Pick<Ledger, "ask">, home: string): Promise<readonly TeamResetView[]> {
  const resets = (await readAllStates(home)).flatMap((state) => state.resets);
  return resetViews(
    ledger,
    resets.toSorted((a, b) => compareNames(a.at, b.at) || compareNames(a.id, b.id)),
  );
}
