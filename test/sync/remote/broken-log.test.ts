import { expect, test } from "vitest";
import { verify } from "../../../src/features/maintenance/operations/verify.ts";
import type { Fact } from "../../../src/kernel/fact.ts";
import { hashOfFact } from "../../../src/ledger/log/hash-fact.ts";
import { outgoing } from "../../../src/sync/rechain.ts";
import { share } from "../../../src/sync/redact.ts";
import { rowOf } from "../../../src/sync/rows.ts";
import { openRemote } from "../../../src/sync/transport.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { quietCall } from "../../support/ports.ts";
import { everything, openHome, recordAll, runs, type SyncHome, totals } from "../support/home.ts";
import { teamsOn } from "../support/teams.ts";

const stack = useStack();
const { teamOf } = teamsOn(stack);
const choices = {
  enabled: true,
  transcripts: false,
  redactMessages: false,
  redactPaths: false,
  projects: null,
  allowed: null,
  texts: true,
};

/** Sends a home's facts as they stand, but chains one of them to the fact before its predecessor. */
async function sendBroken(a: SyncHome & Readonly<{ user: { accessToken: string }; team: string }>, at: number): Promise<void> {
  const { url, anonKey } = stack();
  const remote = openRemote({ url, anonKey, token: () => a.user.accessToken, timeoutMs: 10_000 });
  const { id, name } = a.ports.ledger.device;
  await remote.registerDevice(a.team, id, name);
  const facts: Fact[] = [];
  for await (const chunk of a.ports.ledger.readDevice(id)) facts.push(...chunk.facts.map(({ fact }) => fact));
  const hashes: (string | null)[] = [null];
  const rows = facts.map((fact) => {
    const before = hashes.at(fact.seq === at ? -2 : -1) ?? null;
    const sent = outgoing(fact, share(fact, choices, "s"), before, hashOfFact);
    hashes.push(sent.hash);
    return { team_id: a.team, ...rowOf(sent) };
  });
  await remote.push(rows);
}

test("a log that is broken on the server is noticed, and its owner mends it with one command", async () => {
  const a = await teamOf("broken");
  const mate = await stack().signUp("broken-mate@example.com");
  await stack().addMember(a.user, a.team, mate.email);
  const b = await openHome(stack(), "broken");
  await b.sync.signIn({ way: "password", email: mate.email, password: mate.password });
  await recordAll(a, everything(10, "codex"));
  await sendBroken(a, 7);
  await recordAll(a, runs(2));

  const device = a.ports.ledger.device.id;
  const problem = { kind: "chain", device, seq: 7, hint: expect.stringContaining("--new-device") };
  expect((await a.sync.status({ ask: true })).problems).toMatchObject([problem]);
  expect(await a.sync.run("both")).toMatchObject({ pushed: 0, unsent: 12, problems: [problem] });
  expect((await a.sync.status({ ask: false })).problems).toMatchObject([problem]);
  expect(await verify.call(a.ports, { remote: true }, quietCall)).toMatchObject({
    ok: false,
    problems: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining("broken after fact 6") })]),
  });
  expect(await b.sync.run("both")).toMatchObject({
    pulled: 6,
    problems: [{ kind: "chain", device, message: expect.stringContaining(a.user.email) }],
  });

  expect(await a.sync.renewDevice()).not.toBe(device);
  expect(await a.sync.run("both")).toMatchObject({ pushed: 6, unsent: 0, problems: [] });
  expect(await b.sync.run("both")).toMatchObject({ pulled: 6, problems: [] });
  await recordAll(a, runs(1));
  for (const one of [a, b, a]) expect(await one.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  expect(await totals(b)).toEqual(await totals(a));
  expect(await totals(b)).toMatchObject({ facts: 13, problems: [] });
  for (const { ports } of [a, b])
    expect(await verify.call(ports, { remote: true }, quietCall)).toMatchObject({ ok: true, problems: [] });
});
