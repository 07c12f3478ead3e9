import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { batchFacts } from "../../../src/sync/batching.ts";
import type { FaultPlan } from "../../supabase/stack/faults.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { signToken } from "../../supabase/stack/users.ts";
import { testClock } from "../../support/journal.ts";
import { openHome, recordAll, reviewDrafts, sharedState } from "../support/home.ts";
import { onFacts, teamsOn, withFaults } from "../support/teams.ts";

const stack = useStack();
const { teamOf, another } = teamsOn(stack);

const day = 24 * 3600_000;
const slow = (method: string): FaultPlan => onFacts(method, { kind: "pass", delayMs: 5_000 });

test("a server that is too slow is reported as offline, and nothing is lost", async () => {
  const a = await teamOf("slow");
  await recordAll(a, reviewDrafts(20));
  const impatient = await openHome(stack(), "slow", { home: a.home, cwd: a.cwd, requestTimeoutMs: 250 });
  const pushed = await withFaults(stack(), slow("POST"), () => impatient.sync.run("both"));
  expect(pushed).toMatchObject({ pushed: 0, unsent: 20, problems: [{ kind: "offline" }] });
  expect(await a.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });

  const b = await another("slow", a.user);
  const impatientReader = await openHome(stack(), "slow", { home: b.home, cwd: b.cwd, requestTimeoutMs: 250 });
  expect(await withFaults(stack(), slow("GET"), () => impatientReader.sync.run("both"))).toMatchObject({
    pulled: 0,
    problems: [{ kind: "offline" }],
  });
  expect(await b.sync.run("both")).toMatchObject({ pulled: 20, problems: [] });
  expect(await stack().sql`select count(*)::int as count from ai_sync.facts where team_id = ${a.team}`).toEqual([{ count: 20 }]);
});

