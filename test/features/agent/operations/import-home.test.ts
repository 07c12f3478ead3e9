import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { inbox } from "../../../../src/features/agent/model/inbox.ts";
import { storeImport } from "../../../../src/features/agent/operations/import-home.ts";
import { taskResume } from "../../../../src/features/agent/operations/pause.ts";
import { storeGet, storeList } from "../../../../src/features/agent/operations/store.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { writeGaiaHome } from "../../../support/gaia-home.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

describe("importing a gaia coder home", () => {
  it("imports valid rows, reports refused ones with the reason, and imports nothing twice", async () => {
    const ports = await openPorts();
    const gaia = join(temporaryFolder(), "coder");
    writeGaiaHome(gaia);
    const report = await storeImport.call(ports, { home: `${gaia}/`, project: "acme/shop" }, quietCall);
    expect(report.stores.map(({ store, found, taken, known, refused }) => [store, found, taken, known, refused.length])).toEqual([
      ["em_inbox", true, 1, 0, 2],
      ["tasks", true, 1, 0, 2],
      ["feedback", true, 1, 0, 3],
      ["spend", true, 1, 0, 3],
      ["audit", true, 2, 0, 1],
      ["ci_history", true, 1, 0, 2],
      ["memory", true, 1, 0, 3],
      ["paused_tasks", true, 1, 0, 1],
      ["self_edits_log", true, 1, 0, 2],
      ["learnings_log", true, 3, 0, 2],
    ]);
    expect(report.stores.flatMap(({ refused }) => refused).map(({ row, why }) => [row, why])).toEqual([
      ["id m2", expect.stringContaining("an answered message needs an answer")],
      ["id m3", expect.stringContaining("received_at: must be an ISO-8601 UTC time")],
      ["id t2", expect.stringContaining("priority: must be at least 0")],
      ["id C:evil", expect.stringContaining("cannot be the id of a task")],
      ["id fb-2", expect.stringContaining("state: must be one of")],
      ["id fb-3", expect.stringContaining("verified needs a regression test")],
      ["id fb-4", expect.stringContaining("notes_json")],
      ["id s2", expect.stringContaining("usd_micros: must be at least 0")],
      ["id s3", expect.stringContaining("usd_micros")],
      ["id (row 4)", expect.stringContaining("id")],
      ["id 3", expect.stringContaining("args_json: must be JSON")],
      ["workflow_name build, branch main, run_id seven", expect.stringContaining("run_id")],
      ["workflow_name build, branch main, run_id 2", expect.stringContaining("duration_s")],
      ["id y2", expect.stringContaining("topic: must be one of")],
      ["id y3", expect.stringContaining("payload_json: must be a JSON object")],
      ["id y4", expect.stringContaining("confidence: must be at most 100")],
      ["t9.json", expect.stringContaining("not valid JSON")],
      ["line 3", "the last line was cut off"],
      ["line 2", expect.stringContaining("confidence: must be at most 100")],
      ["line 3", expect.stringContaining("it is no learning: nonsense")],
      ["line 6", "the last line was cut off"],
    ]);
    const get = (store: string, ...key: string[]) => storeGet.call(ports, { store, key }, quietCall);
    expect(await get("em_inbox", "m1")).toMatchObject({
      received_at: "2026-03-16T08:00:00.000Z",
      body: "Which branch?\nAnd why?",
      project: "acme/shop",
    });
    expect(await get("tasks", "t1")).toMatchObject({
      created_at: "2026-03-16T08:00:00.123Z",
      cost_usd_micros: 1_500_000,
      cost_usd: 1.5,
    });
    expect(await get("spend", "s1")).toMatchObject({ usd_micros: 12_300, usd: 0.0123 });
    const audit = await storeList.call(ports, { store: "audit" }, quietCall);
    expect(audit.rows.map(({ id }) => Number(id)).every((id, n, all) => n === 0 || id > (all[n - 1] ?? 0))).toBe(true);
    expect(await taskResume.call(ports, { id: "t1" }, quietCall)).toMatchObject({
      task: { state: "running" },
      snapshot: { reason: "r" },
    });

    const again = await storeImport.call(ports, { home: gaia, project: "acme/shop" }, quietCall);
    // The snapshot has been used since the first import, but still counts as known.
    expect(again.stores.map(({ store, taken, known }) => [store, taken, known])).toEqual([
      ["em_inbox", 0, 1],
      ["tasks", 0, 1],
      ["feedback", 0, 1],
      ["spend", 0, 1],
      ["audit", 0, 2],
      ["ci_history", 0, 1],
      ["memory", 0, 1],
      ["paused_tasks", 0, 1],
      ["self_edits_log", 0, 1],
      ["learnings_log", 0, 3],
    ]);
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });

  it("continues after a file that is not a database, and fails when the home is empty", async () => {
    const ports = await openPorts();
    const gaia = temporaryFolder();
    await expect(storeImport.call(ports, { home: gaia }, quietCall)).rejects.toMatchObject({ code: "not_found" });
    writeFileSync(join(gaia, "tasks.db"), "this is no database, but it is long enough to look at".repeat(9));
    writeFileSync(join(gaia, "learnings.log"), '2026-05-03 [task=t_8f2] Observed: "x" → dismissed\n');
    const report = await storeImport.call(ports, { home: gaia }, quietCall);
    expect(report.stores.find(({ store }) => store === "tasks")).toMatchObject({
      taken: 0,
      refused: [{ why: expect.stringContaining("no database") }],
    });
    expect(report.stores.find(({ store }) => store === "learnings_log")).toMatchObject({ taken: 1 });
  });
});

