import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verify } from "../../../src/features/maintenance/operations/verify.ts";
import { reset } from "../../../src/features/reviews/operations/reset.ts";
import { resetsNote } from "../../../src/features/reviews/operations/resets-in-force.ts";
import { status } from "../../../src/features/reviews/operations/status.ts";
import { findConflicts } from "../../../src/features/team/operations/conflicts.ts";
import { syncNow as now } from "../../../src/features/team/operations/sync.ts";
import { teamReset as resetTeam } from "../../../src/features/team/operations/team.ts";
import type { Draft, FactPlace } from "../../../src/kernel/fact.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { quietCall } from "../../support/ports.ts";
import { recordAll, reviewDrafts, type SyncHome } from "../support/home.ts";
import { teamsOn } from "../support/teams.ts";

const stack = useStack();
const { teamOf, another } = teamsOn(stack);

/** Two people of one team: Ada, its owner, and Bob. */
async function twoPeople(slug: string) {
  const ada = await teamOf(slug);
  const user = await stack().signUp(`bob-${slug}@example.com`);
  await stack().addMember(ada.user, ada.team, user.email);
  return { ada, bob: await another(slug, user) };
}

const run = (score: number, run_id = "review-001"): readonly Draft[] =>
  reviewDrafts(1).map((draft) => ({
    ...draft,
    data: { ...draft.data, report: { ...Object(draft.data["report"]), run_id, score, findings: [] } },
  }));
const syncNow = ({ ports }: SyncHome) => now.call(ports, {}, quietCall);
const statusOf = ({ ports }: SyncHome, scope: object = {}) => status.call(ports, { agent: "codex", ...scope }, quietCall);
const runsOf = async (home: SyncHome, scope: object = {}): Promise<number> => (await statusOf(home, scope)).runs;
const contradictions = async ({ ports }: SyncHome): Promise<number> =>
  (await verify.call(ports, {}, quietCall)).problems.filter(({ kind }) => kind === "conflict").length;
const verifyRemote = async ({ ports }: SyncHome) => verify.call(ports, { remote: true }, quietCall);

test("a member's reset hides only that member's runs, locally and on the server", async () => {
  const { ada, bob } = await twoPeople("own-resets");
  await recordAll(ada, [...run(100, "of-ada")]);
  await syncNow(ada);
  await recordAll(bob, [...run(90, "of-bob")]);
  await syncNow(bob);
  await reset.call(bob.ports, { confirm: true }, quietCall);
  await syncNow(bob);
  await syncNow(ada);
  expect([await runsOf(ada), await runsOf(ada, { team: true }), await runsOf(bob)]).toEqual([1, 1, 0]);
  expect(await stack().sql`select runs, coin_tenths::int from ai_sync.reward_ledger where team_id = ${ada.team}`).toEqual([
    { runs: 1, coin_tenths: 20 },
  ]);
  for (const home of [ada, bob]) expect(await verifyRemote(home)).toMatchObject({ ok: true, problems: [] });
  expect(await reset.call(bob.ports, { undo: true }, quietCall)).toMatchObject({ restored_runs: 1 });
  await syncNow(bob);
  await syncNow(ada);
  expect(await runsOf(ada, { team: true })).toBe(2);
});

test("an owner resets and restores the team's totals; a member may not, and own totals stay unchanged", async () => {
  const { ada, bob } = await twoPeople("team-resets");
  await recordAll(bob, [...run(90, "of-bob")]);
  await syncNow(bob);
  await syncNow(ada);
  const teamReset = ({ ports }: SyncHome, input: object) => resetTeam.call(ports, input, quietCall);
  await expect(teamReset(ada, {})).rejects.toMatchObject({ code: "not_confirmed" });
  await expect(teamReset(bob, { confirm: true })).rejects.toMatchObject({ code: "sync_refused" });
  expect(await teamReset(ada, { confirm: true })).toMatchObject({ runs: 1, undone: false });
  const expectedReset = { agent: null, by: ada.user.email, hidden_runs: 1 };
  // Bob has not synced since: his own answers do not show the reset; the server's show it without the number of hidden runs.
  expect(await statusOf(bob, { team: true })).toMatchObject({ runs: 1, team_resets: [] });
  expect(await bob.sync.show("summary")).toMatchObject({ rows: [], resets: [{ ...expectedReset, hidden_runs: null }] });
  expect(await bob.sync.show("runs")).toMatchObject({ rows: [], resets: [] });
  await recordAll(bob, [...run(80, "later")]);
  for (const home of [bob, ada]) await syncNow(home);
  for (const home of [ada, bob]) {
    expect(await statusOf(home, { team: true })).toMatchObject({ runs: 1, team_resets: [expectedReset] });
    expect(await statusOf(home)).not.toHaveProperty("team_resets");
    expect(await resetsNote([], home.ports, { team: true })).toContain("`reward-ledger status --team` shows its resets");
    expect(await resetsNote([], home.ports, { team: false })).toBeNull();
    expect(await home.sync.status({ ask: false })).toMatchObject({ resets: [expectedReset] });
    expect(await home.sync.show("summary")).toMatchObject({ rows: [{ agent: "codex" }], resets: [expectedReset] });
    expect(await home.sync.show("runs")).toMatchObject({ rows: [{ session_id: "later" }] });
    expect(await verifyRemote(home)).toMatchObject({ ok: true, problems: [] });
  }
  expect(await runsOf(bob)).toBe(2);
  expect(await teamReset(ada, { undo: true })).toMatchObject({ runs: 1, undone: true });
  expect(await statusOf(ada, { team: true })).toMatchObject({ runs: 2, team_resets: [] });
  expect(await resetsNote([], ada.ports, { team: true })).toBeNull();
  await expect(teamReset(ada, { undo: true })).rejects.toMatchObject({ code: "sync_refused" });
});

