import * as fc from "fast-check";
import initSqlJs from "sql.js";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Row } from "../../../src/features/agent/model/column-types.ts";
import { foldStores } from "../../../src/features/agent/model/fold-rows.ts";
import { kindFor } from "../../../src/features/agent/model/kinds.ts";
import { type PlacedChange, placeChange } from "../../../src/features/agent/model/placed-change.ts";
import { spend } from "../../../src/features/agent/model/spend.ts";
import { keyOf, type Store } from "../../../src/features/agent/model/store.ts";
import { agentStores, allStores } from "../../../src/features/agent/model/stores.ts";
import { tasks } from "../../../src/features/agent/model/tasks.ts";
import { decodeFact } from "../../../src/features/facts/decode-fact.ts";
import type { PlacedFact } from "../../../src/kernel/fact.ts";
import { compareStores } from "../../../src/ledger/verify-stores.ts";
import type { FactIndex } from "../../../src/ports/fact-index.ts";
import { deviceIds, histories } from "../../support/agent-facts.ts";
import { sampleRow } from "../../support/agent-rows.ts";
import { testIndexFactory, wasmPath } from "../../support/index.ts";

const indexes = testIndexFactory();
let index: FactIndex;
beforeEach(async () => {
  index = await indexes.create();
});
afterEach(() => index.close());

const rowsByStore = (from: FactIndex): ReadonlyMap<string, ReadonlyMap<string, Row>> =>
  new Map(
    allStores.flatMap((store) => {
      const { rows } = from.queries().agent.list(store, {});
      return rows.length === 0 ? [] : [[store.name, new Map(rows.map((row) => [keyOf(store, row), row]))]];
    }),
  );

const changesOf = (facts: readonly PlacedFact[]): readonly PlacedChange[] =>
  facts.flatMap(({ fact }) => {
    const decoded = decodeFact(fact);
    return decoded.state === "known" && "store" in decoded.fact ? [placeChange(decoded.fact)] : [];
  });

describe("sums of spending", () => {
  const maxAmount = Number.MAX_SAFE_INTEGER;
  const entry = (n: number, amount: number): Row => ({
    ...sampleRow(spend),
    id: `s${n}`,
    model: `m${n % 2}`,
    occurred_at: `2026-03-${n % 2 === 0 ? "16" : "17"}T08:00:00.000Z`,
    input_tokens: amount,
    usd_micros: amount,
  });
  const facts = (amounts: readonly number[]): readonly PlacedFact[] =>
    amounts.map((amount, n) => ({
      fact: {
        id: `0198c0de-0000-7000-8000-${String(n).padStart(12, "0")}`,
        at: "2026-03-16T08:00:00.000Z",
        device: deviceIds[0],
        seq: n + 1,
        project: null,
        kind: kindFor(spend, "add"),
        data: { row: entry(n, amount) },
        prev: null,
        hash: "0".repeat(64),
      },
      place: { device: deviceIds[0], segment: 1, offset: n * 100, length: 99 },
    }));
  const period = { from: Date.parse("2026-03-01T00:00:00Z"), to: Date.parse("2026-04-01T00:00:00Z") };
  const exactSum = (amounts: readonly number[]): number => Number(amounts.reduce((sum, amount) => sum + BigInt(amount), 0n));

  it.each([
    ["two near the largest integer", [maxAmount, maxAmount - 2]],
    ["many of the largest integer", Array.from({ length: 1_100 }, () => maxAmount)],
    ["odd ones around the unit of halves", [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 0, 1, maxAmount]],
  ])("are exact: %s", async (_, amounts) => {
    const all = facts(amounts);
    index.apply(all);
    const { agent } = index.queries();
    const total = { calls: amounts.length, input_tokens: exactSum(amounts), usd_micros: exactSum(amounts) };
    expect(agent.spendSum(period)).toMatchObject(total);
    const even = amounts.filter((_one, n) => n % 2 === 0);
    expect(agent.spendByModel(period)[0]).toMatchObject({ model: "m0", calls: even.length, usd_micros: exactSum(even) });
    expect(agent.spendByTask(period)).toMatchObject([total]);
    expect(await compareStores(agent, changesOf(all), undefined)).toEqual([]);
  });
});

