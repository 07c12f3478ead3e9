import { randomUUID } from "node:crypto";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { audit as auditStore } from "../../../src/features/agent/model/audit.ts";
import { intakeMark } from "../../../src/features/intake/model/undo.ts";
import { intakeRedo, intakeUndo } from "../../../src/features/intake/operations/intake.ts";
import { verify } from "../../../src/features/maintenance/operations/verify.ts";
import { reset } from "../../../src/features/reviews/operations/reset.ts";
import type { Draft, Fact } from "../../../src/kernel/fact.ts";
import { hashFact } from "../../../src/ledger/log/hash-fact.ts";
import { toOutgoingFact } from "../../../src/sync/rechain.ts";
import { createRedactor } from "../../../src/sync/redact.ts";
import { rowOf } from "../../../src/sync/rows.ts";
import { openRemote } from "../../../src/sync/transport.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { migrate, migrations } from "../../supabase/stack/template.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { quietCall } from "../../support/ports.ts";
import { mixedDrafts, openHome, recordAll, reviewDrafts, type SyncHome, sharedState } from "../support/home.ts";
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

/** Sends a home's facts unchanged, except that one of them is chained to the fact before its predecessor. */
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
    const sent = toOutgoingFact(fact, createRedactor(choices, "s")(fact), before, hashFact);
    hashes.push(sent.hash);
    return { team_id: a.team, ...rowOf(sent) };
  });
  await remote.push(rows);
}

