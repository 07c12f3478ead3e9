import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { verify } from "../../../src/features/maintenance/operations/verify.ts";
import type { FaultPlan } from "../../supabase/stack/faults.ts";
import type { Stack } from "../../supabase/stack/stack.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { quietCall } from "../../support/ports.ts";
import { checkout, mixedDrafts, openHome, recordAll, reviewDrafts, type SyncHome, sharedState } from "../support/home.ts";
import { useKilledSyncs } from "../support/kill.ts";

const stack = useStack();
const syncAndDie = useKilledSyncs();

const networkStates = ["fair", "failing", "dropping", "losing", "cutting", "down", "killed"] as const;
type NetworkState = (typeof networkStates)[number];

/** One step: a home records facts, then syncs with one of its teams under given network faults. */
const step = fc.record({
  home: fc.nat({ max: 1 }),
  team: fc.nat({ max: 1 }),
  facts: fc.nat({ max: 30 }),
  weather: fc.constantFrom(...networkStates),
  /** The index of the request from which on, or at which, the fault occurs. */
  at: fc.nat({ max: 6 }),
});

/** A plan that lets some requests pass and then makes all others fail until it is removed. */
function faultPlan(networkState: NetworkState, after: number): FaultPlan {
  let requests = 0;
  return () => {
    if (requests++ < after) return { kind: "pass" };
    switch (networkState) {
      case "failing":
        return { kind: "answer", status: 500, body: '{"message":"out of order"}' };
      case "dropping":
        return { kind: "drop" };
      case "losing":
        return { kind: "lose" };
      case "cutting":
        return { kind: "cut" };
      default:
        return { kind: "pass" };
    }
  };
}

/** Runs one sync under a fault, and removes the fault afterwards. */
async function syncUnder(server: Stack, home: SyncHome, networkState: NetworkState, at: number): Promise<void> {
  if (networkState === "killed") {
    await syncAndDie(server, home, at, at % 2 === 0 ? "drop" : "lose");
    return;
  }
  if (networkState === "down") await server.down();
  else server.setFaults(faultPlan(networkState, at));
  await home.sync.run("both");
  if (networkState === "down") await server.up();
  server.setFaults();
}

/** Syncs each home with each team twice, so that each has sent and received everything. Returns the open homes. */
async function syncAll(
  homes: readonly string[],
  slugs: readonly string[],
  open: (home: string, slug: string) => Promise<SyncHome>,
): Promise<readonly SyncHome[]> {
  const last: SyncHome[] = [];
  for (const round of [0, 1]) {
    for (const home of homes) {
      for (const slug of slugs) {
        const openedHome = await open(home, slug);
        expect(await openedHome.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
        if (round === 1 && slug === slugs.at(-1)) last.push(openedHome);
        else await openedHome.ports.close();
      }
    }
  }
  return last;
}

test("two homes of two users in two teams converge to the same facts and totals, whatever happens", async () => {
  const { url, anonKey, createTeam, addMember, signUp } = stack();
  const random = { run: 0 };
  const steps = fc.array(step, { minLength: 6, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      random.run += 1;
      const users = [await signUp(`left${random.run}@example.com`), await signUp(`right${random.run}@example.com`)] as const;
      const slugs = [`one-${random.run}`, `two-${random.run}`] as const;
      for (const slug of slugs) await addMember(users[0], await createTeam(users[0], slug), users[1].email);
      const open = async (home: string, slug: string): Promise<SyncHome> =>
        openHome({ url, anonKey }, slug, { home, cwd: checkout({ url, anonKey }, slug) });
      const homes = [join(temporaryFolder(), "left"), join(temporaryFolder(), "right")] as const;
      for (const [index, home] of homes.entries()) {
        const { sync } = await open(home, slugs[0]);
        const user = users[index];
        if (user !== undefined) await sync.signIn({ way: "password", email: user.email, password: user.password });
      }
      for (const { home, team, facts, weather, at } of history) {
        const openedHome = await open(homes[home] ?? homes[0], slugs[team] ?? slugs[0]);
        await recordAll(openedHome, mixedDrafts(facts, `agent-${facts % 3}`));
        await syncUnder(stack(), openedHome, weather, at);
        await openedHome.ports.close();
      }
      const last = await syncAll(homes, slugs, open);
      const [left, right] = await Promise.all(last.map(sharedState));
      expect(left?.problems).toEqual([]);
      expect(left).toEqual(right);
      for (const { ports } of last) {
        expect(await verify.call(ports, { remote: true }, quietCall)).toMatchObject({ ok: true, problems: [] });
      }
      expect(left?.facts).toBe(history.reduce((sum, { facts }) => sum + facts, 0));
    }),
    { numRuns: 6, seed: 20261121, endOnFailure: true },
  );
});

test("a process that is killed at any of its requests loses nothing and duplicates nothing", async () => {
  const user = await stack().signUp("killed@example.com");
  const team = await stack().createTeam(user, "killed");
  const a = await openHome(stack(), "killed");
  const b = await openHome(stack(), "killed");
  for (const { sync } of [a, b]) await sync.signIn({ way: "password", email: user.email, password: user.password });
  let facts = 0;
  for (const fault of ["drop", "lose"] as const) {
    for (let nth = 0, killed = true; killed; nth += 1) {
      await recordAll(a, reviewDrafts(40));
      facts += 40;
      killed = await syncAndDie(stack(), a, nth, fault);
    }
  }
  for (let nth = 0, killed = true; killed; nth += 1) killed = await syncAndDie(stack(), b, nth, "drop");
  expect(await stack().sql`select count(*)::int as count from ai_sync.facts where team_id = ${team}`).toEqual([{ count: facts }]);
  for (const { sync } of [a, b]) expect(await sync.run("both")).toMatchObject({ pushed: 0, pulled: 0, unsent: 0, problems: [] });
  expect(await sharedState(b)).toMatchObject({ facts, problems: [] });
  expect((await sharedState(b)).standings).toEqual((await sharedState(a)).standings);
});
