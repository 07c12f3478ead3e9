import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { evalLeaderboard } from "../../../src/features/evals/operations/leaderboard.ts";
import { evalList, evalSummary, evalTrend } from "../../../src/features/evals/operations/list.ts";
import { evalPush } from "../../../src/features/evals/operations/push.ts";
import { evalCost } from "../../../src/features/evals/operations/show.ts";
import { evalTests } from "../../../src/features/evals/operations/tests.ts";
import { verify } from "../../../src/features/maintenance/operations/verify.ts";
import { status } from "../../../src/features/reviews/operations/status.ts";
import { trends } from "../../../src/features/reviews/operations/trends.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { makeEvalHistory } from "../../support/eval-fixtures.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { quietCall } from "../../support/ports.ts";
import { openHome, recordAll, reviewDrafts, type SyncHome, sharedState } from "../support/home.ts";

const stack = useStack();

test("two machines of one user hold the same facts after both have synced", async () => {
  const user = await stack().signUp("two-machines@example.com");
  await stack().createTeam(user, "two-machines");
  const a = await openHome(stack(), "two-machines");
  const b = await openHome(stack(), "two-machines");
  for (const { sync } of [a, b]) {
    expect(await sync.signIn({ way: "password", email: user.email, password: user.password })).toMatchObject({
      signed_in: true,
      role: "owner",
    });
  }
  await recordAll(a, reviewDrafts(7));
  await recordAll(b, reviewDrafts(5));
  expect(await a.sync.run("both")).toMatchObject({ pushed: 7, pulled: 0, unsent: 0, problems: [] });
  expect(await b.sync.run("both")).toMatchObject({ pushed: 5, pulled: 7, unsent: 0, problems: [] });
  expect(await a.sync.run("both")).toMatchObject({ pushed: 0, pulled: 5, unsent: 0, problems: [] });
  expect(await sharedState(a)).toEqual(await sharedState(b));
  expect(await sharedState(a)).toMatchObject({ facts: 12, problems: [] });
  expect(await b.sync.status({ ask: true })).toMatchObject({
    configured: true,
    signed_in: true,
    online: true,
    team: "two-machines",
    user: user.email,
    unsent: 0,
    problems: [],
  });
  expect(await a.sync.test()).toMatchObject({ ok: true });
  expect(a.heard.lines).toEqual([]);
});

test("answers cover the user's own runs, a member's or the whole team's, and match the server's totals", async () => {
  const [ada, bob] = [await stack().signUp("ada@example.com"), await stack().signUp("bob@example.com")];
  await stack().addMember(ada, await stack().createTeam(ada, "whose"), bob.email);
  const [a, b] = [await openHome(stack(), "whose"), await openHome(stack(), "whose")];
  await a.sync.signIn({ way: "password", email: ada.email, password: ada.password });
  await b.sync.signIn({ way: "password", email: bob.email, password: bob.password });
  await recordAll(a, reviewDrafts(4));
  await recordAll(b, reviewDrafts(3));
  for (const { sync } of [a, b, a]) await sync.run("both");
  const of = async (input: object) => (await status.call(a.ports, { agent: "codex", ...input }, quietCall)).runs;
  expect(await of({})).toBe(4);
  expect(await of({ team: true })).toBe(7);
  expect(await of({ member: "BOB@example.com" })).toBe(3);
  await recordAll(a, reviewDrafts(1));
  expect(await of({})).toBe(5);
  await expect(of({ member: "nobody@example.com" })).rejects.toMatchObject({ code: "not_found" });
  expect((await trends.call(a.ports, { team: true }, quietCall)).members).toEqual([
    { email: ada.email, me: true },
    { email: bob.email, me: false },
  ]);
  await a.ports.ledger.checkpoint({ force: true });
  const summary = JSON.parse(readFileSync(join(a.home, "summary.json"), "utf8"));
  expect(summary.agents).toMatchObject([{ agent: "codex", runs: 5 }]);
  expect(await verify.call(a.ports, { remote: true }, quietCall)).toMatchObject({ ok: true, facts: 8 });
  await stack()
    .sql`update ai_sync.reward_ledger set coin_tenths = coin_tenths + 1 where agent = 'codex' and team_id = (select id from ai_sync.teams where slug = 'whose')`;
  expect(await verify.call(a.ports, { remote: true }, quietCall)).toMatchObject({ ok: false, problems: [{ kind: "total" }] });
});