describe("the index", () => {
  it("equals a replay in recording order, regardless of the order in which device logs arrive", async () => {
    const cuts = fc.array(fc.tuple(fc.nat(deviceIds.length - 1), fc.integer({ min: 1, max: 9 })), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(histories, cuts, async (logs, pieces) => {
        const fedIndex = await indexes.create();
        const positions = logs.map(() => 0);
        const applyNext = (device: number, count: number): void => {
          const from = positions[device] ?? 0;
          const facts = (logs[device] ?? []).slice(from, from + count);
          fedIndex.apply(facts);
          positions[device] = from + facts.length;
        };
        const queryCounts = (): unknown =>
          allStores.map((store) => (store.states === null ? 0 : fedIndex.queries().agent.counts(store)));
        for (const [device, count] of pieces) {
          applyNext(device, count);
          // Counts are kept from the first question on.
          queryCounts();
        }
        for (const device of logs.keys()) applyNext(device, 1000);
        const fold = foldStores(changesOf(logs.flat()));
        expect(rowsByStore(fedIndex)).toEqual(new Map([...fold].filter(([, rows]) => rows.size > 0)));
        const spent = [...(fold.get(spend.name)?.values() ?? [])].reduce((sum, row) => sum + Number(row["usd_micros"]), 0);
        const day = { from: Date.parse("2026-03-16T00:00:00Z"), to: Date.parse("2026-03-17T00:00:00Z") };
        expect(fedIndex.queries().agent.spendSum(day).usd_micros).toBe(spent);
        for (const store of allStores.filter(({ states }) => states !== null)) {
          const expected: Record<string, number> = {};
          for (const row of fold.get(store.name)?.values() ?? []) {
            const state = String(row[store.states?.column ?? ""]);
            expected[state] = (expected[state] ?? 0) + 1;
          }
          expect(fedIndex.queries().agent.counts(store)).toEqual(expected);
        }
        const reopened = await indexes.open(fedIndex.export());
        if (reopened.state !== "ready") throw new Error(reopened.state);
        expect(rowsByStore(reopened.index)).toEqual(rowsByStore(fedIndex));
        reopened.index.close();
        fedIndex.close();
      }),
      { numRuns: 60 },
    );
  });
});

/** Facts that add rows to a store, in order. */
const addFacts = (store: Store, rows: readonly Row[]): readonly PlacedFact[] =>
  rows.map((row, n) => ({
    fact: {
      id: `0198c0de-0000-7000-8000-${String(n + 1).padStart(12, "0")}`,
      at: "2026-03-16T08:00:00.000Z",
      device: deviceIds[0],
      seq: n + 1,
      project: "acme/shop",
      kind: kindFor(store, "add"),
      data: { row },
      prev: null,
      hash: "0".repeat(64),
    },
    place: { device: deviceIds[0], segment: 1, offset: n * 100, length: 99 },
  }));

describe("text", () => {
  it.each([
    "two\nlines",
    "nul \0 in it",
    "␛ itself",
    "\ufeffmark",
    "lone \ud800 surrogate",
    "'; DROP TABLE em_inbox; --",
    '"quotes"',
  ])("is returned unchanged: %j", (body) => {
    const [store] = agentStores;
    if (store === undefined) throw new Error("no store");
    index.apply(addFacts(store, [{ ...sampleRow(store), body }]));
    expect(index.queries().agent.get(store, "m1")?.["body"]).toBe(body);
    expect(index.queries().agent.list(store, { where: { body } }).rows).toHaveLength(1);
  });
});

describe("lists", () => {
  const taskRows = Array.from({ length: 57 }, (_, n) => ({
    ...sampleRow(tasks),
    id: `t${n}`,
    priority: (n * 7) % 5,
    created_at: `2026-03-${String(1 + (n % 9)).padStart(2, "0")}T08:00:00.000Z`,
    stage: n % 4 === 0 ? null : `s${n % 3}`,
  }));
  beforeEach(() => index.apply(addFacts(tasks, taskRows)));

  const pagedIds = (listing: Readonly<Record<string, unknown>>): readonly string[] => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = index.queries().agent.list(tasks, { ...listing, limit: 5, cursor });
      ids.push(...page.rows.map(({ id }) => id));
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    return ids;
  };

  it.each([
    {},
    { reverse: true },
    { order: [{ column: "stage" }] },
    { order: [{ column: "stage", desc: true }, { column: "priority" }] },
    { order: [{ column: "stage", desc: true }], reverse: true },
    { where: { priority: 3 } },
    { where: { stage: null } },
    { where: { priority: [1, 2], created_at: { from: "2026-03-03", to: "2026-03-08" } } },
  ])("return pages that add up to the full list: %j", (listing) => {
    const allIds = index
      .queries()
      .agent.list(tasks, listing)
      .rows.map(({ id }) => id);
    expect(pagedIds(listing)).toEqual(allIds);
    expect(new Set(allIds).size).toBe(allIds.length);
  });

  it("follow the claim order: highest priority, then oldest, then id", () => {
    const expected = taskRows
      .toSorted(
        (a, b) =>
          b.priority - a.priority || (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.id < b.id ? -1 : 1),
      )
      .map(({ id }) => id);
    expect(
      index
        .queries()
        .agent.list(tasks, {})
        .rows.map(({ id }) => id),
    ).toEqual(expected);
    expect(index.queries().agent.nextTask()?.id).toBe(expected[0]);
  });

  it("refuse invalid columns, orders and cursors", () => {
    const { agent } = index.queries();
    for (const column of ["id; DROP TABLE tasks", "id\n", "1", "", "rowid", "id--", "cost_usd"]) {
      expect(() => agent.list(tasks, { where: { [column]: 1 } })).toThrow("there is no column");
      expect(() => agent.list(tasks, { order: [{ column }] })).toThrow("there is no column");
    }
    const { cursor } = agent.list(tasks, { limit: 1 });
    expect(() => agent.list(tasks, { limit: 1, cursor: "x" })).toThrow("cursor");
    expect(() => agent.list(tasks, { limit: 1, reverse: true, cursor: cursor ?? "" })).toThrow("cursor");
  });
});

