import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { describe, expect, it } from "vitest";
import { createIndexFactory } from "../../../src/features/index/fact-index.ts";
import { latestVersion, type Migration, migrate, migrations } from "../../../src/features/index/migrations.ts";
import type { PlacedFact } from "../../../src/kernel/fact.ts";
import { fromText, toText } from "../../../src/ledger/index/codec.ts";
import { type Connection, connect, loadSql } from "../../../src/ledger/index/connection.ts";
import { createDays, dayNumber, dayText, splitAtMidnights } from "../../../src/ledger/index/days.ts";
import { headerVersion, seal, unseal } from "../../../src/ledger/index/seal.ts";
import { emptyIndexFile } from "../../../src/platform/assets.ts";
import { calendarOf } from "../../../src/platform/calendar.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { testIndexFactory, wasmPath } from "../../support/index.ts";
import { type DeviceEvent, logsOf } from "../../support/review-facts.ts";

const run = (change: Partial<Extract<DeviceEvent, { kind: "run" }>> = {}): DeviceEvent => ({
  kind: "run",
  device: 0,
  pause: 1,
  agent: "ada",
  project: "acme/shop",
  run: 1,
  at: Date.parse("2026-03-01T12:00:00.000Z"),
  score: 100,
  findings: [],
  ...change,
});

const factsOf = (recorded: readonly DeviceEvent[]): readonly PlacedFact[] => logsOf(recorded).flat();

const alterFact = (placed: PlacedFact, change: Readonly<Record<string, unknown>>): PlacedFact => ({
  ...placed,
  fact: { ...placed.fact, ...change },
});

describe("facts with problems", () => {
  it("are reported, and the other facts still count", async () => {
    const [first, second, third, fourth] = factsOf([1, 2, 3, 4].map((n) => run({ run: n })));
    if (!first || !second || !third || !fourth) throw new Error("facts are missing");
    const index = await testIndexFactory().create();
    index.apply([
      first,
      alterFact(second, { data: { ...second.fact.data, agent: "" } }),
      alterFact(third, { id: first.fact.id }),
      fourth,
    ]);
    expect(index.queries().review.countRuns({})).toBe(2);
    expect(index.problems().map(({ kind, device, seq, offset }) => ({ kind, device, seq, offset }))).toEqual(
      [second, third].map(({ fact, place }) => ({ kind: "refused", device: place.device, seq: fact.seq, offset: place.offset })),
    );
    expect(index.problems().map(({ message }) => message.replace(/^.*?: /, ""))).toEqual([
      "agent: must not be empty",
      "another run has the same fact id",
    ]);
    expect(index.heads()).toMatchObject([{ facts: 4, cursor: { seq: 4 } }]);
    index.close();
  });

  it("are ignored silently when their kind is unknown", async () => {
    const index = await testIndexFactory().create();
    index.apply(factsOf([{ kind: "other", device: 0, pause: 0, ahead: 0 }, run()]));
    expect([index.problems(), index.heads()[0]?.facts]).toEqual([[], 2]);
    index.close();
  });

  it("count by score and findings when a stated verdict and reward contradict them", async () => {
    const [fact] = factsOf([run({ score: 40 })]);
    if (!fact) throw new Error("the fact is missing");
    const report = { ...Object(fact.fact.data["report"]), overall_verdict: "PASS", reward_delta: 1_000_000 };
    const index = await testIndexFactory().create();
    index.apply([alterFact(fact, { data: { ...fact.fact.data, report } })]);
    expect(index.queries().review.standing("ada")).toMatchObject({ coinTenths: -40, lastVerdict: "FAIL" });
    index.close();
  });
});