test("the team's tables show who recorded what, and the leaderboard compares the members", async () => {
  const [ada, bob] = [await stack().signUp("ada-shows@example.com"), await stack().signUp("bob-shows@example.com")];
  await stack().addMember(ada, await stack().createTeam(ada, "shows"), bob.email, "admin");
  const [a, b] = [await openHome(stack(), "shows"), await openHome(stack(), "shows")];
  await a.sync.signIn({ way: "password", email: ada.email, password: ada.password });
  await b.sync.signIn({ way: "password", email: bob.email, password: bob.password });
  for (const view of ["summary", "runs", "evals"] as const) expect((await a.sync.show(view)).rows).toEqual([]);

  const today = new Date().toISOString();
  const old = new Date(Date.now() - 8 * 24 * 3600_000).toISOString();
  const evals = makeEvalHistory({ seed: 5, runs: 4, tests: 5 });
  const record = async (home: SyncHome, index: number, passed: number, timestamp: string): Promise<void> => {
    const file = join(home.cwd, `eval-${index}.json`);
    const costs = [{ model: "claude-sonnet-4-6", calls: 1, input_tokens: 1, output_tokens: 1, cost_usd: 1.25 }];
    const change = {
      timestamp,
      costs,
      total: 5,
      passed,
      failed: 5 - passed,
      total_cost_usd: 1.25,
      git_branch: `branch-${index}`,
    };
    writeFileSync(file, JSON.stringify({ ...evals[index], ...change }));
    expect(await evalPush.call(home.ports, { files: [file], project: "acme/shop" }, quietCall)).toMatchObject([
      { recorded: true },
    ]);
  };
  await record(a, 0, 4, today);
  await record(a, 1, 5, today);
  await record(b, 2, 0, today);
  await record(b, 3, 5, old);
  await recordAll(a, reviewDrafts(2));
  await recordAll(b, reviewDrafts(1, { agent: "claude" }));
  for (const { sync } of [a, b, a]) expect(await sync.run("both")).toMatchObject({ problems: [] });

  const { rows } = await a.sync.show("evals");
  expect(rows.map(({ user, branch, passed, total_tests, repo_slug }) => [user, branch, passed, total_tests, repo_slug])).toEqual(
    expect.arrayContaining([
      [ada.email, "branch-0", 4, 5, "acme/shop"],
      [bob.email, "branch-3", 5, 5, "acme/shop"],
    ]),
  );
  expect(rows).toHaveLength(4);
  expect(rows.at(-1)).toMatchObject({ branch: "branch-3" });
  const { rows: reviews } = await b.sync.show("runs");
  expect(reviews.map(({ user, agent, project }) => [user, agent, project]).sort()).toEqual([
    [ada.email, "codex", "acme/shop"],
    [ada.email, "codex", "acme/shop"],
    [bob.email, "claude", "acme/shop"],
  ]);
  const local = await a.ports.ledger.ask(({ review }) => review.standings(), "team");
  expect((await b.sync.show("summary")).rows).toEqual(
    local
      .map(({ agent, coinTenths }) => expect.objectContaining({ agent, coins: coinTenths / 10 }))
      .sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1)),
  );
  expect((await a.sync.show("members")).rows).toMatchObject([
    { email: ada.email, role: "owner" },
    { email: bob.email, role: "admin" },
  ]);
  expect(await evalLeaderboard.call(a.ports, {}, quietCall)).toEqual({
    days: 7,
    team: true,
    members: [
      { member: ada.email, me: true, runs: 2, pass_rate: 0.9, total_cost_usd: 2.5, cost_complete: true },
      { member: bob.email, me: false, runs: 1, pass_rate: 0, total_cost_usd: 1.25, cost_complete: true },
    ],
    runs: 3,
    total_cost_usd: 3.75,
    cost_complete: true,
  });
  expect((await evalLeaderboard.call(b.ports, { days: 30, project: "acme/shop" }, quietCall)).members).toMatchObject([
    { member: ada.email, me: false, runs: 2 },
    { member: bob.email, me: true, runs: 2 },
  ]);
});

test("eval answers cover the user's own runs, a member's or the whole team's", async () => {
  const [cat, dan] = [await stack().signUp("cat@example.com"), await stack().signUp("dan@example.com")];
  await stack().addMember(cat, await stack().createTeam(cat, "whose-evals"), dan.email);
  const [a, b] = [await openHome(stack(), "whose-evals"), await openHome(stack(), "whose-evals")];
  await a.sync.signIn({ way: "password", email: cat.email, password: cat.password });
  await b.sync.signIn({ way: "password", email: dan.email, password: dan.password });
  const history = makeEvalHistory({ seed: 5, runs: 5, tests: 4 });
  for (const [index, run] of history.entries())
    await evalPush.call((index < 3 ? a : b).ports, { text: JSON.stringify(run), project: "acme/shop" }, quietCall);
  for (const { sync } of [a, b, a]) await sync.run("both");
  const of = async (choice: object) => {
    const trend = await evalTrend.call(a.ports, { tier: "e2e", limit: 100, ...choice }, quietCall);
    const { entries } = await evalCost.call(a.ports, choice, quietCall);
    return {
      list: (await evalList.call(a.ports, choice, quietCall)).runs.length,
      summary: (await evalSummary.call(a.ports, choice, quietCall)).runs,
      tests: (await evalTests.call(a.ports, choice, quietCall)).runs,
      cost: entries.reduce((sum, { calls }) => sum + calls, 0),
      trend: Math.max(...trend.map(({ results }) => results.length)),
    };
  };
  expect(await of({})).toEqual({ list: 3, summary: 3, tests: 3, cost: 12, trend: 3 });
  expect(await of({ team: true })).toEqual({ list: 5, summary: 5, tests: 5, cost: 20, trend: 4 });
  expect(await of({ member: "dan@example.com" })).toEqual({ list: 2, summary: 2, tests: 2, cost: 8, trend: 1 });
});

test("a home without sync setup syncs nothing and logs nothing", async () => {
  const home = await openHome(stack(), "nowhere", { cwd: temporaryFolder() });
  await recordAll(home, reviewDrafts(1));
  expect(await home.sync.isConfigured()).toBe(false);
  expect(await home.sync.run("both", { background: true })).toEqual({
    configured: false,
    pushed: 0,
    pulled: 0,
    unsent: 0,
    problems: [],
  });
  expect(await home.sync.status({ ask: true })).toMatchObject({ configured: false, online: null, problems: [] });
  await expect(home.sync.members()).rejects.toMatchObject({ code: "sync_not_configured" });
  expect(existsSync(join(home.home, "sync"))).toBe(false);
  expect(home.heard.lines).toEqual([]);
});
