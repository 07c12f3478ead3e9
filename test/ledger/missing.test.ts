import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { doctor } from "../../src/features/maintenance/operations/doctor.ts";
import { verify } from "../../src/features/maintenance/operations/verify.ts";
import { status } from "../../src/features/reviews/operations/status.ts";
import { update } from "../../src/features/reviews/operations/update.ts";
import { temporaryFolder } from "../support/folder.ts";
import { openPorts, quietCall, type TestPorts } from "../support/ports.ts";

const report = (run: number): string =>
  JSON.stringify({
    schema_version: "1.0",
    run_id: `r${run}`,
    timestamp: `2026-03-01T08:00:${String(run).padStart(2, "0")}Z`,
    score: 90,
    reward_delta: 10,
    overall_verdict: "PASS",
    findings: [],
    summary: "All rules hold.",
  });

/** A closed home with `runs` recorded runs. Returns its path, its device and the path of its log. */
async function homeWith(runs: number) {
  const ports = await openPorts({ home: join(temporaryFolder(), "home") });
  await record(ports, 1, runs);
  await ports.ledger.checkpoint({ force: true });
  await ports.ledger.close();
  const { home } = ports;
  const device = ports.ledger.device.id;
  return { home, device, log: join(home, "journal", device, "00000001.jsonl") };
}

async function record(ports: TestPorts, from: number, to: number): Promise<void> {
  for (let run = from; run <= to; run += 1) {
    expect(await update.call(ports, { text: report(run) }, quietCall)).toMatchObject({ recorded: true });
  }
}

const linesOf = (path: string): readonly string[] => readFileSync(path, "utf8").split("\n").slice(0, -1);
const keepLines = (path: string, lines: number): void =>
  writeFileSync(
    path,
    linesOf(path)
      .slice(0, lines)
      .map((line) => `${line}\n`)
      .join(""),
  );

/** The missing facts that each question reports. */
async function readReports(ports: TestPorts) {
  const checked = await verify.call(ports, {}, quietCall);
  const { checks, ok } = await doctor.call(ports, {}, quietCall);
  const standing = await status.call(ports, {}, quietCall);
  return {
    verify: checked.problems.flatMap(({ kind, message }) =>
      kind === "missing" ? [message.split(" is ")[0]?.split(" are ")[0]] : [],
    ),
    doctor: { ok, told: checks.some(({ state, detail }) => state === "fail" && detail.includes("missing in the log")) },
    status: standing.missing_facts,
  };
}

const noLoss = { verify: [], doctor: { ok: true, told: false }, status: undefined };
const loss = (facts: number, text: string) => ({ verify: [text], doctor: { ok: false, told: true }, status: facts });