test("runs of two people under one name are read once, and again only by verify", async () => {
  const { ada, bob } = await twoPeople("compared");
  const same = run(100, "same");
  await recordAll(ada, [...same, ...run(90, "other")]);
  await recordAll(bob, [...same, ...run(40, "other")]);
  for (const home of [ada, bob]) await home.sync.run("both");
  let reads = 0;
  const { ledger } = bob.ports;
  const parts = {
    ...bob.ports,
    ledger: {
      ...ledger,
      fetch: (place: FactPlace) => {
        reads += 1;
        return ledger.fetch(place);
      },
    },
  };
  const conflicts = await findConflicts(parts, false);
  expect([conflicts.length, reads]).toEqual([1, 4]);
  expect([await findConflicts(parts, false), reads]).toEqual([conflicts, 4]);
  await recordAll(bob, [...run(70, "more")]);
  await recordAll(ada, [...run(80, "more")]);
  for (const home of [ada, bob]) await home.sync.run("both");
  expect([(await findConflicts(parts, false)).length, reads]).toEqual([await contradictions(bob), 6]);
  writeFileSync(join(bob.home, "sync", "compared.json"), "{");
  expect((await findConflicts(parts, false)).length).toBe(await contradictions(bob));
  expect(reads).toBe(12);
  expect((await findConflicts(parts, true)).length).toBe(2);
  expect(reads).toBe(18);
});

test("name conflicts beyond the limit of one sync are reported, and the next syncs continue with them", async () => {
  const { ada, bob } = await twoPeople("many-compared");
  const names = ["one", "two", "three", "four", "five"];
  await recordAll(
    ada,
    names.flatMap((name) => [...run(100, name)]),
  );
  await recordAll(
    bob,
    names.flatMap((name) => [...run(40, name)]),
  );
  for (const home of [ada, bob]) await home.sync.run("both");
  const conflictMessages = async () => (await findConflicts(bob.ports, false, 2)).map(({ message }) => message);
  const contradiction = expect.stringContaining("was recorded with other content by");
  expect(await conflictMessages()).toEqual([
    contradiction,
    contradiction,
    expect.stringMatching(/^3 runs that two people .* are not compared yet$/),
  ]);
  expect(await conflictMessages()).toEqual([
    ...Array(4).fill(contradiction),
    expect.stringMatching(/^1 run that .* is not compared yet$/),
  ]);
  expect(await conflictMessages()).toEqual(Array(5).fill(contradiction));
  expect(await findConflicts(bob.ports, true, 2)).toHaveLength(5);
});

test("different content from two people under one name is reported to both", async () => {
  const { ada, bob } = await twoPeople("conflicts");
  await recordAll(ada, [...run(100)]);
  await recordAll(bob, [...run(40)]);
  for (const home of [ada, bob, ada]) await syncNow(home);
  expect([await runsOf(ada), await runsOf(bob), await runsOf(bob, { team: true })]).toEqual([1, 1, 1]);
  for (const home of [ada, bob]) {
    expect(await syncNow(home)).toMatchObject({
      problems: [{ kind: "conflict", message: expect.stringContaining("review-001 of codex in acme/shop") }],
    });
    const { ok, problems } = await verifyRemote(home);
    expect([ok, problems.map(({ kind }) => kind)]).toEqual([false, ["conflict"]]);
  }
});
