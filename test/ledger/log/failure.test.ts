import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LedgerError } from "../../../src/kernel/ledger-error.ts";
import type { JournalFiles } from "../../../src/ledger/log/files.ts";
import type { WriterLock } from "../../../src/ledger/log/lock.ts";
import { nodeFiles } from "../../../src/ledger/log/node-files.ts";
import { type FactLogOptions, type JournalLog, openFactLog } from "../../../src/ledger/log/open.ts";
import { type FileStep, faultyFiles } from "../../support/faulty-files.ts";
import { draft, numbersOf, readAll, record, testClock, testIds, testLogger, testMachine } from "../../support/journal.ts";
import { type MemoryFiles, memoryFiles, memoryLock, systemError } from "../../support/memory-files.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

let seeds = 0;
function open(home: string, files: JournalFiles, lock?: WriterLock, options: Partial<FactLogOptions> = {}): Promise<JournalLog> {
  seeds += 1;
  return openFactLog({
    home,
    files,
    clock: testClock(),
    ids: testIds(seeds),
    logger: testLogger(),
    machine: testMachine("desk"),
    ...(lock === undefined ? {} : { lock }),
    ...options,
  });
}

const codes = ["ENOSPC", "EROFS", "EIO", "EDQUOT", "EACCES"] as const;
const home = "/home/ledger";

/** Records facts 1 and 2, then attempts to record 3 and 4 under faults, then records 5 without faults. */
async function attempt(files: MemoryFiles, fault: (step: FileStep) => void, options: Partial<FactLogOptions> = {}) {
  const lock = memoryLock();
  let armed = false;
  const log = await open(
    home,
    faultyFiles(files, (step) => {
      if (armed) fault(step);
    }),
    lock,
    options,
  );
  await record(log, [draft(1), draft(2)]);
  armed = true;
  const outcome = await record(log, [draft(3), draft(4)]).then(
    () => null,
    (error: unknown) => error,
  );
  armed = false;
  const between = numbersOf((await readAll(log)).facts);
  await record(log, [draft(5)]);
  const after = await readAll(log);
  await log.close();
  return { outcome, between, after: numbersOf(after.facts), problems: after.problems, log };
}

type Variant = Readonly<{ segmentBytes: number; leaseLongestMs: number }>;

/** The attempt in the same segment and in a new one, with the lock kept and with all steps of acquiring it again. */
const variants: readonly Variant[] = [1 << 20, 500].flatMap((segmentBytes) =>
  [1000, 0].map((leaseLongestMs) => ({ segmentBytes, leaseLongestMs })),
);

const expectedCodes = (code: (typeof codes)[number]): readonly string[] => [
  code === "ENOSPC" || code === "EDQUOT" ? "disk_full" : "store_unwritable",
  "store_unreadable",
];

/** One attempt that fails at step `at` only; false when there is no such step. */
async function failsOnceAt(at: number, code: (typeof codes)[number], variant: Variant): Promise<boolean> {
  let steps = 0;
  let failedStep = "";
  const fault = (step: FileStep): void => {
    steps += 1;
    if (steps !== at) return;
    failedStep = `${step.operation} ${step.moment} ${step.path}`;
    throw systemError(code, step.path);
  };
  const { outcome, between, after, problems } = await attempt(memoryFiles(), fault, variant);
  const recorded = outcome === null;
  expect(between, failedStep).toEqual(recorded ? [1, 2, 3, 4] : [1, 2]);
  expect(after, failedStep).toEqual(recorded ? [1, 2, 3, 4, 5] : [1, 2, 5]);
  expect(problems, failedStep).toEqual([]);
  if (outcome !== null) {
    expect(outcome, failedStep).toBeInstanceOf(LedgerError);
    expect(outcome, failedStep).toMatchObject({ message: expect.stringContaining(home) });
    expect(expectedCodes(code), failedStep).toContain(outcome instanceof LedgerError ? outcome.code : "");
  }
  return failedStep !== "";
}

describe("a failing disk", () => {
  it.each(codes)("(%s) gives a clear error and keeps the old state, regardless of the step that fails once", async (code) => {
    let failures = 0;
    for (const variant of variants) {
      for (let at = 1; await failsOnceAt(at, code, variant); at += 1) failures += 1;
    }
    expect(failures).toBeGreaterThan(50);
  });

  it.each(codes)("(%s) that keeps failing from any step on loses nothing acknowledged", async (code) => {
    for (let at = 1, reached = true; reached; at += 1) {
      let steps = 0;
      reached = false;
      const { outcome, after, problems } = await attempt(memoryFiles(), (step) => {
        steps += 1;
        if (steps < at) return;
        reached = true;
        throw systemError(code, step.path);
      });
      // What was written and could not be removed may remain, although it was not acknowledged.
      expect([
        [1, 2, 5],
        [1, 2, 3, 5],
        [1, 2, 3, 4, 5],
      ]).toContainEqual(after);
      if (outcome === null) expect(after).toEqual([1, 2, 3, 4, 5]);
      expect(problems).toEqual([]);
    }
  });

  it("that cannot be read gives an error with the file", async () => {
    const files = memoryFiles();
    const lock = memoryLock();
    const writer = await open(home, files, lock);
    const [first] = await record(writer, [draft(1)]);
    if (first === undefined) throw new Error("nothing was recorded");
    await writer.close();
    for (const operation of ["read", "look", "list"] as const) {
      let armed = false;
      const log = await open(
        home,
        faultyFiles(files, (step) => {
          if (armed && step.operation === operation) throw systemError("EACCES", step.path);
        }),
        lock,
      );
      armed = true;
      await expect(readAll(log), operation).rejects.toMatchObject({
        code: "store_unreadable",
        message: expect.stringMatching(/^Failed to read \/home\/ledger\/journal.*: permission denied \(EACCES\)$/),
      });
      if (operation !== "read") await expect(log.hasNews([])).rejects.toMatchObject({ code: "store_unreadable" });
      if (operation !== "read") await expect(log.inspect()).rejects.toMatchObject({ code: "store_unreadable" });
      if (operation === "read") await expect(log.fetch(first.place)).rejects.toMatchObject({ code: "store_unreadable" });
      await log.close();
    }
    const unreadable = faultyFiles(files, (step) => {
      if (step.operation === "read") throw systemError("EACCES", step.path);
    });
    await expect(open(home, unreadable, lock)).rejects.toMatchObject({
      code: "store_unreadable",
      message: expect.stringContaining("device.json"),
    });
  });

  it("keeps a torn tail in place while there is no space to quarantine it", async () => {
    const files = memoryFiles();
    const log = await open(home, files, memoryLock());
    await record(log, [draft(1), draft(2)]);
    await log.close();
    const path = join(home, "journal", log.device.id, "00000001.jsonl");
    files.tamper(path, (bytes) => bytes.subarray(0, -10));
    const content = files.readAll(path);
    const full = await open(
      home,
      faultyFiles(files, (step) => {
        if (step.operation === "replace") throw systemError("ENOSPC", step.path);
      }),
      memoryLock(),
    );
    await expect(record(full, [draft(3)])).rejects.toMatchObject({ code: "disk_full" });
    expect(files.readAll(path)).toEqual(content);
    await full.close();
  });
});