describe("index.sqlite for other tools", () => {
  const specified: Readonly<Record<string, readonly string[]>> = {
    em_inbox: [
      "id",
      "received_at",
      "from_handle",
      "channel",
      "severity",
      "body",
      "state",
      "answer",
      "escalated_to",
      "ack_sent_at",
      "answered_at",
      "closed_at",
    ],
    tasks: [
      "id",
      "priority",
      "state",
      "created_at",
      "last_heartbeat_at",
      "stage",
      "current_state_name",
      "inputs_json",
      "result_json",
      "trace_file",
      "cost_usd",
      "loop_version",
    ],
    feedback: [
      "id",
      "received_at",
      "from_handle",
      "channel",
      "body",
      "severity",
      "context_url",
      "fix_class",
      "state",
      "fix_pr_url",
      "regression_test_path",
      "root_cause",
      "success_criterion",
      "notes_json",
    ],
    spend: [
      "id",
      "occurred_at",
      "task_id",
      "call_site",
      "model",
      "input_tokens",
      "cache_read_tokens",
      "cache_create_tokens",
      "output_tokens",
      "usd",
    ],
    audit: [
      "id",
      "occurred_at",
      "task_id",
      "stage",
      "state_name",
      "tool_name",
      "args_json",
      "result_json",
      "duration_ms",
      "error",
      "loop_version",
    ],
    ci_history: ["workflow_name", "branch", "run_id", "started_at", "completed_at", "duration_s", "conclusion"],
    memory: [
      "id",
      "topic",
      "created_at",
      "source_kind",
      "source_id",
      "payload_json",
      "embedding_key",
      "confidence",
      "last_recalled_at",
      "recall_count",
      "superseded_by",
    ],
  };
  const specifiedIndexes = [
    "idx_audit_occurred",
    "idx_audit_task",
    "idx_audit_tool",
    "idx_em_inbox_received",
    "idx_em_inbox_state",
    "idx_feedback_fix_class",
    "idx_feedback_state",
    "idx_memory_recalled",
    "idx_memory_topic",
    "idx_spend_occurred",
    "idx_spend_task",
    "idx_tasks_priority",
    "idx_tasks_state",
  ];

  /** The exported file, opened as another program opens it, with a row in each store. */
  async function exported() {
    for (const store of agentStores) index.apply(addFacts(store, [sampleRow(store)]));
    const sql = await initSqlJs({ locateFile: () => wasmPath });
    const db = new sql.Database(index.export());
    onTestFinished(() => db.close());
    return db;
  }

  it("has the specified columns and indexes", async () => {
    const db = await exported();
    const names = (query: string): readonly string[] => (db.exec(query)[0]?.values ?? []).map(([name]) => String(name));
    for (const [table, columns] of Object.entries(specified)) {
      expect(names(`SELECT name FROM pragma_table_xinfo('${table}')`)).toEqual(expect.arrayContaining([...columns]));
    }
    expect(names("SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'idx_%' ORDER BY name")).toEqual(
      specifiedIndexes,
    );
    expect(db.exec("SELECT usd FROM spend")[0]?.values).toEqual([[0.001234]]);
  });

  it.each(agentStores.map((store) => ({ table: store.table, columns: store.columns })))(
    "rejects invalid values in $table by its own constraints",
    async ({ table, columns }) => {
      const db = await exported();
      const set = (name: string, literal: string) => () => db.run(`UPDATE ${table} SET ${name} = ${literal}`);
      for (const { name, values, min, nullable, type } of columns) {
        if (values !== null) expect(set(name, "'no such value'")).toThrow("CHECK constraint");
        if (min !== null) expect(set(name, String(min - 1))).toThrow("CHECK constraint");
        if (!nullable) expect(set(name, "NULL")).toThrow(/NOT NULL|datatype/);
        if (type === "integer") expect(set(name, "'text'")).toThrow(/cannot store TEXT|datatype/);
      }
    },
  );
});

describe("an invalid fact", () => {
  it("is reported, and the other facts still count", () => {
    index.apply(addFacts(tasks, [{ ...sampleRow(tasks), priority: -5 }, sampleRow(tasks)]));
    expect(index.problems().map(({ kind, message }) => [kind, message])).toEqual([
      ["refused", expect.stringContaining("priority: must be at least 0")],
    ]);
    expect(index.queries().agent.counts(tasks)).toEqual({ pending: 1 });
  });
});