describe("many late arrivals before a long streak", () => {
  it("give the same standing and history as arrival in order", async () => {
    const late = Array.from({ length: 300 }, (_, n) => run({ run: n, at: Date.parse("2026-01-01") + n * 1000 }));
    const streak = Array.from({ length: 3000 }, (_, n) => run({ run: 1000 + n, at: Date.parse("2026-02-01") + n * 1000 }));
    const [lateIndex, orderedIndex] = [await testIndexFactory().create(), await testIndexFactory().create()];
    const facts = factsOf([...streak, ...late]);
    lateIndex.apply(facts.slice(0, streak.length));
    lateIndex.apply(facts.slice(streak.length));
    orderedIndex.apply([...facts.slice(streak.length), ...facts.slice(0, streak.length)]);
    expect(lateIndex.queries().review.standing("ada")).toMatchObject({ streakPass: 3300, bestStreakPass: 3300, runs: 3300 });
    expect(lateIndex.queries().review.history({})).toEqual(orderedIndex.queries().review.history({}));
    lateIndex.close();
    orderedIndex.close();
  });
});

describe("names in the database", () => {
  it.each([
    "plain",
    "",
    "\u0000",
    "a\u0000b",
    "\ufeffa name with a mark",
    "\ud800",
    "\udc00\ud800",
    "␛0041",
    "␛",
    "tab\tand\nline",
    "😀",
  ])("are returned unchanged: %j", (text) => {
    expect(fromText(toText(text))).toBe(text);
    expect(toText(text)).not.toMatch(/[\p{Cc}\p{Cs}\ufeff]/u);
  });
});

describe("sql.js in its own process", () => {
  it("leaves V8's flags unchanged, on which cached code depends", async () => {
    const before = cachedDataVersionTag();
    const db = connect(await loadSql({ wasm: wasmPath, ownsProcess: true }), null);
    expect(db.get("SELECT 6 * 7")).toEqual([42]);
    db.close();
    expect(cachedDataVersionTag()).toBe(before);
  });
});

describe("migrations", () => {
  const step = (version: number, sql: string): Migration => ({ version, sql });

  it("have ascending versions without gaps", () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, n) => n + 1));
  });

  it("upgrade an older version to the latest, running each step once", async () => {
    const steps = [
      step(1, "CREATE TABLE a (x INTEGER) STRICT"),
      step(2, "ALTER TABLE a ADD COLUMN y INTEGER; INSERT INTO a VALUES (1, 2)"),
    ];
    const sql = await loadSql({ wasm: wasmPath });
    const db = connect(sql, null);
    migrate(db, steps.slice(0, 1));
    const file = db.export();
    const reopened = connect(sql, file);
    migrate(reopened, steps);
    migrate(reopened, steps);
    expect(reopened.all("SELECT x, y FROM a", [], (row) => row)).toEqual([[1, 2]]);
    expect(headerVersion(reopened.export())).toBe(latestVersion(steps));
    db.close();
    reopened.close();
  });

  it("keep the previous version when a step fails", async () => {
    const db = connect(await loadSql({ wasm: wasmPath }), null);
    const broken = [step(1, "CREATE TABLE a (x INTEGER) STRICT"), step(2, "CREATE TABLE b (x INTEGER) STRICT; NO SUCH THING")];
    expect(() => migrate(db, broken)).toThrow();
    expect(db.all("SELECT name FROM sqlite_schema", [], (row) => row)).toEqual([["a"]]);
    expect(headerVersion(db.export())).toBe(1);
    db.close();
  });
});