describe("an unusable home", () => {
  const directory = temporaryDirectory("failure");

  it("is refused with its path when it is a file", async () => {
    const path = join(directory, "file");
    writeFileSync(path, "x");
    for (const where of [path, join(path, "below")]) {
      const opened = open(where, nodeFiles).then((log) => record(log, [draft(1)]));
      await expect(opened).rejects.toMatchObject({
        code: expect.stringMatching(/^store_un(writ|read)able$/),
        message: expect.stringContaining(path),
      });
    }
  });

  it("is refused when a folder exists in place of a file", async () => {
    const where = join(directory, "folder");
    mkdirSync(join(where, "device.json"), { recursive: true });
    await expect(open(where, nodeFiles)).rejects.toMatchObject({
      code: "store_unreadable",
      message: expect.stringContaining("EISDIR"),
    });
  });
});

/** Mounts a separate real file system at `path`. Returns null where mounting is not permitted. */
function mountTmpfs(path: string, options: string): (() => void) | null {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path], { stdio: "ignore" });
    return () => execFileSync("umount", [path], { stdio: "ignore" });
  } catch {
    // Not root, or a container without the right: the same faults are injected above.
    return null;
  }
}

describe("a real disk", () => {
  const directory = temporaryDirectory("mount");
  const full = join(directory, "full");
  const readOnly = join(directory, "read only");
  const unmount = [mountTmpfs(full, "size=64k"), mountTmpfs(readOnly, "size=1m")];
  const mounted = unmount.every((each) => each !== null);
  afterAll(() => {
    for (const each of unmount) each?.();
  });

  it(`that is full reports an error and keeps all recorded facts${mounted ? "" : " (mounting is not permitted here: injected faults stand in)"}`, async () => {
    if (!mounted) return;
    const log = await open(join(full, "home"), nodeFiles);
    let recorded = 0;
    const filling = async (): Promise<void> => {
      for (; recorded < 1000; recorded += 1) await record(log, [draft(recorded, "x".repeat(700))]);
    };
    await expect(filling()).rejects.toMatchObject({ code: "disk_full", message: expect.stringContaining("journal") });
    expect(recorded).toBeGreaterThan(5);
    await expect(record(log, [draft(recorded, "x".repeat(5000))])).rejects.toMatchObject({ code: "disk_full" });
    const { facts, problems } = await readAll(log);
    expect(facts).toHaveLength(recorded);
    expect(problems).toEqual([]);
    // With the disk still full, a restart reads everything, and reports the full disk if it cannot even acquire the lock.
    await log.close();
    writeFileSync(join(full, "ballast"), "");
    const again = await open(join(full, "home"), nodeFiles);
    await expect(record(again, [draft(recorded, "x".repeat(5000))])).rejects.toMatchObject({ code: "disk_full" });
    expect((await readAll(again)).facts).toHaveLength(recorded);
    await again.close();
  });

  it(`that is read-only reports an error and stays readable${mounted ? "" : " (mounting is not permitted here: injected faults stand in)"}`, async () => {
    if (!mounted) return;
    const where = join(readOnly, "home");
    const before = await open(where, nodeFiles);
    await record(before, [draft(1)]);
    await before.close();
    execFileSync("mount", ["-o", "remount,ro", readOnly], { stdio: "ignore" });
    const log = await open(where, nodeFiles);
    await expect(record(log, [draft(2)])).rejects.toMatchObject({
      code: "store_unwritable",
      message: expect.stringContaining("the file system is read-only (EROFS)"),
    });
    expect(numbersOf((await readAll(log)).facts)).toEqual([1]);
    expect((await log.inspect()).lock).toEqual({ held: false, holder: null });
    expect(readdirSync(where).toSorted()).toEqual(["device.json", "heads", "journal"]);
    await log.close();
    const nowhere = await open(join(readOnly, "not there"), nodeFiles);
    await expect(record(nowhere, [draft(2)])).rejects.toMatchObject({ code: "store_unwritable" });
    await nowhere.close();
  });
});
