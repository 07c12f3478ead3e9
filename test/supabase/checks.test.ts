import { expect, test } from "vitest";
import * as z from "zod";
import { useStack } from "./stack/suite.ts";
import { uuidFrom } from "./support/history.ts";
import { insertDevices, insertFacts, insertTeams } from "./support/insert.ts";

const stack = useStack();

type Row = Parameters<typeof insertFacts>[1][number]["fact"];

const factOf = (device: string, seq: number, change: object = {}): Row => ({
  id: uuidFrom(`${device} ${seq}`),
  at: "2026-06-01T00:00:00.000Z",
  device,
  seq,
  project: null,
  kind: "something.later",
  data: {},
  prev: null,
  hash: "f".repeat(64),
  ...change,
});

const sqlError = z.object({ code: z.string(), constraint_name: z.string().optional() });

/** Inserts rows of one device in one statement. @returns the violated constraint or the error code; null if accepted */
async function tryInsert(device: string, rows: readonly Row[]): Promise<string | null> {
  const team = uuidFrom(`team of ${device}`);
  try {
    await insertFacts(
      stack().sql,
      rows.map((fact) => ({ team, fact })),
    );
    return null;
  } catch (error) {
    const { code, constraint_name } = sqlError.parse(error);
    return constraint_name ?? code;
  }
}

/** A registered device in a team of its own. */
async function newDevice(name: string): Promise<string> {
  const device = uuidFrom(name);
  const team = uuidFrom(`team of ${device}`);
  await insertTeams(stack().sql, [team]);
  await insertDevices(stack().sql, [{ team, fact: factOf(device, 1) }]);
  return device;
}

const storedSeqs = async (device: string): Promise<readonly number[]> =>
  z
    .array(z.object({ seq: z.coerce.number() }))
    .parse(await stack().sql`select seq from ai_sync.facts where device = ${device} order by seq`)
    .map(({ seq }) => seq);

test("impossible fact rows are rejected", async () => {
  const device = await newDevice("impossible rows");
  const invalidRows: Readonly<Record<string, readonly object[]>> = {
    facts_time: ["infinity", "-infinity", "0044-03-15 BC", "1969-12-31T23:59:59.999Z", "10000-01-01", "294276-12-31"].map(
      (at) => ({
        at,
      }),
    ),
    facts_data_object: [[], [1], ["x"], "x", 5, true, [[]]].map((data) => ({ data })),
    facts_kind_check: [{ kind: "" }],
    facts_kind_length: [{ kind: "k".repeat(101) }],
    facts_project_length: [{ project: "p".repeat(1001) }],
    facts_hash_form: ["F".repeat(64), `${"f".repeat(63)} `].map((hash) => ({ hash })),
    facts_prev_form: ["", "f", "F".repeat(64)].map((prev) => ({ prev })),
    facts_seq_check: [0, -1].map((seq) => ({ seq })),
    "23502": [{ data: null }, { kind: null }, { at: null }, { id: null }, { hash: null }],
  };
  for (const [constraint, changes] of Object.entries(invalidRows)) {
    for (const change of changes)
      expect([change, await tryInsert(device, [factOf(device, 1, change)])]).toEqual([change, constraint]);
  }
  expect(await storedSeqs(device)).toEqual([]);
  // The limits themselves are accepted.
  const limits = [{ at: "1970-01-01T00:00:00.000Z" }, { at: "9999-12-31T23:59:59.999Z" }, { kind: "k".repeat(100) }];
  expect(
    await tryInsert(
      device,
      limits.map((change, n) => factOf(device, n + 1, change)),
    ),
  ).toBeNull();
});

test("a log is accepted only without gaps: in one batch, in several, resent and shuffled", async () => {
  const device = await newDevice("logs");
  const batch = (...seqs: readonly number[]): Promise<string | null> =>
    tryInsert(
      device,
      seqs.map((seq) => factOf(device, seq)),
    );
  expect(await batch(2)).toBe("23514");
  expect(await batch(100_000_000_000)).toBe("23514");
  expect(await batch(1, 3)).toBe("23514");
  expect(await storedSeqs(device)).toEqual([]);
  expect(await batch(1, 2, 3)).toBeNull();
  expect(await batch(1, 2, 3)).toBeNull();
  expect(await batch(2, 3, 4, 5)).toBeNull();
  expect(await batch(7)).toBe("23514");
  expect(await batch(5, 7)).toBe("23514");
  expect(await batch(9_223_372_036_854_775_000)).toBe("23514");
  expect(await batch(7, 6)).toBeNull();
  expect(await storedSeqs(device)).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("a gap in one device's log rejects the whole statement and names the device", async () => {
  const [complete, gappy] = [await newDevice("a whole log"), uuidFrom("a log with a gap")];
  const team = uuidFrom(`team of ${complete}`);
  await insertDevices(stack().sql, [{ team, fact: factOf(gappy, 1) }]);
  const rows = [factOf(complete, 1), factOf(gappy, 2)].map((fact) => ({ team, fact }));
  await expect(insertFacts(stack().sql, rows)).rejects.toThrow(`fact 2 of device ${gappy}`);
  expect(await storedSeqs(complete)).toEqual([]);
});

test("a batch that continues an uncommitted one waits for it", async () => {
  const device = await newDevice("two windows");
  const { sql } = stack();
  const team = uuidFrom(`team of ${device}`);
  let second: Promise<string | null> | undefined;
  await sql.begin(async (first) => {
    await insertFacts(first, [{ team, fact: factOf(device, 1) }]);
    second = tryInsert(device, [factOf(device, 2)]);
    // Polls until the second insert waits for the lock of the first.
    for (let waiting = 0; waiting === 0; ) {
      const [row] = await sql`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%ai_sync.facts%'`;
      waiting = z.object({ n: z.number() }).parse(row).n;
    }
  });
  expect(await second).toBeNull();
  expect(await storedSeqs(device)).toEqual([1, 2]);
});

test("functions with expensive plans are never JIT-compiled, whatever the server's setting", async () => {
  const { sql } = stack();
  const config = z.array(z.object({ name: z.string(), config: z.array(z.string()) })).parse(
    await sql`select proname as name, coalesce(proconfig, '{}') as config from pg_proc
        where pronamespace in ('ai_sync'::regnamespace, 'ai_sync_private'::regnamespace) order by 1`,
  );
  const configured = config.filter(({ config: all }) => all.some((one) => /^(enable_|plan_cache_mode)/.test(one)));
  const named = ["materialise_added", "rematerialise", "materialise_baselines", "heads", "totals"];
  const costly = [...new Set([...configured.map(({ name }) => name), ...named])].sort();
  expect(configured.length).toBeGreaterThanOrEqual(3);
  expect(
    config.filter(({ name, config: all }) => costly.includes(name) && all.includes("jit=off")).map(({ name }) => name),
  ).toEqual(costly);
});
