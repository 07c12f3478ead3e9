import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evalTake } from "../../../../src/features/evals/operations/ingest-files.ts";
import { evalList } from "../../../../src/features/evals/operations/list.ts";
import { evalImport, evalPush } from "../../../../src/features/evals/operations/push.ts";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { intakeUndo } from "../../../../src/features/intake/operations/intake.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

const surefire = (className: string, tests: readonly string[], failed: readonly string[] = []): string =>
  `<testsuite xsi:noNamespaceSchemaLocation="surefire-test-report.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="${className}" time="1">${tests
    .map((name) => `<testcase classname="${className}" name="${name}">${failed.includes(name) ? "<failure/>" : ""}</testcase>`)
    .join("")}</testsuite>`;

const shard = (file: string, startTime: number, titles: readonly string[]): string =>
  JSON.stringify({
    numTotalTests: titles.length,
    startTime,
    testResults: [
      {
        name: file,
        endTime: startTime + 100,
        status: "passed",
        assertionResults: titles.map((title) => ({ ancestorTitles: [], title, status: "passed", duration: 10 })),
      },
    ],
  });

const start = Date.parse("2026-03-01T10:00:00Z");

async function withFiles(files: Readonly<Record<string, string>>) {
  const ports = await openPorts();
  mkdirSync(join(ports.cwd, "reports"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(ports.cwd, "reports", name), text);
  return ports;
}

describe("a result file per class", () => {
  const classes = {
    "TEST-shop.CartTest.xml": surefire("shop.CartTest", ["adds", "__proto__"]),
    "TEST-shop.PayTest.xml": surefire("shop.PayTest", ["adds", "constructor"], ["constructor"]),
  };

  it("is part of one run, recognized again under other file names", async () => {
    const ports = await withFiles(classes);
    const view = await evalImport.call(ports, { folder: "reports" }, quietCall);
    expect(view).toMatchObject({
      files: 2,
      recorded: 1,
      skipped: 0,
      runs: [{ tier: "surefire", total: 4, passed: 3, duration_seconds: 2 }],
      merged: [{ file: join("reports", "TEST-*.xml"), parts: Object.keys(classes).map((name) => join("reports", name)) }],
    });
    const renamed = await withFiles({
      "TEST-b.xml": classes["TEST-shop.CartTest.xml"],
      "TEST-a.xml": classes["TEST-shop.PayTest.xml"],
      "TEST-copy.xml": classes["TEST-shop.PayTest.xml"],
    });
    const [other] = (await evalImport.call(renamed, { folder: "reports" }, quietCall)).runs;
    expect(other?.total).toBe(4);
    expect(await evalImport.call(ports, { folder: "reports" }, quietCall)).toMatchObject({ recorded: 0, duplicates: 1 });
    for (const [at, text] of Object.values(classes).toReversed().entries())
      writeFileSync(join(ports.cwd, "reports", `TEST-again-${at}.xml`), text);
    expect(await evalImport.call(ports, { folder: "reports" }, quietCall)).toMatchObject({ recorded: 0, duplicates: 1 });
  });

  const paths = Object.keys(classes).map((name) => join("reports", name));
  const merged = [{ file: join("reports", "TEST-*.xml"), parts: paths }];
  /** Each answers the number of runs recorded, that of runs known, and what was merged. */
  const importers: Readonly<Record<string, (ports: TestPorts) => Promise<readonly unknown[]>>> = {
    "eval import": async (ports) => {
      const view = await evalImport.call(ports, { folder: "reports" }, quietCall);
      return [view.recorded, view.duplicates, view.merged];
    },
    "eval push": async (ports) => {
      const views = await evalPush.call(ports, { files: paths }, quietCall);
      const count = (recorded: boolean): number => views.filter((view) => view.recorded === recorded).length;
      return [count(true), count(false), views.map(({ file, parts }) => ({ file, parts }))];
    },
    "import of a folder": async (ports) => {
      const view = await importRuns.call(ports, { paths: ["reports"] }, quietCall);
      return [view.recorded, view.duplicates, view.merged];
    },
    "import of files": async (ports) => {
      const view = await importRuns.call(ports, { paths }, quietCall);
      return [view.recorded, view.duplicates, view.merged];
    },
    "files that are found": async (ports) => {
      const view = await evalTake.call(ports, { files: paths }, quietCall);
      return [view.recorded, view.duplicates, merged];
    },
  };

  it.each(Object.keys(importers))("is part of one run by %s, recognized again by every other way", async (name) => {
    const ports = await withFiles(classes);
    expect(await importers[name]?.(ports)).toEqual([1, 0, merged]);
    for (const importer of Object.values(importers)) expect(await importer(ports)).toEqual([0, 1, merged]);
  });

  it("is part of one run of any number of classes, which is undone as one", async () => {
    const names = Array.from({ length: 40 }, (_, at) => `TEST-shop.C${at}.xml`);
    const ports = await withFiles(Object.fromEntries(names.map((name) => [name, surefire(name, ["adds"])])));
    // The file beside them is a run of its own.
    writeFileSync(join(ports.cwd, "reports", "junit.xml"), surefire("whole", ["adds"]));
    const files = [...names, "junit.xml"].map((name) => join("reports", name));
    const view = await evalTake.call(ports, { files, intake_batch: randomUUID() }, quietCall);
    expect(view).toMatchObject({ recorded: 2, duplicates: 0, rejected: [], others: [] });
    const totals = async () => (await evalList.call(ports, {}, quietCall)).runs.map(({ total }) => total).sort();
    expect(await totals()).toEqual([1, 40]);
    expect(await intakeUndo.call(ports, { last: true }, quietCall)).toMatchObject({ recordings: 2 });
    expect(await totals()).toEqual([]);
  });

  it("is rejected by name when it cannot be read, and the others are recorded", async () => {
    const ports = await withFiles({ ...classes, "TEST-cut.xml": "<testsuite><testcase" });
    const view = await evalImport.call(ports, { folder: "reports" }, quietCall);
    expect(view).toMatchObject({ recorded: 1, rejected: [{ file: join("reports", "TEST-cut.xml"), code: "invalid_xml" }] });
  });

  it("is left out when it has no tests, and is rejected only if no other has any", async () => {
    const empty = { "TEST-shop.NestedTest.xml": surefire("shop.NestedTest", []) };
    const ports = await withFiles({ ...classes, ...empty });
    const view = await evalImport.call(ports, { folder: "reports" }, quietCall);
    expect(view).toMatchObject({ recorded: 1, rejected: [], runs: [{ total: 4 }] });
    const [first, ...more] = [...Object.keys(empty), ...Object.keys(classes)].map((name) => join("reports", name));
    const files = [first ?? "", ...more];
    expect(await evalPush.call(ports, { files }, quietCall)).toMatchObject([{ reason: "duplicate" }]);
    expect(await evalTake.call(ports, { files }, quietCall)).toMatchObject({ duplicates: 1, rejected: [], others: [] });
    expect(await evalImport.call(ports, { folder: first ?? "", more, merge: true }, quietCall)).toMatchObject({ duplicates: 1 });
    const alone = await evalPush.call(ports, { files: files.slice(0, 1) }, quietCall);
    expect(alone).toMatchObject([{ reason: "rejected", error: { code: "invalid_eval" } }]);
    const merged = evalImport.call(ports, { folder: first ?? "", merge: true }, quietCall);
    await expect(merged).rejects.toThrow("it holds no test results");
  });

  it("is rejected when it states tests and has none", async () => {
    const lost = surefire("shop.LostTest", []).replace("time=", 'tests="2" time=');
    const ports = await withFiles({ ...classes, "TEST-shop.LostTest.xml": lost });
    const view = await evalImport.call(ports, { folder: "reports" }, quietCall);
    expect(view).toMatchObject({ recorded: 1, rejected: [{ file: join("reports", "TEST-shop.LostTest.xml") }] });
  });

  it("stays a run of its own when another file contains the same test", async () => {
    const ports = await withFiles({ "TEST-a.xml": surefire("A", ["x"]), "TEST-b.xml": surefire("A", ["x"], ["x"]) });
    const view = await evalImport.call(ports, { folder: "reports" }, quietCall);
    expect([view.recorded, view.merged]).toEqual([2, undefined]);
  });
});

describe("shards", () => {
  const shards = {
    "1.json": shard("/ci/shop/test/a.js", start, ["adds"]),
    "2.json": shard("/ci/shop/test/b.js", start + 50, ["adds", "pays"]),
  };

  it("are one run in any order when merging is requested, and separate runs otherwise", async () => {
    const ports = await withFiles(shards);
    const [one, two] = Object.keys(shards).map((name) => join("reports", name));
    const view = await evalImport.call(ports, { folder: one ?? "", more: [two ?? ""], merge: true }, quietCall);
    expect(view).toMatchObject({
      recorded: 1,
      runs: [{ tier: "vitest", total: 3, timestamp: new Date(start).toISOString() }],
      merged: [{ file: `${one} and 1 more`, parts: [one, two] }],
    });
    for (const paths of [[two, one], [one, two, one], ["reports"]]) {
      const [first = "", ...more] = paths.flatMap((path) => path ?? []);
      const again = await evalImport.call(ports, { folder: first, more, merge: true }, quietCall);
      expect(again).toMatchObject({ recorded: 0, duplicates: 1 });
    }
    expect(await evalImport.call(ports, { folder: one ?? "", more: [two ?? ""] }, quietCall)).toMatchObject({ recorded: 2 });
  });

  it.each([
    ["a test in two of them", { "3.json": shard("/ci/shop/test/a.js", start + 9, ["adds"]) }, "both hold the test"],
    ["another tool", { "3.xml": surefire("A", ["x"]) }, "differ in source_format"],
    ["one that was cut", { "3.json": shards["2.json"].slice(0, 50) }, "it ends in the middle"],
  ])("are rejected with %s, and nothing is recorded", async (_, more, reason) => {
    const ports = await withFiles({ ...shards, ...more });
    await expect(evalImport.call(ports, { folder: "reports", merge: true }, quietCall)).rejects.toThrow(reason);
    const [first] = await evalPush.call(ports, { files: [join("reports", "1.json")] }, quietCall);
    expect(first?.recorded).toBe(true);
  });
});