test("a slow page is received completely, however long it takes in total", async () => {
  const a = await teamOf("thin");
  const paddedRuns = reviewDrafts(60).map((one) => ({ ...one, data: { ...one.data, padding: "x".repeat(21_000) } }));
  await recordAll(a, paddedRuns);
  expect(await a.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  const idleMs = 2_000;
  const b = await another("thin", a.user);
  const reader = await openHome(stack(), "thin", { home: b.home, cwd: b.cwd, requestTimeoutMs: idleMs });
  const durations: number[] = [];
  // The first page of 25 facts is half a megabyte: 33 parts that together take longer than an answer may be silent.
  const slowLink = onFacts("GET", { kind: "pass", link: { bytes: 16 * 1024, everyMs: 75, sent: (ms) => durations.push(ms) } });
  expect(await withFaults(stack(), slowLink, () => reader.sync.run("both"))).toMatchObject({ pulled: 60, problems: [] });
  expect(Math.max(...durations)).toBeGreaterThan(idleMs);
  expect((await sharedState(reader)).standings).toEqual((await sharedState(a)).standings);
});

test("cancelling does not wait for the server, and the next sync continues where it stopped", async () => {
  const a = await teamOf("cancelled");
  await recordAll(a, reviewDrafts(20));
  const b = await another("cancelled", a.user);
  for (const [home, method] of [
    [a, "POST"],
    [b, "GET"],
  ] as const) {
    const cancel = new AbortController();
    // Longer than the test may take: waiting for it would fail the test.
    const hangOnce: FaultPlan = (request) => {
      if (request.method !== method || request.path !== "/rest/v1/facts") return { kind: "pass" };
      setImmediate(() => cancel.abort());
      return { kind: "pass", delayMs: 120_000 };
    };
    const run = withFaults(stack(), hangOnce, () => home.sync.run("both", { signal: cancel.signal }));
    await expect(run).rejects.toMatchObject({ code: "cancelled" });
    expect(await home.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  }
  expect(await sharedState(b)).toMatchObject({ facts: 20, problems: [] });
});

test("clocks that are wrong by hours or days do not block a sync", async () => {
  const a = await teamOf("skewed");
  const file = join(a.home, "auth.json");
  for (const [name, offset] of [
    ["ahead", day],
    ["behind", -day],
  ] as const) {
    const clock = testClock(new Date(Date.now() + offset).toISOString());
    const open = { home: a.home, cwd: a.cwd, clock };
    const skewed = await openHome(stack(), "skewed", open);
    // First signed in by the wrong clock, then by the right one.
    for (const signInAgain of [true, false]) {
      if (signInAgain) await skewed.sync.signIn({ way: "password", email: a.user.email, password: a.user.password });
      await recordAll(skewed, reviewDrafts(2, { agent: name }));
      expect(await skewed.sync.run("both"), `${name} ${signInAgain}`).toMatchObject({ pushed: 2, unsent: 0, problems: [] });
      await a.sync.signIn({ way: "password", email: a.user.email, password: a.user.password });
    }
    // The server has ended the token, which by this clock is valid for a long time or expired long ago.
    const entry = JSON.parse(readFileSync(file, "utf8"))[stack().url];
    const expiredEntry = {
      ...entry,
      access_token: signToken(a.user, -60),
      expires_at: Math.floor(Date.now() / 1000) + 48 * 3600,
    };
    writeFileSync(file, JSON.stringify({ [stack().url]: expiredEntry }));
    await recordAll(skewed, reviewDrafts(1, { agent: name }));
    expect(await skewed.sync.run("both"), name).toMatchObject({ pushed: 1, problems: [] });
  }
  const b = await another("skewed", a.user);
  expect(await b.sync.run("both")).toMatchObject({ pulled: 10, problems: [] });
  expect((await sharedState(b)).standings).toEqual((await sharedState(a)).standings);
});

test("a clock that is set back does not extend the background's retry delay", async () => {
  const clock = testClock(new Date(Date.now() + 30 * day).toISOString());
  const a = await teamOf("put-back", { clock });
  await recordAll(a, reviewDrafts(1));
  await stack().down();
  await a.sync.run("both", { background: true });
  await stack().up();
  expect(await a.sync.run("both", { background: true })).toMatchObject({ pushed: 0, problems: [{ kind: "offline" }] });
  clock.move(-30 * day);
  expect(await a.sync.run("both", { background: true })).toMatchObject({ pushed: 1, unsent: 0, problems: [] });
});

test("a token that is revoked during a sync is renewed once, and the sync continues", async () => {
  const a = await teamOf("mid-sync");
  await recordAll(a, reviewDrafts(3 * batchFacts));
  let posts = 0;
  let refreshes = 0;
  const revoking: FaultPlan = ({ method, path, search }) => {
    if (search.includes("grant_type=refresh_token")) refreshes += 1;
    if (method !== "POST" || path !== "/rest/v1/facts") return { kind: "pass" };
    posts += 1;
    return posts === 2
      ? { kind: "answer", status: 401, body: '{"code":"PGRST301","message":"JWT expired","details":null,"hint":null}' }
      : { kind: "pass" };
  };
  const result = await withFaults(stack(), revoking, () => a.sync.run("both"));
  expect(result).toMatchObject({ pushed: 3 * batchFacts, unsent: 0, problems: [] });
  expect([posts, refreshes]).toEqual([4, 1]);

  // If it cannot be renewed either, what was sent stays sent and the rest stays here; after a new sign-in, sync continues.
  await recordAll(a, reviewDrafts(2 * batchFacts));
  posts = 0;
  const ending: FaultPlan = (request) =>
    request.search.includes("grant_type=refresh_token")
      ? { kind: "answer", status: 400, body: '{"error_code":"refresh_token_not_found","msg":"Invalid Refresh Token"}' }
      : revoking(request);
  const ended = await withFaults(stack(), ending, () => a.sync.run("both"));
  expect(ended).toMatchObject({ pushed: batchFacts, unsent: batchFacts, problems: [{ kind: "signed_out" }] });
  await a.sync.signIn({ way: "password", email: a.user.email, password: a.user.password });
  expect(await a.sync.run("both")).toMatchObject({ pushed: batchFacts, unsent: 0, problems: [] });
});

test("ten thousand unsent facts are sent batch by batch despite failures in between", async () => {
  // Twenty batches; the bench sends 50 000 facts and reports the memory.
  const facts = 20 * batchFacts;
  const a = await teamOf("many");
  await recordAll(a, reviewDrafts(facts));
  let posts = 0;
  const failing: FaultPlan = ({ method, path }) => {
    if (method !== "POST" || path !== "/rest/v1/facts") return { kind: "pass" };
    posts += 1;
    return posts % 7 === 0 ? { kind: posts % 2 === 0 ? "lose" : "drop" } : { kind: "pass" };
  };
  const unsentCounts: number[] = [];
  for (let unsent = facts; unsent > 0; unsent = unsentCounts.at(-1) ?? 0) {
    const result = await withFaults(stack(), failing, () => a.sync.run("both"));
    expect(result.unsent).toBeLessThan(unsent);
    unsentCounts.push(result.unsent);
  }
  expect(unsentCounts.length).toBeGreaterThan(2);
  expect(
    await stack().sql`select count(*)::int as count, max(seq)::int as last from ai_sync.facts where team_id = ${a.team}`,
  ).toEqual([{ count: facts, last: facts }]);
});