describe("the prebuilt empty index", () => {
  const built = join(import.meta.dirname, "../../../dist", emptyIndexFile);
  const contentOf = (db: Connection): unknown => {
    const tables = db.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", [], (row) => String(row[0]));
    return {
      pragmas: ["user_version", "page_size", "encoding"].map((name) => db.get(`PRAGMA ${name}`)),
      schema: db.all("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", [], (row) => row),
      rows: tables.map((table) => [table, db.get(`SELECT count(*) FROM "${table}"`)]),
    };
  };

  it("has the same content as running all migrations", async () => {
    const sql = await loadSql({ wasm: wasmPath });
    const migrated = connect(sql, null);
    migrate(migrated, migrations);
    const prebuilt = connect(sql, unseal(readFileSync(built)) ?? null);
    expect(contentOf(prebuilt)).toEqual(contentOf(migrated));
    migrated.close();
    prebuilt.close();
  });

  it("is ignored when it is missing, damaged or of another version", async () => {
    const folder = temporaryFolder();
    const sql = await loadSql({ wasm: wasmPath });
    const markedDb = connect(sql, unseal(readFileSync(built)) ?? null);
    markedDb.script("CREATE TABLE marker (x INTEGER) STRICT");
    const whole = seal(markedDb.export());
    markedDb.script("PRAGMA user_version = 1");
    const older = seal(markedDb.export());
    markedDb.close();
    const files = { whole, older, damaged: whole.with(5_000, 255 - (whole[5_000] ?? 0)) };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const hasMarker = async (name: string): Promise<boolean> => {
      const indexes = createIndexFactory({ wasm: wasmPath, empty: join(folder, name), calendar: calendarOf("Europe/Berlin") });
      const index = await indexes.create();
      const db = connect(sql, unseal(index.export()) ?? null);
      const [row] = db.all("SELECT 1 FROM sqlite_schema WHERE name = 'marker'", [], (found) => found);
      expect(headerVersion(db.export())).toBe(latestVersion(migrations));
      db.close();
      index.close();
      return row !== undefined;
    };
    const names = ["whole", "older", "damaged", "missing", ""];
    expect(await Promise.all(names.map(hasMarker))).toEqual([true, false, false, false, false]);
  });
});

describe("the seal of an index file", () => {
  it("accepts only unaltered content", () => {
    const content = new Uint8Array(1000).map((_, n) => n);
    const sealed = seal(content);
    expect(unseal(sealed)).toEqual(content);
    for (let at = 0; at < sealed.length - 4; at += 7) {
      const damaged = sealed.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 16;
      expect(unseal(damaged)).toBeUndefined();
    }
    for (const length of [0, 1, 15, 16, 500, sealed.length - 1]) expect(unseal(sealed.subarray(0, length))).toBeUndefined();
  });
});

describe("days", () => {
  const days = createDays(calendarOf("Europe/Berlin"));
  const at = (iso: string): number => Date.parse(iso);

  it("are numbers of the local day, also across daylight saving changes", () => {
    expect(dayText(dayNumber("2026-03-29"))).toBe("2026-03-29");
    const day = days.of(at("2026-03-29T12:00:00Z"));
    expect(day).toBe(dayNumber("2026-03-29"));
    for (const instant of ["2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z"]) expect(days.of(at(instant))).toBe(day);
    for (const instant of ["2026-03-28T22:59:59.999Z", "2026-03-29T22:00:00Z"]) expect(days.of(at(instant))).not.toBe(day);
  });

  it("split a period into whole days and partial edges", () => {
    const start = (day: string): number => days.start(dayNumber(day));
    expect(splitAtMidnights(days, start("2026-03-28"), start("2026-03-30"))).toEqual({
      days: { first: dayNumber("2026-03-28"), last: dayNumber("2026-03-29") },
      edges: [],
    });
    expect(splitAtMidnights(days, start("2026-03-28") + 1, start("2026-03-30") + 1)).toEqual({
      days: { first: dayNumber("2026-03-29"), last: dayNumber("2026-03-29") },
      edges: [
        { from: start("2026-03-28") + 1, to: start("2026-03-29") },
        { from: start("2026-03-30"), to: start("2026-03-30") + 1 },
      ],
    });
    expect(splitAtMidnights(days, start("2026-03-28") + 1, start("2026-03-28") + 2).edges).toHaveLength(1);
    expect(splitAtMidnights(days, start("2026-03-28"), start("2026-03-28"))).toEqual({ days: undefined, edges: [] });
  });
});
