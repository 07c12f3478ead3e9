import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evalTake } from "../../../../src/features/evals/operations/ingest-files.ts";
import { evalList } from "../../../../src/features/evals/operations/list.ts";
import { evalPush } from "../../../../src/features/evals/operations/push.ts";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { intakeList, intakeRedo, intakeUndo } from "../../../../src/features/intake/operations/intake.ts";
import { verify } from "../../../../src/features/maintenance/operations/verify.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { show } from "../../../../src/features/reviews/operations/show.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeEvalHistory } from "../../../support/eval-fixtures.ts";
import { makeReport } from "../../../support/findings.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

const first = randomUUID();
const second = randomUUID();

const reportText = (run_id: string): string =>
  JSON.stringify(makeReport({ run_id, timestamp: "2026-03-16T00:00:00Z", score: 100 }));

const record = (ports: TestPorts, run_id: string, intake_batch?: string) => {
  ports.clock.advance(1_000);
  return update.call(ports, { text: reportText(run_id), intake_batch }, quietCall);
};
const undo = (ports: TestPorts, input: Readonly<Record<string, unknown>>) => intakeUndo.call(ports, input, quietCall);
const redo = (ports: TestPorts) => intakeRedo.call(ports, {}, quietCall);
const batches = (ports: TestPorts) => intakeList.call(ports, {}, quietCall);
const runsOf = async (ports: TestPorts) => (await history.call(ports, {}, quietCall)).map(({ run_id }) => run_id).sort();
const evalsOf = async (ports: TestPorts) => (await evalList.call(ports, {}, quietCall)).runs.length;

function evalFile(ports: TestPorts, name = "1.0-main-e2e-20260316-000000.json"): string {
  const path = join(ports.cwd, name);
  const [run] = makeEvalHistory({ seed: 7, runs: 1, tests: 2 });
  writeFileSync(path, JSON.stringify(run));
  return path;
}

const isSound = async (ports: TestPorts) => (await verify.call(ports, {}, quietCall)).ok;

describe("automatic recordings", () => {
  it("are listed by batch with the coins earned, without manual recordings", async () => {
    const ports = await openPorts();
    await record(ports, "by hand");
    await record(ports, "a", first);
    await record(ports, "b", second);
    await record(ports, "c", second);
    expect(await batches(ports)).toMatchObject([
      { batch: second, reviews: 2, evals: 0, taken_back: 0, coins: 4 },
      { batch: first, reviews: 1, evals: 0, taken_back: 0, coins: 2 },
    ]);
  });

  it("are taken back per batch, the latest or all, and can be counted again", async () => {
    const ports = await openPorts();
    await record(ports, "by hand");
    await record(ports, "a", first);
    await record(ports, "b", second);
    expect(await undo(ports, { last: true })).toMatchObject({ recordings: 1, coins: -2 });
    expect(await runsOf(ports)).toEqual(["a", "by hand"]);
    expect(await undo(ports, { batch: first.slice(0, 8) })).toMatchObject({ recordings: 1, coins: -2 });
    expect(await runsOf(ports)).toEqual(["by hand"]);
    expect((await batches(ports)).map(({ taken_back, coins }) => [taken_back, coins])).toEqual([
      [1, 0],
      [1, 0],
    ]);
    await expect(undo(ports, { all: true })).rejects.toMatchObject({ code: "nothing_to_undo" });
    expect(await isSound(ports)).toBe(true);

    expect(await redo(ports)).toMatchObject({ recordings: 1, coins: 2 });
    expect(await runsOf(ports)).toEqual(["a", "by hand"]);
    expect(await redo(ports)).toMatchObject({ recordings: 1, coins: 2 });
    await expect(redo(ports)).rejects.toMatchObject({ code: "nothing_to_undo" });
    expect(await undo(ports, { all: true })).toMatchObject({ recordings: 2, coins: -4 });
    expect(await runsOf(ports)).toEqual(["by hand"]);
    expect(await isSound(ports)).toBe(true);
  });

  it("are not recorded automatically again after an undo, but count when recorded by hand", async () => {
    const ports = await openPorts();
    await record(ports, "a", first);
    await undo(ports, { last: true });
    expect((await record(ports, "a", second)).recorded).toBe(false);
    expect(await runsOf(ports)).toEqual([]);
    const hiddenRun = await show.call(ports, { fact_id: (await record(ports, "a", second)).run.fact_id }, quietCall);
    expect(hiddenRun).toMatchObject({ hidden: true, formula: { text: expect.stringContaining("taken back") } });
    const again = await record(ports, "a");
    expect(again).toMatchObject({ recorded: true, status: { runs: 1, coins: 2 } });
    expect((await record(ports, "a")).recorded).toBe(false);
    // Both recordings are in effect, but the run counts once.
    await redo(ports);
    expect(await runsOf(ports)).toEqual(["a"]);
    expect(await isSound(ports)).toBe(true);
  });

  it("include eval runs, in both the index and the journal", async () => {
    const ports = await openPorts();
    const files = [evalFile(ports)];
    await evalTake.call(ports, { files, intake_batch: first }, quietCall);
    expect(await evalsOf(ports)).toBe(1);
    await undo(ports, { batch: first });
    expect(await evalsOf(ports)).toBe(0);
    expect(await evalTake.call(ports, { files, intake_batch: second }, quietCall)).toMatchObject({ recorded: 0, duplicates: 1 });
    expect(await isSound(ports)).toBe(true);
    expect(await evalPush.call(ports, { files }, quietCall)).toMatchObject([{ recorded: true }]);
    expect(await evalsOf(ports)).toBe(1);
    await redo(ports);
    expect(await evalsOf(ports)).toBe(1);
    expect(await isSound(ports)).toBe(true);
  });

  it("are marked by an import too, for reports and eval files", async () => {
    const ports = await openPorts();
    writeFileSync(join(ports.cwd, "a-report.json"), reportText("a"));
    const paths = [join(ports.cwd, "a-report.json"), evalFile(ports)];
    await importRuns.call(ports, { paths, intake_batch: first }, quietCall);
    expect(await batches(ports)).toMatchObject([{ batch: first, reviews: 1, evals: 1 }]);
  });

  it("are taken back in one step, regardless of their number", async () => {
    const ports = await openPorts();
    const reports = Array.from({ length: 1_001 }, (_, n) => reportText(`run ${n}`));
    writeFileSync(join(ports.cwd, "many.jsonl"), reports.join("\n"));
    await importRuns.call(ports, { paths: [join(ports.cwd, "many.jsonl")], intake_batch: first }, quietCall);
    expect(await undo(ports, { all: true })).toMatchObject({ recordings: 1_001 });
    expect(await runsOf(ports)).toEqual([]);
    expect(await redo(ports)).toMatchObject({ recordings: 1_001 });
    expect(await runsOf(ports)).toHaveLength(1_001);
  });

  it.each([{}, { all: true, last: true }, { batch: "a", all: true }])("cannot be taken back with %o", async (input) => {
    const ports = await openPorts();
    await expect(undo(ports, input)).rejects.toMatchObject({ code: "usage" });
  });
});
