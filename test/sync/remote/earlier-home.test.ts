import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { verify } from "../../../src/features/maintenance/operations/verify.ts";
import { factRow } from "../../../src/sync/rows.ts";
import { targetId } from "../../../src/sync/state.ts";
import { openRemote } from "../../../src/sync/transport.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import type { StackUser } from "../../supabase/stack/users.ts";
import { copyEarlierHome, earlierHome } from "../../support/earlier-home.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { quietCall } from "../../support/ports.ts";
import { openHome, recordAll, reviewDrafts, sharedState } from "../support/home.ts";
import { teamsOn } from "../support/teams.ts";

const stack = useStack();
const { teamOf, another } = teamsOn(stack);

const fields = z.record(z.string(), z.unknown());
const jsonOf = (path: string): Record<string, unknown> => fields.parse(JSON.parse(readFileSync(path, "utf8")));

async function copyOf(name: "home" | "synced"): Promise<string> {
  const home = join(temporaryFolder(), "home");
  await copyEarlierHome(name, home);
  return home;
}

test("a home of an earlier build syncs completely, and a home that pulls it has the same totals", async () => {
  const settings = { "sync.transcripts": true };
  const a = await teamOf("earlier", { home: await copyOf("home"), settings });
  expect(await a.sync.run("both")).toMatchObject({ pushed: 103, pulled: 0, unsent: 0, problems: [] });
  const b = await another("earlier", a.user, { settings });
  expect(await b.sync.run("both")).toMatchObject({ pushed: 0, pulled: 103, unsent: 0, problems: [] });
  expect(await sharedState(b)).toEqual(await sharedState(a));

  await recordAll(a, reviewDrafts(3));
  await recordAll(b, reviewDrafts(2));
  for (const { sync } of [a, b, a]) expect(await sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  expect(await sharedState(b)).toEqual(await sharedState(a));
  for (const { ports } of [a, b]) {
    expect(await verify.call(ports, { remote: true }, quietCall)).toMatchObject({ ok: true, facts: 108, problems: [] });
  }
});

const server = z.object({
  devices: z.array(z.object({ device: z.string(), name: z.string() })),
  facts: z.array(factRow),
});

/** Restores the state of a team on the server after a sync with the earlier build. */
async function sendAsBefore(user: StackUser, team: string): Promise<void> {
  const { url, anonKey } = stack();
  const remote = openRemote({ url, anonKey, token: () => user.accessToken, timeoutMs: 60_000 });
  const { devices, facts } = server.parse(jsonOf(join(earlierHome, "server.json")));
  for (const { device, name } of devices) await remote.registerDevice(team, device, name);
  await remote.push(facts.map((row) => ({ team_id: team, ...row })));
}

test("a home synced by an earlier build continues where that build stopped", async () => {
  const slug = "synced-before";
  const { url, anonKey } = stack();
  const user = await stack().signUp(`${slug}@example.com`);
  const team = await stack().createTeam(user, slug);
  await sendAsBefore(user, team);
  const home = await copyOf("synced");
  const settings = { "sync.url": url, "sync.anon_key": anonKey, "sync.team": slug };
  const state = { ...jsonOf(join(home, "sync/state.json")), url, team: slug, team_id: team, user_id: user.id };
  writeFileSync(join(home, "sync", `${targetId({ url, team: slug })}.json`), JSON.stringify(state));
  rmSync(join(home, "sync/state.json"));

  const a = await openHome(stack(), slug, { home, cwd: temporaryFolder(), settings });
  const refused = { kind: "refused", seq: 104 };
  expect(await a.sync.status({ ask: false })).toMatchObject({ configured: true, team: slug, unsent: 2 });
  await a.sync.signIn({ way: "password", email: user.email, password: user.password });
  expect(await a.sync.run("both")).toMatchObject({ pushed: 2, pulled: 0, unsent: 0, problems: [refused] });
  const b = await another(slug, user);
  expect(await b.sync.run("both")).toMatchObject({ pushed: 0, pulled: 108, unsent: 0, problems: [] });

  await recordAll(a, reviewDrafts(3));
  await recordAll(b, reviewDrafts(2));
  for (const { sync } of [a, b, a]) expect(await sync.run("both")).toMatchObject({ unsent: 0 });
  // The fact that the server refused stays on its machine: it is the only run of its agent.
  const [here, there] = [await sharedState(a), await sharedState(b)];
  expect([here.facts, there.facts]).toEqual([113, 113]);
  expect(here.standings.map(({ agent }) => agent)).toContain("odd");
  expect(there.standings).toEqual(here.standings.filter(({ agent }) => agent !== "odd"));
  expect(await verify.call(b.ports, { remote: true }, quietCall)).toMatchObject({ ok: true, facts: 113, problems: [] });
  expect(await verify.call(a.ports, { remote: true }, quietCall)).toMatchObject({
    facts: 113,
    problems: [{ message: expect.stringContaining("The server did not take fact 104") }],
  });
});