test("a log that is broken on the server is detected, and its owner repairs it with one command", async () => {
  const a = await teamOf("broken");
  const colleague = await stack().signUp("broken-mate@example.com");
  await stack().addMember(a.user, a.team, colleague.email);
  const b = await openHome(stack(), "broken");
  await b.sync.signIn({ way: "password", email: colleague.email, password: colleague.password });
  await recordAll(a, mixedDrafts(10, "codex"));
  await sendBroken(a, 7);
  await recordAll(a, reviewDrafts(2));

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
  await recordAll(a, reviewDrafts(1));
  for (const one of [a, b, a]) expect(await one.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  expect(await sharedState(b)).toEqual(await sharedState(a));
  expect(await sharedState(b)).toMatchObject({ facts: 13, problems: [] });
  for (const { ports } of [a, b])
    expect(await verify.call(ports, { remote: true }, quietCall)).toMatchObject({ ok: true, problems: [] });
});

test("undos recorded by a copy of a home apply to what it sent again, for everybody", async () => {
  const { sql } = stack();
  const a = await teamOf("copy-undoes");
  const colleague = await stack().signUp("copy-undoes-mate@example.com");
  await stack().addMember(a.user, a.team, colleague.email);
  const c = await openHome(stack(), "copy-undoes");
  await c.sync.signIn({ way: "password", email: colleague.email, password: colleague.password });
  const batch = randomUUID();
  const marked = [...reviewDrafts(3), ...mixedDrafts(10, "codex").slice(9)].map((one) => ({
    ...one,
    data: { ...one.data, ...intakeMark(batch) },
  }));
  await recordAll(a, [...reviewDrafts(2, { agent: "gpt" }), ...marked]);
  await reset.call(a.ports, { confirm: true, agent: "gpt" }, quietCall);
  const device = a.ports.ledger.device.id;

  // The copy gets a device id of its own before the first home sends a log that is broken on the server.
  const copied = join(temporaryFolder(), "home");
  await a.ports.ledger.checkpoint({ force: true });
  cpSync(a.home, copied, { recursive: true, filter: (path) => !/[\\/]lock(?:-[^\\/]*)?$/.test(path) });
  const b = await openHome(stack(), "copy-undoes", { home: copied });
  await b.ports.ledger.renewDevice();
  await b.ports.ledger.adopt(device, 0);
  await sendBroken(a, 2);

  const standings = async () => {
    for (const one of [b, c, b]) expect(await one.sync.run("both")).toMatchObject({ unsent: 0 });
    const [here, there] = [await sharedState(b), await sharedState(c)];
    expect(there.standings).toEqual(here.standings);
    const [server] = await sql`
      select coalesce(sum(runs), 0)::int as runs, (select count(*)::int from ai_sync.eval_runs where team_id = ${a.team}) as evals
      from ai_sync.reward_ledger where team_id = ${a.team}`;
    return server;
  };
  expect(await standings()).toEqual({ runs: 3, evals: 1 });
  await intakeUndo.call(b.ports, { last: true }, quietCall);
  expect(await standings()).toEqual({ runs: 0, evals: 0 });
  await reset.call(b.ports, { undo: true }, quietCall);
  expect(await standings()).toEqual({ runs: 2, evals: 0 });
});

const passes = Object.fromEntries(
  ["static", "functional", "arch", "security", "prose", "adversarial", "feedback_binding"].map((pass) => [pass, "pass"]),
);

/** Records rows of each store that is keyed by the place of its facts, rows with changes, and a batch of automatic recordings. */
async function keyedByPlace(a: SyncHome, batch: string): Promise<void> {
  const [project, at] = ["acme/shop", "2026-03-16T08:00:00.000Z"];
  const draft = (kind: string, data: Draft["data"]): Draft => ({ kind, project, data });
  const audit = { occurred_at: at, tool_name: "Bash", args_json: "{}", loop_version: 1 };
  const received = { received_at: at, from_handle: "em", channel: "cli", body: "b", severity: "low" };
  await recordAll(a, [
    draft("audit.added", { row: audit }),
    draft("learning.added", { row: { ts: at, task_id: "t", observation: "o", candidate: "dismissed" } }),
    draft("self_edit.added", {
      row: {
        ...{
          ts: at,
          pr: "https://example.com/1",
          fix_class: "test",
          files: "[]",
          before_sha: "a",
          after_sha: "b",
          confidence: 50,
        },
        ...{ review_passes: JSON.stringify(passes), em_review: "none", auto_merged: 0 },
      },
    }),
    draft("budget.set", {
      row: {
        ...{ set_at: at, daily_usd_micros: 1, weekly_usd_micros: 2, monthly_usd_micros: 3, allow_extension_request: 0 },
        ...{ extension_max_per_day_usd_micros: 0, set_by: "em" },
      },
    }),
    draft("budget.extended", { row: { granted_at: at, usd_micros: 5, granted_by: "em", reason: "r" } }),
    draft("feedback.added", { row: { id: "F1", ...received } }),
    draft("feedback.changed", { key: "F1", at, set: {}, note: { by: "em" } }),
    ...[...reviewDrafts(4, { name: "by hand" }), ...reviewDrafts(1, { agent: "gpt" }), ...mixedDrafts(5, "codex").slice(4)],
    ...[...reviewDrafts(2, { name: "by itself" }), ...mixedDrafts(10, "gpt").slice(9)].map((one) => ({
      ...one,
      data: { ...one.data, ...intakeMark(batch) },
    })),
  ]);
  const key = await a.ports.ledger.ask(({ agent }) => String(agent.list(auditStore, { limit: 1 }).rows[0]?.["id"]));
  await recordAll(a, [draft("audit.changed", { key, at, set: { duration_ms: 7 } })]);
}

test("facts sent again from a broken log count once in the team's tables, and can be undone there", async () => {
  const { sql } = stack();
  const a = await teamOf("again");
  const colleague = await stack().signUp("again-mate@example.com");
  await stack().addMember(a.user, a.team, colleague.email);
  const b = await openHome(stack(), "again");
  await b.sync.signIn({ way: "password", email: colleague.email, password: colleague.password });
  await recordAll(a, reviewDrafts(2));
  await keyedByPlace(a, randomUUID());
  await reset.call(a.ports, { confirm: true, agent: "gpt" }, quietCall);
  const device = a.ports.ledger.device.id;
  await sendBroken(a, 2);
  await a.sync.renewDevice();

  /** Asserts that everybody's tables and the server's agree, also after the server's are rematerialised. Returns the rows. */
  const expectAgreement = async () => {
    for (const one of [a, b, a]) expect(await one.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
    expect(await sharedState(b)).toEqual(await sharedState(a));
    const verified = async () => {
      for (const { ports } of [a, b])
        expect(await verify.call(ports, { remote: true }, quietCall)).toMatchObject({ ok: true, problems: [] });
    };
    await verified();
    const rows =
      await sql`select store, key, cells, fact_id from ai_sync.agent_rows where team_id = ${a.team} order by store, key`;
    await sql`select ai_sync_private.rematerialise(${a.team})`;
    await verified();
    expect(
      await sql`select store, key, cells, fact_id from ai_sync.agent_rows where team_id = ${a.team} order by store, key`,
    ).toEqual(rows);
    return rows;
  };
  const notes = (rows: Awaited<ReturnType<typeof expectAgreement>>) =>
    JSON.parse(rows.find(({ store }) => store === "feedback")?.["cells"].notes_json);
  const rows = await expectAgreement();
  expect(rows.map(({ store }) => store)).toEqual([
    "audit",
    "budget_extensions",
    "budgets",
    "feedback",
    "learnings_log",
    "self_edits_log",
  ]);
  expect(notes(rows)).toHaveLength(1);

  const counting = async () => {
    const [found] = await sql`
      select (select count(*)::int from ai_sync.review_runs where team_id = ${a.team} and not hidden) as runs,
        (select count(*)::int from ai_sync.eval_runs where team_id = ${a.team}) as evals`;
    return found;
  };
  expect(await counting()).toEqual({ runs: 8, evals: 2 });
  await intakeUndo.call(a.ports, { last: true }, quietCall);
  await expectAgreement();
  expect(await counting()).toEqual({ runs: 6, evals: 1 });
  await reset.call(a.ports, { confirm: true }, quietCall);
  await expectAgreement();
  await reset.call(a.ports, { undo: true }, quietCall);
  await intakeRedo.call(a.ports, {}, quietCall);
  await reset.call(a.ports, { undo: true, agent: "gpt" }, quietCall);
  await expectAgreement();
  expect(await counting()).toEqual({ runs: 9, evals: 2 });

  // Simulates a server that had materialised both logs before it was updated.
  const wrong = {
    ok: false,
    problems: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining("audit") })]),
  };
  await sql`select ai_sync_private.materialise(array(select f from ai_sync.facts f where team_id = ${a.team} and device = ${device}))`;
  expect(await verify.call(a.ports, { remote: true }, quietCall)).toMatchObject(wrong);
  await migrate(
    sql,
    migrations().filter(({ name }) => name.endsWith("_sent_again.sql")),
  );
  await expectAgreement();
  expect(await counting()).toEqual({ runs: 9, evals: 2 });
  const plan =
    await sql`explain select from ai_sync.facts where team_id = ${a.team} and ai_sync_private.id_again(id) = ${device}`;
  expect(JSON.stringify(plan)).toContain("facts_again_idx");
});
