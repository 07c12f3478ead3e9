import { chmodSync, cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { verify } from "../../../src/features/maintenance/operations/verify.ts";
import type { FaultPlan } from "../../supabase/stack/faults.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { signToken } from "../../supabase/stack/users.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { testClock } from "../../support/journal.ts";
import { quietCall } from "../../support/ports.ts";
import { allowTeam, mixedDrafts, openHome, recordAll, reviewDrafts, type SyncHome, sharedState } from "../support/home.ts";
import { onFacts, teamsOn, withFaults } from "../support/teams.ts";

const stack = useStack();

const { teamOf, another } = teamsOn(stack);

test("a server that is down, failing, cut off or losing answers causes only delays", async () => {
  const a = await teamOf("outages");
  await recordAll(a, reviewDrafts(1200));
  const b = await another("outages", a.user);

  await stack().down();
  expect(await a.sync.run("both")).toMatchObject({ pushed: 0, unsent: 1200, problems: [{ kind: "offline" }] });
  expect(await a.sync.status({ ask: true })).toMatchObject({ online: false, unsent: 1200, problems: [{ kind: "offline" }] });
  await stack().up();

  const failing = await withFaults(stack(), onFacts("POST", { kind: "answer", status: 503, body: '{"message":"busy"}' }), () =>
    a.sync.run("both"),
  );
  expect(failing).toMatchObject({ pushed: 0, unsent: 1200, problems: [{ kind: "server" }] });
  const portal = await withFaults(
    stack(),
    () => ({ kind: "answer", status: 200, body: "<html>sign in to the hotel</html>" }),
    () => a.sync.run("both"),
  );
  expect(portal).toMatchObject({ pushed: 0, unsent: 1200, problems: [{}] });

  // The server has the first batch, but the response was lost.
  const lost = await withFaults(stack(), onFacts("POST", { kind: "lose" }), () => a.sync.run("both"));
  expect(lost).toMatchObject({ pushed: 0, unsent: 1200, problems: [{ kind: "offline" }] });
  expect(await a.sync.run("both")).toMatchObject({ pushed: 700, unsent: 0, problems: [] });

  const cut = await withFaults(stack(), onFacts("GET", { kind: "cut" }), () => b.sync.run("both"));
  expect(cut).toMatchObject({ pulled: 0, problems: [{ kind: "offline" }] });
  const halfway = await withFaults(
    stack(),
    ({ search }) => (Number(/seq=gte\.(\d+)/.exec(search)?.[1] ?? 0) > 600 ? { kind: "drop" } : { kind: "pass" }),
    () => b.sync.run("both"),
  );
  expect(halfway).toMatchObject({ pulled: expect.any(Number), problems: [{ kind: "offline" }] });
  expect(halfway.pulled).toBeGreaterThanOrEqual(300);
  expect(halfway.pulled).toBeLessThan(1200);
  expect(await b.sync.run("both")).toMatchObject({ pulled: 1200 - halfway.pulled, problems: [] });
  expect((await sharedState(b)).standings).toEqual((await sharedState(a)).standings);
});

test("facts that were sent before a push failed are reported as sent", async () => {
  const clock = testClock();
  const a = await teamOf("broken-off", { clock });
  await recordAll(a, reviewDrafts(700));
  let posts = 0;
  const secondFails: FaultPlan = ({ method, path }) => {
    if (method !== "POST" || path !== "/rest/v1/facts") return { kind: "pass" };
    posts += 1;
    return posts > 1 ? { kind: "drop" } : { kind: "pass" };
  };
  expect(await withFaults(stack(), secondFails, () => a.sync.run("push"))).toMatchObject({
    pushed: 500,
    problems: [{ kind: "offline" }],
  });
  expect(await a.sync.status({ ask: false })).toMatchObject({
    unsent: 200,
    last_push: expect.stringMatching(/^\d{4}-/),
    last_pull: null,
    devices: [{ have: 700, head: 500, user: a.user.email }],
  });
});

test("the background sync waits after failures, and a command does not", async () => {
  const a = await teamOf("patience");
  await recordAll(a, reviewDrafts(1));
  await stack().down();
  await a.sync.run("both", { background: true });
  const { retry_at } = await a.sync.status({ ask: false });
  expect(Date.parse(retry_at ?? "")).toBeGreaterThan(Date.now() + 1000);
  await stack().up();
  expect(await a.sync.run("both", { background: true })).toMatchObject({ pushed: 0, unsent: 1, problems: [{ kind: "offline" }] });
  expect(await a.sync.run("both")).toMatchObject({ pushed: 1, unsent: 0, problems: [] });
  expect(await a.sync.status({ ask: false })).toMatchObject({ retry_at: null, problems: [] });
});

test("an expired token is renewed by one process at a time; a revoked sign-in is reported without loss", async () => {
  const a = await teamOf("tokens");
  await recordAll(a, reviewDrafts(3));
  const file = join(a.home, "auth.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const entry = JSON.parse(readFileSync(file, "utf8"))[stack().url];
  // The server has ended the token, although this machine considers it valid.
  const expired = {
    [stack().url]: { ...entry, access_token: signToken(a.user, -60), expires_at: Math.floor(Date.now() / 1000) + 3600 },
  };
  writeFileSync(file, JSON.stringify(expired));
  let refreshes = 0;
  const counting: FaultPlan = ({ search }) => {
    if (search.includes("grant_type=refresh_token")) refreshes += 1;
    return { kind: "pass" };
  };
  const second = await openHome(stack(), "tokens", { home: a.home, cwd: a.cwd });
  const third = await openHome(stack(), "tokens", { home: a.home, cwd: a.cwd });
  const results = await withFaults(stack(), counting, () =>
    Promise.all([a.sync.members(), second.sync.members(), third.sync.run("both"), a.sync.members()]),
  );
  expect(results[2]).toMatchObject({ pushed: 3, problems: [] });
  expect(refreshes).toBe(1);

  writeFileSync(
    file,
    JSON.stringify({ [stack().url]: { ...entry, access_token: signToken(a.user, -60), refresh_token: "revoked" } }),
  );
  await recordAll(a, reviewDrafts(1));
  expect(await a.sync.run("both")).toMatchObject({ pushed: 0, unsent: 1, problems: [{ kind: "signed_out" }] });
  expect(await a.sync.status({ ask: true })).toMatchObject({ signed_in: false, unsent: 1, problems: [{ kind: "signed_out" }] });
  await a.sync.signIn({ way: "password", email: a.user.email, password: a.user.password });
  expect(await a.sync.run("both")).toMatchObject({ pushed: 1, unsent: 0, problems: [] });

  chmodSync(file, 0o644);
  await expect(a.sync.run("both")).rejects.toMatchObject({ code: "sync_refused" });
  chmodSync(file, 0o600);
  const logText = [...a.heard.lines, ...second.heard.lines, ...third.heard.lines].join("\n");
  for (const secret of [entry.access_token, entry.refresh_token, a.user.password]) expect(logText).not.toContain(secret);
});

test("two processes of one home sync concurrently and send each fact once", async () => {
  const a = await teamOf("at-once");
  await recordAll(a, reviewDrafts(800));
  const second = await openHome(stack(), "at-once", { home: a.home, cwd: a.cwd });
  const results = await Promise.all([a.sync.run("both"), second.sync.run("both"), a.sync.run("push")]);
  expect(results.reduce((sum, { pushed }) => sum + pushed, 0)).toBe(800);
  expect(results.flatMap(({ problems }) => problems)).toEqual([]);
  expect(await stack().sql`select count(*)::int as count from ai_sync.facts where team_id = ${a.team}`).toEqual([{ count: 800 }]);
});

test("a fact that the server always rejects is skipped automatically, and reported", async () => {
  stack().setLimits({ refusedProject: "acme/refused" });
  onTestFinished(() => stack().setLimits());
  const a = await teamOf("refusals");
  await recordAll(a, [...reviewDrafts(3), ...reviewDrafts(1, { project: "acme/refused" }), ...reviewDrafts(3)]);
  const result = await a.sync.run("both");
  expect(result).toMatchObject({ pushed: 7, unsent: 0, problems: [{ kind: "refused", seq: 4 }] });
  expect(await a.sync.run("both")).toMatchObject({ pushed: 0, unsent: 0, problems: [{ kind: "refused", seq: 4 }] });
  expect((await a.sync.status({ ask: true })).problems).toMatchObject([{ kind: "refused", seq: 4 }]);
  const b = await another("refusals", a.user);
  expect(await b.sync.run("both")).toMatchObject({ pulled: 7, problems: [] });
  expect(await sharedState(b)).toMatchObject({ facts: 7, problems: [], standings: [{ runs: 6 }] });
  // A client without sync state asks the server what it has, and continues after it.
  await recordAll(a, reviewDrafts(2));
  writeFileSync(stateOf(a), "damaged");
  expect(await a.sync.run("both")).toMatchObject({ pushed: 2, unsent: 0 });
  expect(await b.sync.run("both")).toMatchObject({ pulled: 2, problems: [] });
});

const stateOf = ({ home }: SyncHome): string => {
  const name = readdirSync(join(home, "sync")).find((one) => /^[0-9a-f]{16}\.json$/.test(one));
  return join(home, "sync", name ?? "");
};

test("redacted content is sent as hashes in a valid log, even when choices change meanwhile", async () => {
  const a = await teamOf("redacted", { settings: { "sync.redact": ["messages", "paths"] } });
  await recordAll(a, reviewDrafts(4));
  const { facts, unsent } = await a.sync.preview({ limit: 10 });
  expect(unsent).toBe(4);
  const preview = JSON.stringify(facts);
  for (const secret of ["geheim", "a secret message", "zwölf"]) expect(preview).not.toContain(secret);
  expect(await a.sync.run("both")).toMatchObject({ pushed: 4, problems: [] });
  allowTeam(a.home, { url: stack().url, team: "redacted" }, { "sync.redact": [] });
  await recordAll(a, reviewDrafts(2));
  expect(await a.sync.run("both")).toMatchObject({ pushed: 2, problems: [] });
  writeFileSync(stateOf(a), "damaged");
  await recordAll(a, reviewDrafts(1));
  expect(await a.sync.run("both")).toMatchObject({ pushed: 1, problems: [] });
  const b = await another("redacted", a.user);
  expect(await b.sync.run("both")).toMatchObject({ pulled: 7, problems: [] });
  expect(await sharedState(b)).toMatchObject({ facts: 7, problems: [] });
  expect((await sharedState(b)).standings).toEqual((await sharedState(a)).standings);
  const rows = await stack().sql`select data::text from ai_sync.facts where team_id = ${a.team} order by seq`;
  expect(
    rows
      .slice(0, 4)
      .map(({ data }) => data)
      .join(),
  ).not.toContain("geheim");
  // What was sent is what the preview showed.
  expect(rows.slice(0, 4).map(({ data }) => JSON.parse(data))).toEqual(facts.map(({ data }) => data));
});

test("facts of unshared projects keep their place in the log and nothing else", async () => {
  const a = await teamOf("projects", { settings: { "sync.projects": ["acme/*"] } });
  await recordAll(a, [
    ...reviewDrafts(1, { project: "private/diary" }),
    ...reviewDrafts(1),
    ...reviewDrafts(1, { project: null }),
  ]);
  expect(await a.sync.preview({ limit: 10 })).toMatchObject({ unsent: 3, withheld: 2 });
  expect(await a.sync.run("both")).toMatchObject({ pushed: 3, problems: [] });
  const rows = await stack().sql`select kind, project, data from ai_sync.facts where team_id = ${a.team} order by seq`;
  expect(rows.map(({ kind, project }) => [kind, project])).toEqual([
    ["sync.withheld", null],
    ["review.recorded", "acme/shop"],
    ["sync.withheld", null],
  ]);
});

test("a copied home is detected before it overwrites anything, and continues under an id of its own", async () => {
  const a = await teamOf("forks");
  await recordAll(a, reviewDrafts(3));
  await a.sync.run("both");
  await a.ports.ledger.checkpoint({ force: true });
  const copy = join(a.cwd, "copy");
  cpSync(a.home, copy, { recursive: true, filter: (path) => !path.includes("lock") });
  const copied = await openHome(stack(), "forks", { home: copy, cwd: a.cwd });
  await recordAll(a, reviewDrafts(2));
  await recordAll(copied, reviewDrafts(3));
  await a.sync.run("both");
  expect(await copied.sync.run("both")).toMatchObject({ pushed: 0, pulled: 0, problems: [{ kind: "fork" }] });
  // The background does not retry; the user sees the problem.
  const { devices, problems } = await copied.sync.status({ ask: false });
  expect(problems).toMatchObject([{ kind: "fork", hint: expect.stringContaining("--new-device") }]);
  expect(devices).toMatchObject([{ have: 6, head: 5 }]);
  let rows = 0;
  const counting: FaultPlan = ({ path }) => {
    if (path === "/rest/v1/facts") rows += 1;
    return { kind: "pass" };
  };
  const backgroundResult = await withFaults(stack(), counting, () => copied.sync.run("both", { background: true }));
  expect([rows, backgroundResult.problems]).toMatchObject([0, [{ kind: "fork" }]]);

  const before = copied.ports.ledger.device.id;
  expect(await copied.sync.renewDevice()).not.toBe(before);
  await recordAll(copied, reviewDrafts(2));
  expect(await copied.sync.run("both")).toMatchObject({ pushed: 5, pulled: 2, unsent: 0, problems: [] });
  expect(await copied.sync.run("both", { background: true })).toMatchObject({ pushed: 0, pulled: 0, problems: [] });
  expect(await a.sync.run("both")).toMatchObject({ pulled: 5, problems: [] });
  expect(await sharedState(copied)).toMatchObject({ facts: 10, problems: [] });
  expect((await sharedState(copied)).standings).toEqual((await sharedState(a)).standings);
  expect((await sharedState(copied)).devices).toEqual((await sharedState(a)).devices);
  expect(await verify.call(copied.ports, { remote: true }, quietCall)).toMatchObject({ ok: true });
});

/** A copy of a home in its current state. */
async function copyOf(a: SyncHome, team: string): Promise<SyncHome> {
  await a.ports.ledger.checkpoint({ force: true });
  const home = join(temporaryFolder(), "copy");
  cpSync(a.home, home, { recursive: true, filter: (path) => !path.includes("lock") });
  return openHome(stack(), team, { home, cwd: a.cwd });
}

/** Asserts that all homes and the server have the same numbers. */
async function expectSameState(...homes: readonly SyncHome[]): Promise<void> {
  const [first, ...others] = await Promise.all(homes.map(sharedState));
  for (const other of others) expect(other).toEqual(first);
  for (const { ports } of homes)
    expect(await verify.call(ports, { remote: true }, quietCall)).toMatchObject({ ok: true, problems: [] });
}

test("a server error is classified by its code before its status", async () => {
  const a = await teamOf("codes");
  const answer =
    (status: number, code: string): FaultPlan =>
    ({ path }) =>
      path.endsWith("/add_member")
        ? { kind: "answer", status, body: JSON.stringify({ code, message: "so it is" }) }
        : { kind: "pass" };
  const addMember = (status: number, code: string): Promise<unknown> =>
    withFaults(stack(), answer(status, code), () => a.sync.addMember("who@example.com", "member"));
  for (const status of [404, 500]) {
    await expect(addMember(status, "PT404")).rejects.toMatchObject({
      code: "sync_refused",
      hint: expect.stringContaining("sign in"),
    });
  }
  await expect(addMember(500, "PT409")).rejects.toMatchObject({
    code: "sync_refused",
    hint: expect.stringContaining("owner first"),
  });
  await expect(addMember(500, "XX000")).rejects.toMatchObject({ code: "sync_offline" });
});

test("a copy with unsent facts syncs when the copy renews first", async () => {
  const a = await teamOf("renews-first");
  await recordAll(a, mixedDrafts(5, "codex"));
  await a.sync.run("both");
  await recordAll(a, mixedDrafts(5, "codex"));
  const b = await copyOf(a, "renews-first");
  await recordAll(b, mixedDrafts(2, "codex"));
  const before = b.ports.ledger.device.id;
  expect(await b.sync.renewDevice()).not.toBe(before);
  expect(await b.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  await recordAll(b, mixedDrafts(5, "claude"));
  expect(await a.sync.run("both")).toMatchObject({ pushed: 0, pulled: 2, unsent: 0, problems: [] });
  await recordAll(a, mixedDrafts(5, "cursor"));
  for (const one of [a, b, a]) expect(await one.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  expect(await sharedState(a)).toMatchObject({ facts: 22, problems: [] });
  await expectSameState(a, b);
});

test("a copy with unsent facts syncs when both continue before the copy renews", async () => {
  const a = await teamOf("renews-later");
  await recordAll(a, mixedDrafts(5, "codex"));
  await a.sync.run("both");
  await recordAll(a, mixedDrafts(5, "codex"));
  const b = await copyOf(a, "renews-later");
  await recordAll(b, mixedDrafts(2, "codex"));
  await recordAll(a, mixedDrafts(3, "cursor"));
  await b.sync.renewDevice();
  expect(await b.sync.run("both")).toMatchObject({ problems: [] });
  expect(await a.sync.run("both")).toMatchObject({ problems: [{ kind: "fork" }] });
  await a.sync.renewDevice();
  for (const one of [a, b, a]) expect(await one.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  expect(await sharedState(a)).toMatchObject({ facts: 15, problems: [] });
  await expectSameState(a, b);
});

test("unsent facts of a home from another machine are sent under that machine's id", async () => {
  const a = await teamOf("moved-house");
  await recordAll(a, mixedDrafts(5, "codex"));
  await a.sync.run("both");
  await recordAll(a, mixedDrafts(5, "codex"));
  await a.ports.ledger.checkpoint({ force: true });
  const home = join(temporaryFolder(), "copy");
  cpSync(a.home, home, { recursive: true, filter: (path) => !path.includes("lock") });
  const file = join(home, "device.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), fingerprint: "of another machine" }));
  const b = await openHome(stack(), "moved-house", { home, cwd: a.cwd });
  await recordAll(b, mixedDrafts(3, "claude"));
  const own = b.ports.ledger.device.id;
  expect(own).not.toBe(a.ports.ledger.device.id);
  expect(await b.sync.run("both")).toMatchObject({ pushed: 3, problems: [{ kind: "unreadable" }] });
  expect(await b.sync.renewDevice()).toBe(own);
  for (const one of [b, a, b]) expect(await one.sync.run("both")).toMatchObject({ pushed: 0, unsent: 0, problems: [] });
  expect(await sharedState(a)).toMatchObject({ facts: 13, problems: [] });
  await expectSameState(a, b);
});

test("facts that two copies moved to their own logs block neither", async () => {
  const a = await teamOf("moved-twice");
  await recordAll(a, reviewDrafts(2));
  await a.sync.run("both");
  const ahead = await copyOf(a, "moved-twice");
  await recordAll(a, reviewDrafts(3));
  const b = await copyOf(a, "moved-twice");
  await recordAll(ahead, reviewDrafts(1));
  await ahead.sync.run("both");
  for (const one of [a, b]) {
    expect(await one.sync.run("both")).toMatchObject({ problems: [{ kind: "fork" }] });
    await one.sync.renewDevice();
    expect(await one.sync.run("both")).toMatchObject({ pushed: 3, unsent: 0, problems: [] });
  }
  await recordAll(b, reviewDrafts(1));
  for (const one of [b, a, ahead, b]) expect(await one.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  const standings = await Promise.all([a, b, ahead].map(async (one) => (await sharedState(one)).standings));
  expect(standings).toEqual([standings[0], standings[0], standings[0]]);
  for (const { ports } of [a, b, ahead]) {
    expect(await verify.call(ports, { remote: true }, quietCall)).toMatchObject({ ok: true, problems: [] });
  }
});

test("a home that was restored to an earlier state gets its own facts back", async () => {
  const a = await teamOf("restored");
  await recordAll(a, reviewDrafts(2));
  await a.ports.ledger.checkpoint({ force: true });
  const old = join(a.cwd, "old");
  cpSync(a.home, old, { recursive: true, filter: (path) => !path.includes("lock") });
  await recordAll(a, reviewDrafts(3));
  await a.sync.run("both");
  const restored = await openHome(stack(), "restored", { home: old, cwd: a.cwd });
  expect(await restored.sync.run("both")).toMatchObject({ pulled: 3, pushed: 0, unsent: 0, problems: [] });
  await recordAll(restored, reviewDrafts(1));
  expect(await restored.sync.run("both")).toMatchObject({ pushed: 1, problems: [] });
  expect(await sharedState(restored)).toMatchObject({ facts: 6, problems: [] });
});

/** Removes facts from the end of this device's log, line by line, as a damaged disk or a careless user does. */
function cutLog(home: string, device: string, facts: number): void {
  const log = join(home, "journal", device, "00000001.jsonl");
  const lines = readFileSync(log, "utf8").split("\n").slice(0, -1);
  writeFileSync(
    log,
    lines
      .slice(0, -facts)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

test("a log that lost its end gets its own facts back, even when something was recorded since", async () => {
  const a = await teamOf("cut");
  await recordAll(a, reviewDrafts(6));
  await a.sync.run("both");
  const device = a.ports.ledger.device.id;
  await a.ports.close();
  cutLog(a.home, device, 2);
  const first = await openHome(stack(), "cut", { home: a.home, cwd: a.cwd });
  expect(await first.ports.ledger.missing()).toMatchObject([{ device, facts: 2 }]);
  expect(await first.sync.run("both")).toMatchObject({ pulled: 2, pushed: 0, problems: [] });
  expect(await sharedState(first)).toMatchObject({ facts: 6, problems: [] });
  expect(first.ports.ledger.device.id).toBe(device);
  await first.ports.close();

  cutLog(a.home, device, 3);
  const second = await openHome(stack(), "cut", { home: a.home, cwd: a.cwd });
  await recordAll(second, reviewDrafts(1));
  expect(second.ports.ledger.device.id).not.toBe(device);
  expect(await second.ports.ledger.missing()).toMatchObject([{ device, facts: 3 }]);
  expect(await second.sync.run("both")).toMatchObject({ pulled: 3, pushed: 1, problems: [] });
  expect(await second.ports.ledger.missing()).toEqual([]);
  expect(await sharedState(second)).toMatchObject({ facts: 7, problems: [] });
});

test("a gap or a forged fact stops only its device, which continues once it is repaired", async () => {
  const a = await teamOf("forged");
  const good = await another("forged", a.user);
  await recordAll(a, reviewDrafts(5));
  await recordAll(good, reviewDrafts(2));
  await a.sync.run("both");
  await good.sync.run("push");
  const device = a.ports.ledger.device.id;
  await stack()
    .sql`create table public.kept as select * from ai_sync.facts where team_id = ${a.team} and device = ${device} and seq = 4`;
  await stack()
    .sql`update ai_sync.facts set data = '{"forged":true}' where team_id = ${a.team} and device = ${a.ports.ledger.device.id} and seq = 4`;
  const clock = testClock(new Date().toISOString());
  const b = await another("forged", a.user, { clock });
  expect(await b.sync.run("both")).toMatchObject({
    pulled: 5,
    problems: [{ kind: "chain", seq: 4, device: a.ports.ledger.device.id }],
  });
  expect(await sharedState(b)).toMatchObject({ facts: 5, problems: [] });
  await stack().sql`delete from ai_sync.facts where team_id = ${a.team} and device = ${a.ports.ledger.device.id} and seq = 4`;
  expect(await b.sync.run("both")).toMatchObject({ pulled: 0, problems: [{ kind: "chain", seq: 4 }] });

  // In the background, this log is skipped for a while; other logs are synced.
  await recordAll(good, reviewDrafts(1));
  await good.sync.run("push");
  let looks = 0;
  const counting: FaultPlan = ({ path, search }) => {
    if (path === "/rest/v1/facts" && search.includes(device)) looks += 1;
    return { kind: "pass" };
  };
  const background = (): ReturnType<typeof b.sync.run> =>
    withFaults(stack(), counting, () => b.sync.run("both", { background: true }));
  expect(await background()).toMatchObject({ pulled: 1, problems: [{ kind: "chain", seq: 4, device }] });
  expect(looks).toBe(0);
  const { problems, retry_at } = await b.sync.status({ ask: false });
  expect([problems, retry_at]).toMatchObject([[{ kind: "chain", hint: expect.stringContaining("reward-ledger verify") }], null]);
  clock.move(60_000);
  expect(await background()).toMatchObject({ pulled: 0, problems: [{ kind: "chain", seq: 4 }] });
  expect(looks).toBeGreaterThan(0);
  await stack().sql`insert into ai_sync.facts select * from public.kept`;
  clock.move(30 * 60_000);
  expect(await background()).toMatchObject({ pulled: 2, problems: [] });
  expect(await b.sync.status({ ask: false })).toMatchObject({ problems: [] });
  expect(await sharedState(b)).toMatchObject({ facts: 8, problems: [] });
});

test("a damaged line of the own log does not block the facts after it", async () => {
  const a = await teamOf("damaged");
  await recordAll(a, reviewDrafts(3));
  const segment = join(a.home, "journal", a.ports.ledger.device.id, "00000001.jsonl");
  const lines = readFileSync(segment, "utf8").split("\n");
  writeFileSync(segment, [lines[0], (lines[1] ?? "").replace("codex", "kodex"), lines[2], ""].join("\n"));
  const reopened = await openHome(stack(), "damaged", { home: a.home, cwd: a.cwd });
  expect(await reopened.sync.run("both")).toMatchObject({ pushed: 3, problems: [] });
  const b = await another("damaged", a.user);
  expect(await b.sync.run("both")).toMatchObject({ pulled: 3, problems: [] });
  expect(await sharedState(b)).toMatchObject({ facts: 3, problems: [], standings: [{ runs: 2 }] });
});

test("a user who is not, or no longer, in the team is rejected and sends nothing", async () => {
  const a = await teamOf("members-only");
  await recordAll(a, reviewDrafts(1));
  const stranger = await openHome(stack(), "members-only");
  const user = await stack().signUp("stranger@example.com");
  expect(await stranger.sync.signIn({ way: "password", email: user.email, password: user.password })).toMatchObject({
    role: null,
  });
  await recordAll(stranger, reviewDrafts(1));
  expect(await stranger.sync.run("both")).toMatchObject({ pushed: 0, unsent: 1, problems: [{ kind: "denied" }] });
  expect(await a.sync.addMember(user.email, "member")).toEqual({ invited: true });
  expect(await stranger.sync.run("both")).toMatchObject({ pushed: 0, unsent: 1, problems: [{ kind: "denied" }] });
  expect(await stranger.sync.acceptInvitation("members-only")).toBe(a.team);
  expect(await stranger.sync.run("both")).toMatchObject({ pushed: 1, problems: [] });
  await a.sync.removeMember(user.email);
  await recordAll(stranger, reviewDrafts(1));
  expect(await stranger.sync.run("both")).toMatchObject({ pushed: 0, unsent: 1, problems: [{ kind: "denied" }] });
  await expect(stranger.sync.members()).rejects.toMatchObject({ code: "sync_refused" });
});
