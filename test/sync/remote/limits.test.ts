import { expect, test } from "vitest";
import { verify } from "../../../src/features/maintenance/operations/verify.ts";
import type { Draft } from "../../../src/kernel/fact.ts";
import { type Limits, outages } from "../../supabase/stack/gateway.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { quietCall } from "../../support/ports.ts";
import { mixedDrafts, recordAll, reviewDrafts, sharedState } from "../support/home.ts";
import { teamsOn } from "../support/teams.ts";

const stack = useStack();
const { teamOf, another } = teamsOn(stack);

/** A review with the given numbers of characters that are sent, and of characters of a transcript that stay. */
function sizedDraft(sentChars: number, keptChars = 0): Draft {
  const [draft] = reviewDrafts(1);
  if (draft === undefined) throw new Error("no run was made");
  return { ...draft, data: { ...draft.data, note: "x".repeat(sentChars), transcript: "y".repeat(keptChars) } };
}

/** Runs `work` while the server has the given limits. */
async function withLimits<T>(limits: Partial<Limits>, work: () => Promise<T>): Promise<T> {
  stack().setLimits(limits);
  try {
    return await work();
  } finally {
    stack().setLimits();
  }
}

/** Adds devices that have recorded nothing and whose ids sort before all others. */
const addDevices = (team: string, user: string, count: number): Promise<unknown> =>
  stack().sql`
    insert into ai_sync.devices (team_id, id, user_id, name)
    select ${team}, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, ${user}, 'ci' from generate_series(1, ${count}::int) n`;

test.each([1, 2, 100, 1000])("every list is read completely at %i rows per answer", { timeout: 60_000 }, async (rows) => {
  const slug = `rows-${rows}`;
  const a = await teamOf(slug);
  const [b, c] = [await another(slug, a.user), await another(slug, a.user)];
  const colleague = await stack().signUp(`mate-${rows}@example.com`);
  await addDevices(a.team, a.user.id, rows === 1 ? 3 : rows - 1);
  await withLimits({ rows }, async () => {
    await stack().addMember(a.user, a.team, colleague.email);
    const agents = ["codex", "claude", "cursor"];
    await recordAll(a, [...mixedDrafts(6, "codex"), ...agents.flatMap((agent) => reviewDrafts(2, { agent }))]);
    await recordAll(b, mixedDrafts(7, "claude"));
    await recordAll(c, reviewDrafts(1));
    expect(await a.sync.run("both")).toMatchObject({ pushed: 12, unsent: 0, problems: [] });
    expect(await b.sync.run("both")).toMatchObject({ pushed: 7, pulled: 12, problems: [] });
    expect(await c.sync.run("both")).toMatchObject({ pushed: 1, pulled: 19, problems: [] });
    expect(await a.sync.run("both")).toMatchObject({ pulled: 8, problems: [] });
    expect(await b.sync.run("both")).toMatchObject({ pulled: 1, problems: [] });
    expect(await sharedState(a)).toEqual(await sharedState(b));
    expect(await sharedState(c)).toEqual(await sharedState(b));
    expect((await a.sync.members()).map(({ email, role }) => [email, role])).toEqual([
      [a.user.email, "owner"],
      [colleague.email, "member"],
    ]);
    expect((await a.sync.status({ ask: false })).devices).toHaveLength((rows === 1 ? 3 : rows - 1) + 3);
    expect((await a.sync.show("summary")).rows).toHaveLength(3);
    expect((await a.sync.show("runs")).rows.length).toBeGreaterThan(6);
    await a.sync.resetTeam("codex");
    await a.sync.resetTeam("claude");
    expect((await a.sync.teamResets()).map(({ agent, by }) => [agent, by])).toEqual([
      ["codex", a.user.email],
      ["claude", a.user.email],
    ]);
    await b.sync.run("both");
    expect(await verify.call(b.ports, { remote: true }, quietCall)).toMatchObject({ ok: true, problems: [] });
  });
});

test("a server that keeps returning only the first part of a list is reported", async () => {
  const a = await teamOf("deaf");
  const head = (n: number): object => ({
    device: `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`,
    user_id: null,
    name: "",
    seq: 0,
    hash: null,
  });
  const body = JSON.stringify(Array.from({ length: 1000 }, (_, index) => head(index)));
  stack().setFaults(({ path }) => (path.endsWith("/heads") ? { kind: "answer", status: 200, body } : { kind: "pass" }));
  try {
    const { problems } = await a.sync.run("both");
    expect(problems).toMatchObject([{ kind: "server", message: expect.stringContaining("first 1000 rows only") }]);
  } finally {
    stack().setFaults();
  }
});

