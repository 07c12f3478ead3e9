import { createClient } from "@supabase/supabase-js";
import { expect, test } from "vitest";
import * as z from "zod";
import { verifyRemote } from "../../src/features/maintenance/operations/verify-remote.ts";
import type { Draft, Fact } from "../../src/kernel/fact.ts";
import { sealLine } from "../../src/ledger/log/record-codec.ts";
import { rowOf } from "../../src/sync/rows.ts";
import { mixedDrafts, recordAll, reviewDrafts, type SyncHome, sharedState } from "../sync/support/home.ts";
import { teamsOn } from "../sync/support/teams.ts";
import { useStack } from "./stack/suite.ts";
import type { StackUser } from "./stack/users.ts";
import { uuidFrom } from "./support/history.ts";
import { hostileDrafts, validDrafts } from "./support/hostile.ts";

const stack = useStack();
const { teamOf } = teamsOn(stack);

/** A client for the team's tables and functions, as a user. */
const clientOf = ({ accessToken }: StackUser) =>
  createClient(stack().url, stack().anonKey, { db: { schema: "ai_sync" }, accessToken: async () => accessToken });

/** A log of a device, each fact chained to the one before. */
function logOf(device: string, drafts: readonly Draft[]): readonly Fact[] {
  let prev: string | null = null;
  return drafts.map((draft, n) => {
    const { fact } = sealLine(draft, {
      id: uuidFrom(`${device} ${n}`),
      at: "2026-06-01T00:00:00.000Z",
      device,
      seq: n + 1,
      prev,
    });
    prev = fact.hash;
    return fact;
  });
}

/** A team owned by ann, with the member mallory, who posts arbitrary facts. */
async function openHostileTeam(slug: string) {
  const ann = await teamOf(slug);
  const { team } = ann;
  const mallory = await stack().signUp(`mallory-${slug}@example.com`);
  await stack().addMember(ann.user, team, mallory.email);
  const client = clientOf(mallory);
  const newDevice = async (name: string): Promise<string> => {
    const device = uuidFrom(`${slug} ${name}`);
    expect((await client.rpc("register_device", { team, device, name })).error).toBeNull();
    return device;
  };
  return {
    ann,
    team,
    mallory,
    newDevice,
    /** Posts drafts as the log of a device, and asserts that the table accepts them. */
    async postLog(device: string, drafts: readonly Draft[]): Promise<void> {
      const log = logOf(device, drafts);
      for (let n = 0; n < log.length; n += 500) {
        const rows = log.slice(n, n + 500).map((fact) => ({ team_id: team, ...rowOf(fact) }));
        expect((await client.from("facts").insert(rows)).error).toBeNull();
      }
    },
    /** Posts one row as JSON text. @returns the status */
    async postRow(json: string): Promise<number> {
      const response = await fetch(`${stack().url}/rest/v1/facts`, {
        method: "POST",
        headers: {
          apikey: stack().anonKey,
          authorization: `Bearer ${mallory.accessToken}`,
          "content-profile": "ai_sync",
          "content-type": "application/json",
        },
        body: json,
      });
      await response.text();
      return response.status;
    },
  };
}

const columns = z.array(z.object({ relation: z.string(), column: z.string() }));

/** Reads every table and view completely as a user, filters by each of their columns, and calls every function that reads. */
async function readEverything(user: StackUser, team: string): Promise<void> {
  const { sql } = stack();
  const allAs = new Map<string, string[]>();
  for (const { relation, column } of columns.parse(
    await sql`select table_name as relation, column_name as column from information_schema.columns where table_schema = 'ai_sync'`,
  )) {
    allAs.set(relation, [...(allAs.get(relation) ?? []), column]);
  }
  expect(allAs.size).toBeGreaterThan(25);
  await sql.begin(async (transaction) => {
    const claims = JSON.stringify({ role: "authenticated", sub: user.id });
    await transaction`select set_config('request.jwt.claims', ${claims}, true), set_config('role', 'authenticated', true)`;
    for (const [relation, of] of allAs) {
      await transaction.unsafe(`select * from ai_sync."${relation}"`);
      for (const column of of)
        await transaction.unsafe(`select count(*) from ai_sync."${relation}" where "${column}"::text <> 'no such text'`);
    }
  });
  const client = clientOf(user);
  for (const relation of allAs.keys())
    expect([relation, (await client.from(relation).select().limit(5)).error]).toEqual([relation, null]);
  for (const name of ["heads", "members", "totals"])
    expect([name, (await client.rpc(name, { team })).error]).toEqual([name, null]);
}