describe("a repeated import of a changed home", () => {
  it("applies changes to known rows state by state, and reports conflicts", async () => {
    const ports = await openPorts();
    const gaia = join(temporaryFolder(), "coder");
    writeGaiaHome(gaia);
    const importHome = async () => storeImport.call(ports, { home: gaia, project: "acme/shop" }, quietCall);
    await importHome();
    const change = (file: string, sql: string): void => {
      const db = new DatabaseSync(join(gaia, file));
      db.exec(sql);
      db.close();
    };
    change(
      "em_inbox.db",
      "UPDATE em_inbox SET state='answered', answer='main', answered_at='2026-03-17T09:00:00Z' WHERE id='m1'",
    );
    const again = await importHome();
    const storeReport = (name: string) => again.stores.find(({ store }) => store === name);
    expect(storeReport("em_inbox")).toMatchObject({ taken: 0, changed: ["id m1"], conflicts: [] });
    const [message] = (await ports.ledger.ask(({ agent }) => agent.list(inbox, { where: { id: "m1" } }))).rows;
    expect(message).toMatchObject({ state: "answered", answer: "main", answered_at: "2026-03-17T09:00:00.000Z" });
    change("em_inbox.db", "UPDATE em_inbox SET state='pending', answer=NULL, answered_at=NULL WHERE id='m1'");
    const back = await importHome();
    expect(back.stores.find(({ store }) => store === "em_inbox")).toMatchObject({
      changed: [],
      conflicts: [{ row: "id m1", why: expect.stringContaining("answered") }],
    });
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });

  it("keeps rows deleted from the home, and recognizes them when they reappear", async () => {
    const ports = await openPorts();
    const gaia = join(temporaryFolder(), "coder");
    writeGaiaHome(gaia);
    const importHome = async () => (await storeImport.call(ports, { home: gaia, project: "acme/shop" }, quietCall)).stores;
    const first = await importHome();
    const clearedStores = ["tasks", "spend", "audit"];
    for (const [file, table] of [
      ["tasks.db", "tasks"],
      ["spend.db", "spend"],
      ["audit.log.db", "audit"],
    ] as const) {
      const db = new DatabaseSync(join(gaia, file));
      db.exec(`DELETE FROM ${table}`);
      db.close();
    }
    const second = await importHome();
    expect(second.map(({ taken }) => taken)).toEqual(first.map(() => 0));
    expect(second.filter(({ store }) => clearedStores.includes(store))).toMatchObject(
      clearedStores.map(() => ({ found: true, taken: 0, known: 0, refused: [] })),
    );
    for (const store of clearedStores)
      expect((await storeList.call(ports, { store }, quietCall)).rows).toHaveLength(
        first.find((one) => one.store === store)?.taken ?? 0,
      );
    writeGaiaHome(join(gaia, "again"));
    const third = (await storeImport.call(ports, { home: join(gaia, "again"), project: "acme/shop" }, quietCall)).stores;
    expect(third.map(({ taken, known }) => [taken, known])).toEqual(first.map(({ taken }) => [0, taken]));
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });

  it("fills in missing audit values once per entry, even among identical entries, without duplicates", async () => {
    const ports = await openPorts();
    const gaia = join(temporaryFolder(), "coder");
    writeGaiaHome(gaia);
    const change = (sql: string): void => {
      const db = new DatabaseSync(join(gaia, "audit.log.db"));
      db.exec(sql);
      db.close();
    };
    const importHome = async () => {
      const { stores } = await storeImport.call(ports, { home: gaia, project: "acme/shop" }, quietCall);
      const { rows } = await storeList.call(ports, { store: "audit" }, quietCall);
      const { taken, changed, conflicts } = stores.find(({ store }) => store === "audit") ?? {};
      return { taken, changed, conflicts, ms: rows.map(({ duration_ms }) => duration_ms).sort() };
    };
    expect(await importHome()).toEqual({ taken: 2, changed: [], conflicts: [], ms: [null, null] });
    change("UPDATE audit SET result_json='{}', duration_ms=7 WHERE id=2");
    expect(await importHome()).toEqual({ taken: 0, changed: ["id 2"], conflicts: [], ms: [7, null] });
    expect(await importHome()).toEqual({ taken: 0, changed: [], conflicts: [], ms: [7, null] });
    change("UPDATE audit SET duration_ms=8, error='Timeout' WHERE id=1");
    change(
      "INSERT INTO audit SELECT 9, occurred_at, task_id, stage, state_name, tool_name, args_json, result_json, 9, error, 3 FROM audit WHERE id=2",
    );
    expect(await importHome()).toEqual({ taken: 1, changed: ["id 1"], conflicts: [], ms: [7, 8, 9] });
    change("UPDATE audit SET duration_ms=70 WHERE id=2");
    expect(await importHome()).toMatchObject({
      taken: 0,
      changed: [],
      conflicts: [{ row: "id 2", why: expect.stringContaining("duration_ms") }],
      ms: [7, 8, 9],
    });
    change("UPDATE audit SET duration_ms=NULL, result_json=NULL WHERE id=2");
    expect(await importHome()).toMatchObject({ taken: 0, changed: [], conflicts: [], ms: [7, 8, 9] });
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });

  it("applies changes to memory and feedback, and ignores times that are only formatted differently", async () => {
    const ports = await openPorts();
    const gaia = join(temporaryFolder(), "coder");
    writeGaiaHome(gaia);
    const importHome = async () => (await storeImport.call(ports, { home: gaia, project: "acme/shop" }, quietCall)).stores;
    await importHome();
    for (const [file, sql] of [
      ["memory.db", "UPDATE memory SET recall_count=3, last_recalled_at='2026-03-17 08:00:00', superseded_by='y9' WHERE id='y1'"],
      ["feedback.db", "UPDATE feedback SET fix_class='tool', received_at='2026-03-16T09:00:00.500+01:00' WHERE id='fb-1'"],
      ["tasks.db", "UPDATE tasks SET created_at='2026-03-16 08:00:00.123456' WHERE id='t1'"],
    ] as const) {
      const db = new DatabaseSync(join(gaia, file));
      db.exec(sql);
      db.close();
    }
    const again = await importHome();
    const changes = again.map(({ store, taken, changed, conflicts }) => ({ store, taken, changed, conflicts }));
    expect(changes.filter(({ taken, changed, conflicts }) => (taken ?? 0) + changed.length + conflicts.length > 0)).toEqual([
      { store: "feedback", taken: 0, changed: ["id fb-1"], conflicts: [] },
      { store: "memory", taken: 0, changed: ["id y1"], conflicts: [] },
    ]);
    expect((await importHome()).flatMap(({ taken, changed, conflicts }) => [taken, ...changed, ...conflicts])).toEqual(
      again.map(() => 0),
    );
  });

  it("ignores columns added by the home, and reports a conflict for a changed spend entry", async () => {
    const ports = await openPorts();
    const gaia = join(temporaryFolder(), "coder");
    writeGaiaHome(gaia);
    const importHome = async () => (await storeImport.call(ports, { home: gaia, project: "acme/shop" }, quietCall)).stores;
    await importHome();
    for (const [file, sql] of [
      ["em_inbox.db", "ALTER TABLE em_inbox ADD COLUMN mood TEXT DEFAULT 'x'; UPDATE em_inbox SET state='seen' WHERE id='m1'"],
      ["spend.db", "UPDATE spend SET usd=9.9 WHERE id='s1'"],
    ] as const) {
      const db = new DatabaseSync(join(gaia, file));
      db.exec(sql);
      db.close();
    }
    const again = await importHome();
    expect(again.find(({ store }) => store === "em_inbox")).toMatchObject({ changed: ["id m1"], conflicts: [] });
    expect(again.find(({ store }) => store === "spend")?.conflicts).toEqual([
      { row: "id s1", why: "usd_micros differ; a spend entry stays as it was recorded" },
    ]);
  });

  it("reads the remaining lines of a log with one line cut inside a character", async () => {
    const gaia = join(temporaryFolder(), "coder");
    writeGaiaHome(gaia);
    const path = join(gaia, "self-edits.log");
    const cutLine = Buffer.from('{"ts":"ü').subarray(0, -1);
    writeFileSync(path, Buffer.concat([cutLine, Buffer.from("\n"), readFileSync(path)]));
    const { stores } = await storeImport.call(await openPorts(), { home: gaia, project: "acme/shop" }, quietCall);
    expect(stores.find(({ store }) => store === "self_edits_log")).toMatchObject({
      taken: 1,
      refused: [{ row: "line 1", why: expect.stringContaining("it is not UTF-8 text") }, { row: "line 4" }, { row: "line 3" }],
    });
  });
});