test.each(outages)(
  "a server whose API answers %s is reported as failing, keeps the sign-in, and later gets everything",
  async (outage) => {
    const a = await teamOf(`outage-${outage.replace("_", "-")}`);
    await recordAll(a, reviewDrafts(3));
    await withLimits({ outage }, async () => {
      for (const background of [false, true]) {
        const { pushed, unsent, problems } = await a.sync.run("both", { background });
        expect({ pushed, unsent, kinds: problems.map(({ kind }) => kind) }).toEqual({ pushed: 0, unsent: 3, kinds: ["server"] });
        expect(problems[0]?.message).not.toMatch(/[<>]/);
      }
      expect(await a.sync.status({ ask: true })).toMatchObject({
        signed_in: true,
        unsent: 3,
        last_push: null,
        retry_at: expect.any(String),
        problems: [{ kind: "server" }],
      });
      await expect(a.sync.show("summary")).rejects.toThrow(/^[^<>]*$/);
      await expect(a.sync.appliedMigrations()).rejects.toThrow(/^[^<>]*$/);
      expect(await a.sync.test()).toMatchObject({ ok: false });
    });
    expect(await a.sync.run("both")).toMatchObject({ pushed: 3, unsent: 0, problems: [] });
  },
);

test("texts that SQL cannot store reach the others unchanged", async () => {
  const a = await teamOf("nul");
  const b = await another("nul", a.user);
  const drafts: Draft[] = [...reviewDrafts(3), ...reviewDrafts(1, { agent: "co\0dex", project: "acme/\0shop" })].map(
    (draft, index) => ({
      ...draft,
      data: index === 1 ? { ...draft.data, "a\0key": "a\0b \\u0000 \\\0", exact_json: "\0" } : draft.data,
    }),
  );
  await recordAll(a, drafts);
  expect(await a.sync.run("both")).toMatchObject({ pushed: 4, unsent: 0, problems: [] });
  expect(await b.sync.run("both")).toMatchObject({ pulled: 4, problems: [] });
  expect(await sharedState(b)).toEqual(await sharedState(a));
  const rows = await stack()
    .sql`select kind, project, data ->> 'agent' as agent from ai_sync.facts where team_id = ${a.team} order by seq`;
  expect(rows.map(({ kind, project, agent }) => [kind, project, agent])).toEqual([
    ...[1, 2, 3].map(() => ["review.recorded", "acme/shop", "codex"]),
    ["review.recorded", "acme/\ufffdshop", "co\ufffddex"],
  ]);
});

test("verify reports facts that the server rejected", async () => {
  const a = await teamOf("not-taken");
  await recordAll(a, [...reviewDrafts(2), ...reviewDrafts(1, { project: "acme/none" })]);
  await withLimits({ refusedProject: "acme/none" }, async () => {
    expect(await a.sync.run("both")).toMatchObject({ pushed: 3, problems: [{ kind: "refused", seq: 3 }] });
  });
  expect(await verify.call(a.ports, { remote: true }, quietCall)).toMatchObject({
    ok: false,
    problems: [{ message: expect.stringContaining("did not take fact 3") }],
  });
});

test("a batch beyond the server's time limit is sent in parts", async () => {
  const a = await teamOf("time-limit");
  await recordAll(a, reviewDrafts(300));
  await withLimits({ factsAtOnce: 40 }, async () => {
    expect(await a.sync.run("both")).toMatchObject({ pushed: 300, unsent: 0, problems: [] });
  });
  await recordAll(a, reviewDrafts(1));
  await withLimits({ factsAtOnce: 0 }, async () => {
    expect(await a.sync.run("both")).toMatchObject({ pushed: 0, unsent: 1, problems: [{ kind: "server" }] });
  });
  const b = await another("time-limit", a.user);
  expect(await b.sync.run("both")).toMatchObject({ pulled: 300, problems: [] });
});

test("a request too large for a proxy is sent in parts, and a fact too large on its own is skipped", async () => {
  const a = await teamOf("too-large");
  await recordAll(a, [...reviewDrafts(2), sizedDraft(90_000), ...reviewDrafts(60), sizedDraft(200_000), ...reviewDrafts(2)]);
  await withLimits({ bodyBytes: 120_000 }, async () => {
    const { problems, ...result } = await a.sync.run("both");
    expect(result).toMatchObject({ pushed: 66, unsent: 0 });
    expect(problems).toMatchObject([{ kind: "refused", seq: 64, message: expect.stringContaining("413") }]);
    expect(problems[0]?.message).not.toContain("<");
  });
  const b = await another("too-large", a.user);
  expect(await b.sync.run("both")).toMatchObject({ pulled: 66, problems: [] });
});

test("facts of mixed sizes leave a log that the others can fetch", async () => {
  const a = await teamOf("sizes");
  await recordAll(a, [
    ...[10, 1_100_000, 10, 520_000, 520_000, 520_000].map((sentChars) => sizedDraft(sentChars)),
    ...[1, 2, 3].map(() => sizedDraft(508, 1_100_000)),
    sizedDraft(10),
  ]);
  expect(await a.sync.run("both")).toMatchObject({ pushed: 10, unsent: 0, problems: [] });
  const b = await another("sizes", a.user);
  expect(await b.sync.run("both")).toMatchObject({ pulled: 10, problems: [] });
  expect(await verify.call(a.ports, { remote: true }, quietCall)).toMatchObject({ ok: true });
});