const differences = async ({ ports }: SyncHome): Promise<readonly string[]> =>
  (await verifyRemote(ports, new AbortController().signal)).map(({ message }) => message);

test("a colleague syncs, compares and reads everything, whatever a field of a fact contains", async () => {
  const { ann, team, newDevice, postLog } = await openHostileTeam("odd-fields");
  await recordAll(ann, mixedDrafts(25, "codex"));
  expect(await ann.sync.run("both")).toMatchObject({ pushed: 25, unsent: 0, problems: [] });
  const invalidDrafts = hostileDrafts();
  expect(new Set(invalidDrafts.map(({ kind }) => kind))).toEqual(new Set(validDrafts().map(({ kind }) => kind)));
  await postLog(await newDevice("odd"), [...invalidDrafts, ...validDrafts()]);
  await recordAll(ann, mixedDrafts(25, "claude-code"));

  expect(await ann.sync.run("both")).toMatchObject({
    pushed: 25,
    pulled: invalidDrafts.length + validDrafts().length,
    unsent: 0,
    problems: [],
  });
  await readEverything(ann.user, team);
  const { standings, stores, evals } = await sharedState(ann);
  expect(standings.length).toBeGreaterThan(2);
  expect(stores.filter(([, rows]) => rows.length === 0)).toEqual([]);
  expect(evals.length).toBeGreaterThan(10);
  // All of ann's facts can be read; of mallory's, the valid ones and those whose odd field nothing reads.
  const own = ann.ports.ledger.device.id;
  expect(await stack().sql`select reason from ai_sync.fact_errors where device = ${own}`).toEqual([]);
  expect((await differences(ann)).filter((message) => /codex|claude-code/.test(message))).toEqual([]);
  expect(await ann.sync.run("both")).toMatchObject({ pushed: 0, pulled: 0, unsent: 0, problems: [] });
});

test("sums beyond safe integers are returned and compared as equal", async () => {
  const { ann, team, newDevice, postLog } = await openHostileTeam("huge-sums");
  const largest = Number.MAX_SAFE_INTEGER;
  const spend = validDrafts().find(({ kind }) => kind === "spend.added");
  const run = validDrafts().find(({ kind }) => kind === "eval.recorded");
  if (spend === undefined || run === undefined) throw new Error("there is no sample");
  const row = z.looseObject({}).parse(spend.data["row"]);
  const content = z.looseObject({}).parse(run.data["run"]);
  await postLog(
    await newDevice("huge"),
    Array.from({ length: 1_100 }, (_, n): readonly Draft[] => [
      { ...spend, data: { row: { ...row, id: `s${n}`, usd_micros: largest } } },
      {
        ...run,
        data: {
          ...run.data,
          content_sha256: String(n).padStart(64, "0"),
          run: {
            ...content,
            passed: largest,
            failed: 0,
            total: largest,
            costs: Array.from({ length: 10 }, () => ({ model: "m", cost_usd: 1_000_000 })),
          },
        },
      },
    ]).flat(),
  );
  expect(await ann.sync.run("both")).toMatchObject({ pulled: 2_200, problems: [] });
  await readEverything(ann.user, team);
  const period = { from: Date.parse("2026-01-01T00:00:00.000Z"), to: Date.parse("2027-01-01T00:00:00.000Z") };
  const spent = await ann.ports.ledger.ask(({ agent }) => [agent.spendSum(period), ...agent.spendByTask(period)], "team");
  expect(spent.every(({ usd_micros }) => usd_micros >= largest)).toBe(true);
  const { data } = await clientOf(ann.user).rpc("totals", { team });
  expect(data).toEqual(
    ["agent_spend", "eval_costs", "eval_runs"].map((held_in) => ({
      held_in,
      held: held_in === "eval_costs" ? 11_000 : 1_100,
      amount: largest,
    })),
  );
  expect(await differences(ann)).toEqual([]);
});

