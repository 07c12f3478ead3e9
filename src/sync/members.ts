import { noTeam, type Team } from "../features/reviews/model/resets-in-force.ts";
import { compareNames } from "../kernel/compare-names.ts";
import type { SyncPerson } from "../ports/sync.ts";
import { readAllStates } from "./state.ts";

/** Returns the owners of the devices that this home has synced with. All other devices are the user's own. */
export async function readPeople(home: string, own: string): Promise<readonly SyncPerson[]> {
  const states = await readAllStates(home);
  const devices = states.flatMap((state) =>
    state.devices.map((one) => ({ ...one, me: one.device === own || (one.user_id !== null && one.user_id === state.user_id) })),
  );
  const people = new Map<string, { email: string | null; me: boolean; devices: Set<string> }>();
  for (const { device, user_id, email, me } of devices) {
    const user = user_id ?? device;
    const person = people.get(user) ?? { email, me, devices: new Set() };
    person.email ??= email;
    person.me ||= me;
    person.devices.add(device);
    people.set(user, person);
  }
  return [...people].map(([user, { email, me, devices: ids }]) => ({ user, email, me, devices: [...ids].sort() }));
}

/** Returns what a fold over all local facts needs about other people: the owners of their devices, and the teams' resets. */
export async function readTeam(home: string, own: string): Promise<Team> {
  const states = await readAllStates(home);
  if (states.length === 0) return noTeam;
  const owners = (await readPeople(home, own)).flatMap(({ user, me, devices }) =>
    me ? [] : devices.filter((device) => device !== own).map((device) => [device, user] as const),
  );
  const resets = states.flatMap((state) =>
    state.resets.map(({ by: _, ...reset }) => ({ ...reset, heads: new Map(Object.entries(reset.heads)) })),
  );
  return { owners: new Map(owners), resets: resets.sort((a, b) => compareNames(a.at, b.at) || compareNames(a.id, b.id)) };
}