describe("a log that lost acknowledged facts", () => {
  it("is detected when cut at a line end, by every query and each time", async () => {
    const { home, log } = await homeWith(10);
    keepLines(log, 7);
    expect((await status.call(await openPorts({ home }), {}, quietCall)).missing_facts).toBe(3);
    expect(await readReports(await openPorts({ home }))).toEqual(loss(3, "3 recorded facts"));
    expect(await readReports(await openPorts({ home }))).toEqual(loss(3, "3 recorded facts"));
  });

  it.each([
    ["cut to nothing", ({ log }: Readonly<{ log: string }>) => writeFileSync(log, ""), loss(4, "4 recorded facts")],
    ["removed", ({ log }: Readonly<{ log: string }>) => rmSync(log), loss(4, "4 recorded facts")],
    [
      "removed with its folder",
      ({ log }: Readonly<{ log: string }>) => rmSync(join(log, ".."), { recursive: true }),
      loss(4, "4 recorded facts"),
    ],
    ["cut by one fact", ({ log }: Readonly<{ log: string }>) => keepLines(log, 3), loss(1, "1 recorded fact")],
    [
      "cut within a line",
      ({ log }: Readonly<{ log: string }>) => writeFileSync(log, readFileSync(log).subarray(0, -9)),
      loss(1, "1 recorded fact"),
    ],
  ])("is detected when its file was %s", async (_, damage, expected) => {
    const found = await homeWith(4);
    damage(found);
    expect(await readReports(await openPorts({ home: found.home }))).toEqual(expected);
  });

  it("is detected in a home without index and summary", async () => {
    const { home, log } = await homeWith(4);
    keepLines(log, 2);
    for (const name of ["index.sqlite", "summary.json"]) rmSync(join(home, name));
    expect(await readReports(await openPorts({ home }))).toEqual(loss(2, "2 recorded facts"));
  });

  it.each([
    ["its index", ["heads", "summary.json"]],
    ["its summary", ["heads", "index.sqlite"]],
  ])("is detected by %s in a home with nothing else left", async (_, removed) => {
    const { home, log } = await homeWith(4);
    keepLines(log, 2);
    for (const name of removed) rmSync(join(home, name), { recursive: true });
    expect(await readReports(await openPorts({ home }))).toEqual(loss(2, "2 recorded facts"));
    expect(await readReports(await openPorts({ home }))).toEqual(loss(2, "2 recorded facts"));
  });

  it("stays reported when recording continues, until the loss is accepted", async () => {
    const { home, log, device } = await homeWith(6);
    keepLines(log, 4);
    const ports = await openPorts({ home });
    await record(ports, 7, 9);
    expect(await readReports(ports)).toEqual(loss(2, "2 recorded facts"));
    const again = await openPorts({ home });
    await record(again, 10, 10);
    expect(await readReports(again)).toEqual(loss(2, "2 recorded facts"));
    await again.ledger.close();
    rmSync(join(home, "heads", `${device}.json`));
    const accepted = await openPorts({ home });
    expect(await readReports(accepted)).toEqual(noLoss);
    await record(accepted, 11, 11);
    expect(await readReports(accepted)).toEqual(noLoss);
  });

  it("has the index that counted them quarantined, once", async () => {
    const { home, log } = await homeWith(5);
    const index = readFileSync(join(home, "index.sqlite"));
    keepLines(log, 2);
    await readReports(await openPorts({ home }));
    const kept = () => readdirSync(join(home, "quarantine")).filter((name) => name.endsWith(".bytes"));
    expect(kept()).toHaveLength(1);
    expect(readFileSync(join(home, "quarantine", kept()[0] ?? "")).equals(index)).toBe(true);
    await readReports(await openPorts({ home }));
    expect(kept()).toHaveLength(1);
  });

  it("has the index quarantined also when it is cut while a ledger is open", async () => {
    const { home, log } = await homeWith(5);
    const ports = await openPorts({ home });
    await ports.ledger.ask(({ review }) => review.history({}));
    keepLines(log, 3);
    expect(await readReports(ports)).toEqual(loss(2, "2 recorded facts"));
    expect(existsSync(join(home, "quarantine"))).toBe(true);
  });
});

describe("a log that lost nothing", () => {
  it("is not suspected when its head note is intact, missing, outdated or damaged", async () => {
    const { home, device } = await homeWith(5);
    const headFile = join(home, "heads", `${device}.json`);
    expect(await readReports(await openPorts({ home }))).toEqual(noLoss);
    writeFileSync(headFile, readFileSync(headFile, "utf8").replace('"seq":5', '"seq":3'));
    expect(await readReports(await openPorts({ home }))).toEqual(noLoss);
    writeFileSync(headFile, "half a no");
    expect(await readReports(await openPorts({ home }))).toEqual(noLoss);
    rmSync(join(home, "heads"), { recursive: true });
    const ports = await openPorts({ home });
    expect(await readReports(ports)).toEqual(noLoss);
    await record(ports, 6, 6);
    expect(JSON.parse(readFileSync(headFile, "utf8"))).toMatchObject({ seq: 6, lost: 0 });
  });
});