test("invalid fact rows are rejected, or stop only the device that they belong to", async () => {
  const { ann, team, mallory, newDevice, postRow, postLog } = await openHostileTeam("odd-rows");
  await recordAll(ann, reviewDrafts(3));
  expect(await ann.sync.run("both")).toMatchObject({ pushed: 3, problems: [] });
  const [annFact] = z
    .array(z.object({ id: z.string() }))
    .parse(await stack().sql`select id from ai_sync.facts where team_id = ${team}`);

  const rowFor = (device: string): Readonly<Record<string, unknown>> => {
    const [fact] = logOf(device, [{ kind: "something.later", project: null, data: {} }]);
    if (fact === undefined) throw new Error("there is no fact");
    const { extra: _, ...row } = rowOf(fact);
    return { team_id: team, ...row };
  };
  /** Fields of the first row of a device, as JSON; each case uses a device of its own. */
  const refusedRows: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "never ending": { at: '"infinity"' },
    "before all": { at: '"-infinity"' },
    "before Christ": { at: '"0044-03-15 BC"' },
    "after all": { at: '"10000-01-01T00:00:00Z"' },
    "a list for data": { data: "[1]" },
    "a text for data": { data: '"x"' },
    "no data": { data: "null" },
    "a NUL in data": { data: '{"a":"\\u0000"}' },
    "a NUL beside the data": { extra: '{"data":{"a":"\\u0000"}}' },
    "half a letter": { data: '{"a":"\\ud83d"}' },
    "a list for extra": { extra: "[1]" },
    "a gap": { seq: "2" },
    "a far gap": { seq: "100000000000" },
    "no place": { seq: "0" },
    "a place that is none": { seq: '"x"' },
    "a hash that is none": { hash: `"${"z".repeat(64)}"` },
    "a prev that is none": { prev: '"x"' },
    "a long kind": { kind: `"${"k".repeat(101)}"` },
    "another's fact": { id: `"${annFact?.id}"` },
    "another's device": { device: `"${ann.ports.ledger.device.id}"`, seq: "4" },
    "another team": { team_id: `"${uuidFrom("another team")}"` },
    "another's name": { user_id: `"${ann.user.id}"` },
    "another time of arrival": { received_at: '"2020-01-01T00:00:00Z"' },
    "very deep": { data: `{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}` },
  };
  const stoppingRows: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "another hash": { hash: `"${"f".repeat(64)}"` },
    "another prev": { prev: `"${"f".repeat(64)}"` },
    "an id that is none": { id: '"00000000-0000-0000-0000-000000000001"' },
    "another time": { at: '"1999-01-01T00:00:00Z"' },
    "other data": { data: '{"a":1}' },
    "a number beyond all": { data: '{"a":1e400}' },
    "deep data": { data: `{"a":${"[".repeat(1_000)}${"]".repeat(1_000)}}` },
    "data beside the data": { extra: '{"data":5}' },
    "a kind beside the kind": { extra: '{"kind":{}}' },
    "a prototype": { extra: '{"__proto__":{"seq":7},"constructor":1}' },
  };
  /** The fact that these rows represent is valid. */
  const harmlessRows: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "a part of a millisecond": { at: '"2026-06-01T00:00:00.000001Z"' },
    "a place beside the place": { extra: '{"seq":9,"hash":1,"device":[],"at":null}' },
  };
  const post = async (rows: typeof refusedRows): Promise<Readonly<Record<string, number>>> => {
    const statuses: Record<string, number> = {};
    for (const [name, fields] of Object.entries(rows)) {
      const device = await newDevice(name);
      const otherFields = Object.entries(rowFor(device)).filter(([field]) => !(field in fields));
      const json = [...otherFields.map(([field, value]) => [field, JSON.stringify(value)]), ...Object.entries(fields)];
      statuses[name] = await postRow(`{${json.map(([field, value]) => `"${field}":${value}`).join(",")}}`);
    }
    return statuses;
  };
  const allAs = (rows: typeof refusedRows, accepted: boolean): Readonly<Record<string, boolean>> =>
    Object.fromEntries(Object.keys(rows).map((name) => [name, accepted]));
  const acceptedRows = async (rows: typeof refusedRows): Promise<Readonly<Record<string, boolean>>> =>
    Object.fromEntries(Object.entries(await post(rows)).map(([name, status]) => [name, status < 300]));
  expect(await acceptedRows(refusedRows)).toEqual(allAs(refusedRows, false));
  expect(await acceptedRows(stoppingRows)).toEqual(allAs(stoppingRows, true));
  expect(await acceptedRows(harmlessRows)).toEqual(allAs(harmlessRows, true));
  await postLog(await newDevice("sound"), reviewDrafts(2, { agent: "mallory" }));
  await recordAll(ann, reviewDrafts(2));

  const { pushed, pulled, unsent, problems } = await ann.sync.run("both");
  expect({ pushed, pulled, unsent }).toEqual({ pushed: 2, pulled: 4, unsent: 0 });
  expect(problems.map(({ device }) => device).sort()).toEqual(
    Object.keys(stoppingRows)
      .map((name) => uuidFrom(`odd-rows ${name}`))
      .sort(),
  );
  expect((await ann.ports.ledger.verify()).problems).toEqual([]);
  await readEverything(ann.user, team);
  await readEverything(mallory, team);
});
