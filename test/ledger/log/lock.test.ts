import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { fileLock, type WriterLock } from "../../../src/ledger/log/lock.ts";
import { type Owner, thisOwner } from "../../../src/ledger/log/lock-owner.ts";
import { thisMachine } from "../../../src/ledger/log/machine.ts";
import { nodeFiles } from "../../../src/ledger/log/node-files.ts";
import { type FactLogOptions, type JournalLog, openFactLog } from "../../../src/ledger/log/open.ts";
import { faultyFiles } from "../../support/faulty-files.ts";
import { draft, numbersOf, readAll, record, testClock, testIds, testLogger } from "../../support/journal.ts";
import { startScript, type TestProcess } from "../../support/processes.ts";
import { temporaryDirectory } from "../../support/temporary.ts";
import { startOrphan, waitForZombie } from "../../support/zombie.ts";

const directory = temporaryDirectory("lock");
const worker = fileURLToPath(new URL("../../support/journal-worker.ts", import.meta.url));
const machine = await thisMachine();
const thisProcess = thisOwner(machine, new Date());
const isLinux = process.platform === "linux";
/** Timeout for waits that are expected to succeed, in ms; it only ends waits that hang. */
const hangMs = 300_000;
/** Timeout for waits that are expected to fail, in ms. */
const shortWaitMs = 50;

let homes = 0;
function newHome(): string {
  homes += 1;
  const home = join(directory, `home ${homes}`);
  mkdirSync(home);
  return home;
}

function newLock(home: string, owner: Owner = thisProcess, staleMs = 30_000): WriterLock {
  return fileLock({ path: join(home, "lock"), self: owner, staleMs, onStep: () => undefined });
}

function open(home: string, options: Partial<FactLogOptions> = {}): Promise<JournalLog> {
  return openFactLog({
    home,
    clock: testClock(),
    ids: testIds(homes * 100 + seeds++),
    logger: testLogger(),
    lockWaitMs: hangMs,
    ...options,
  });
}
let seeds = 0;

const running: TestProcess[] = [];
function start(argument: Record<string, unknown>): TestProcess {
  const started = startScript(worker, argument);
  running.push(started);
  return started;
}

afterEach(async () => {
  for (const process of running) process.kill("SIGKILL");
  await Promise.all(running.splice(0).map(({ ended }) => ended));
});

/** Whether a process has been suspended by SIGSTOP. */
function isSuspended(pid: number): boolean {
  const state = isLinux
    ? readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "")
    : execFileSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" });
  return state.startsWith("T");
}

/** Puts a lock into a home as its owner would have left it. */
function plantLock(home: string, claim: string | null, ageMs = 0): void {
  const lock = join(home, "lock");
  mkdirSync(lock);
  if (claim !== null) writeFileSync(join(lock, "planted.claim"), claim);
  const time = new Date(Date.now() - ageMs);
  utimesSync(lock, time, time);
}

/** A pid that no process has: that of a process that has just exited. */
async function deadPid(): Promise<number> {
  const exited = startScript("--version", {});
  await exited.ended;
  return exited.pid;
}

describe("the writer lock", () => {
  it("has one holder at a time and leaves nothing behind", async () => {
    const home = newHome();
    const [a, b] = [newLock(home), newLock(home)];
    const held = await a.acquire({ waitMs: 0 });
    expect(held.isOurs()).toBe(true);
    expect(held.isWanted()).toBe(false);
    expect(await b.state()).toEqual({
      held: true,
      holder: expect.stringMatching(`^process ${process.pid} on .+ \\(since .+Z\\)$`),
    });
    await expect(b.acquire({ waitMs: shortWaitMs })).rejects.toMatchObject({
      code: "store_locked",
      message: expect.stringContaining(`process ${process.pid} on `),
    });
    const second = b.acquire({ waitMs: hangMs });
    await expect.poll(() => held.isWanted()).toBe(true);
    held.release();
    expect((await second).isOurs()).toBe(true);
    (await second).release();
    expect(await a.state()).toEqual({ held: false, holder: null });
    expect(readdirSync(home)).toEqual([]);
  });

  it("yields briefly to a longer waiter, but not indefinitely", async () => {
    const home = newHome();
    const first = join(home, "lock-0-x");
    mkdirSync(first);
    writeFileSync(join(first, "x.claim"), JSON.stringify(thisProcess));
    const before = performance.now();
    const held = await newLock(home).acquire({ waitMs: hangMs });
    // Timers may be early by part of a millisecond.
    expect(performance.now() - before).toBeGreaterThan(4);
    expect(held.isWanted()).toBe(true);
    held.release();
    // A caller that cannot wait acquires a free lock immediately.
    (await newLock(home).acquire({ waitMs: 0 })).release();
    expect(readdirSync(home)).toEqual(["lock-0-x"]);
  });

  it("is not delayed by a waiter that died", async () => {
    const home = newHome();
    const dead = join(home, "lock-0-x");
    mkdirSync(dead);
    writeFileSync(join(dead, "x.claim"), JSON.stringify({ ...thisProcess, pid: await deadPid(), started: "1" }));
    const held = await newLock(home).acquire({ waitMs: hangMs });
    expect(held.isOurs()).toBe(true);
    held.release();
    expect(readdirSync(home)).toEqual([]);
  });

  it("stops waiting when cancelled, and leaves no claim behind", async () => {
    const home = newHome();
    const held = await newLock(home).acquire({ waitMs: 0 });
    const controller = new AbortController();
    const waiting = newLock(home).acquire({ waitMs: hangMs, signal: controller.signal });
    await expect.poll(() => readdirSync(home)).toHaveLength(2);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    expect(readdirSync(home)).toEqual(["lock"]);
    held.release();
  });

  it("of a killed process is taken over immediately", async () => {
    const home = newHome();
    const holder = start({ home, hold: true });
    await holder.line("holding");
    holder.kill("SIGKILL");
    await holder.ended;
    expect(readdirSync(home)).toContain("lock");
    (await newLock(home).acquire({ waitMs: 0 })).release();
  });

  it("is released by a process that exits while holding it", async () => {
    const home = newHome();
    const holder = start({ home, exitWhileHolding: true });
    expect((await holder.ended).code).toBe(0);
    expect(readdirSync(home)).not.toContain("lock");
  });

  it("of a live process is kept, and the error names the process", async () => {
    const home = newHome();
    const holder = start({ home, hold: true });
    await holder.line("holding");
    const log = await open(home, { lockWaitMs: shortWaitMs });
    await expect(record(log, [draft(1)])).rejects.toMatchObject({
      code: "store_locked",
      message: expect.stringMatching(
        `^Failed to write .*: it is locked by process ${holder.pid} on ${machine.hostname} \\(since `,
      ),
    });
    expect((await log.inspect()).lock.holder).toContain(`process ${holder.pid} on`);
    holder.kill("SIGKILL");
    await holder.ended;
    await record(log, [draft(2)]);
    expect(numbersOf((await readAll(log)).facts)).toEqual([2]);
    await log.close();
  });

  it("of a suspended process is kept, even when not refreshed for a long time", async () => {
    const home = newHome();
    const holder = start({ home, facts: 3, batch: 1, hold: true });
    await holder.line("holding");
    holder.kill("SIGSTOP");
    await expect.poll(() => isSuspended(holder.pid)).toBe(true);
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(join(home, "lock"), old, old);
    const log = await open(home, { lockWaitMs: shortWaitMs });
    await expect(record(log, [draft(1)])).rejects.toMatchObject({
      code: "store_locked",
      message: expect.stringContaining(isLinux ? "suspended" : `process ${holder.pid}`),
    });
    await log.close();
    holder.kill("SIGCONT");
  });

  it("is taken over by one of many waiters that find its holder dead", async () => {
    for (let round = 0; round < 20; round += 1) {
      const home = newHome();
      plantLock(home, JSON.stringify({ ...thisProcess, pid: await deadPid(), started: "1" }));
      let holders = 0;
      let turns = 0;
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          const held = await newLock(home).acquire({ waitMs: hangMs });
          holders += 1;
          expect(holders).toBe(1);
          // Held across several checks by the waiting ones.
          await sleep(5);
          expect(held.isOurs()).toBe(true);
          holders -= 1;
          turns += 1;
          held.release();
        }),
      );
      expect(turns).toBe(8);
      expect(readdirSync(home)).toEqual([]);
    }
  });

  const MINUTE = 60_000;
  const cases: readonly (readonly [string, Partial<Owner> | string | null, number, boolean])[] = [
    ["of a pid that another process has by now", isLinux ? { pid: process.ppid, started: "1" } : { pid: 1 << 30 }, 0, true],
    ["of a process that runs", { pid: process.ppid, started: null }, 0, false],
    ["of a process that runs, not refreshed for long", { pid: process.ppid, started: null }, MINUTE, false],
    ["from before the machine started", { boot: "an earlier start" }, 0, true],
    ["of another host, just refreshed", { host: "elsewhere", machine: "other" }, 0, false],
    ["of another host, not refreshed for long", { host: "elsewhere", machine: "other" }, MINUTE, true],
    ["of a container, just refreshed", { pidNamespace: "pid:[42]" }, 0, false],
    ["of a container, not refreshed for long", { pidNamespace: "pid:[42]" }, MINUTE, true],
    ["of a thread of this process, just refreshed", { thread: 99 }, 0, false],
    ["of a thread of this process, not refreshed for long", { thread: 99 }, MINUTE, true],
    ["of another process's thread, just refreshed", { pid: process.ppid, started: null, thread: 9 }, 0, false],
    ["of another process's thread, not refreshed for long", { pid: process.ppid, started: null, thread: 9 }, MINUTE, true],
    ["of this thread, not refreshed for long", {}, MINUTE, false],
    ["of an unreadable owner, just refreshed", "{", 0, false],
    ["of an unreadable owner, not refreshed for long", '{"pid":"x"}', MINUTE, true],
    ["without any owner", null, 0, true],
  ];
  it.each(cases)("%s", async (_name, owner, ageMs, taken) => {
    const home = newHome();
    plantLock(home, owner === null || typeof owner === "string" ? owner : JSON.stringify({ ...thisProcess, ...owner }), ageMs);
    const lock = newLock(home);
    expect((await lock.state()).held).toBe(!taken);
    if (!taken) {
      await expect(lock.acquire({ waitMs: shortWaitMs })).rejects.toMatchObject({ code: "store_locked" });
      expect(readdirSync(home)).toEqual(["lock"]);
      return;
    }
    const held = await lock.acquire({ waitMs: 0 });
    expect(held.isOurs()).toBe(true);
    held.release();
    expect(readdirSync(home)).toEqual([]);
  });

  it("with unrelated files in it is cleared when it is old", async () => {
    const home = newHome();
    plantLock(home, null);
    writeFileSync(join(home, "lock", ".DS_Store"), "x");
    const old = new Date(Date.now() - 60_000);
    utimesSync(join(home, "lock"), old, old);
    (await newLock(home).acquire({ waitMs: 0 })).release();
    expect(readdirSync(home)).toEqual([]);
  });

  it("removes claims of processes that died waiting, and no others", async () => {
    const home = newHome();
    const dead = join(home, `lock-${await deadPid()}-x`);
    mkdirSync(dead);
    writeFileSync(join(dead, "x.claim"), JSON.stringify({ ...thisProcess, pid: await deadPid(), started: "1" }));
    const live = join(home, "lock-live");
    mkdirSync(live);
    writeFileSync(join(live, "y.claim"), JSON.stringify(thisProcess));
    mkdirSync(join(home, "lock-empty"));
    (await newLock(home).acquire({ waitMs: 0 })).release();
    expect(readdirSync(home).toSorted()).toEqual(["lock-empty", "lock-live"]);
  });

  it("is refused with a clear error when its path is a file", async () => {
    const home = newHome();
    writeFileSync(join(home, "lock"), "a file");
    await expect(newLock(home).acquire({ waitMs: shortWaitMs })).rejects.toMatchObject({ code: "store_unwritable" });
    expect(readFileSync(join(home, "lock"), "utf8")).toBe("a file");
  });
});

describe("a lock that is lost while writing", () => {
  const lockLosses: readonly (readonly [string, (home: string) => void])[] = [
    ["removed", (home) => rmSync(join(home, "lock"), { recursive: true })],
    [
      "taken over",
      (home) => {
        rmSync(join(home, "lock"), { recursive: true });
        plantLock(home, JSON.stringify({ ...thisProcess, pid: process.ppid, started: null }));
      },
    ],
  ];

  it.each(lockLosses)("(%s before the write) records nothing", async (_name, steal) => {
    const home = newHome();
    const log = await open(home);
    await record(log, [draft(1)]);
    const failing = log.exclusively(async (writer) => {
      const sealed = writer.seal([draft(2)]);
      steal(home);
      await writer.append(sealed);
    });
    await expect(failing).rejects.toMatchObject({ code: "lock_lost" });
    expect(numbersOf((await readAll(log)).facts)).toEqual([1]);
    rmSync(join(home, "lock"), { recursive: true, force: true });
    await record(log, [draft(3)]);
    const { facts, problems } = await readAll(log);
    expect(numbersOf(facts)).toEqual([1, 3]);
    expect(problems).toEqual([]);
    await log.close();
  });

  it("(removed after the write) rolls back what was written", async () => {
    const home = newHome();
    let steal = false;
    const files = faultyFiles(nodeFiles, ({ operation, moment }) => {
      if (!steal || operation !== "sync" || moment !== "after") return;
      steal = false;
      rmSync(join(home, "lock"), { recursive: true });
    });
    const log = await open(home, { files });
    await record(log, [draft(1)]);
    steal = true;
    await expect(record(log, [draft(2)])).rejects.toMatchObject({ code: "lock_lost" });
    expect(numbersOf((await readAll(log)).facts)).toEqual([1]);
    await record(log, [draft(3)]);
    expect(numbersOf((await readAll(log)).facts)).toEqual([1, 3]);
    await log.close();
  });

  it("(while another instance writes) never changes the other's facts", async () => {
    const home = newHome();
    const [victim, other] = [await open(home), await open(home)];
    await record(victim, [draft(1)]);
    const failing = victim.exclusively(async (writer) => {
      const sealed = writer.seal([draft(2)]);
      renameSync(join(home, "lock"), join(home, "stolen"));
      await record(other, [draft(3)]);
      await other.close();
      rmSync(join(home, "lock"), { recursive: true, force: true });
      // The claim is restored, but the log has been appended to meanwhile.
      renameSync(join(home, "stolen"), join(home, "lock"));
      await writer.append(sealed);
    });
    await expect(failing).rejects.toMatchObject({ code: "lock_lost" });
    await record(victim, [draft(4)]);
    const { facts, problems } = await readAll(victim);
    expect(numbersOf(facts)).toEqual([1, 3, 4]);
    expect(problems).toEqual([]);
    await victim.close();
  });
});

describe("the lock lease", () => {
  it("is kept for a burst of writes and released soon after", async () => {
    const home = newHome();
    const burst = await open(home, { leaseIdleMs: hangMs, leaseLongestMs: hangMs });
    await record(burst, [draft(1)]);
    const claim = readdirSync(join(home, "lock"));
    await record(burst, [draft(2)]);
    expect(readdirSync(join(home, "lock"))).toEqual(claim);
    await burst.close();
    const log = await open(home, { leaseIdleMs: 40 });
    await record(log, [draft(3)]);
    await expect.poll(() => readdirSync(home).includes("lock"), { interval: 10 }).toBe(false);
    await record(log, [draft(4)]);
    await log.close();
    expect(readdirSync(home)).not.toContain("lock");
  });

  it("is released soon when another writer waits", async () => {
    const home = newHome();
    const [idle, other] = [await open(home, { leaseIdleMs: 3_600_000, leaseLongestMs: 3_600_000 }), await open(home)];
    await record(idle, [draft(1)]);
    await record(other, [draft(2)]);
    expect(numbersOf((await readAll(idle)).facts)).toEqual([1, 2]);
    await Promise.all([idle.close(), other.close()]);
  });

  it("lets others write between the writes of a writer that never pauses", async () => {
    const home = newHome();
    const [busy, other] = [await open(home), await open(home)];
    let done = false;
    let written = 0;
    const writing = (async () => {
      for (; !done; written += 1) await record(busy, [draft(written)]);
    })();
    for (let n = 0; n < 5; n += 1) {
      const before = written;
      await expect.poll(() => written).toBeGreaterThan(before + 2);
      await record(other, [draft(100_000 + n)]);
    }
    done = true;
    await writing;
    const { facts, problems } = await readAll(busy);
    expect(problems).toEqual([]);
    expect(facts).toHaveLength(written + 5);
    await Promise.all([busy.close(), other.close()]);
  });

  it("detects that the home was replaced", async () => {
    const home = newHome();
    const log = await open(home, { leaseIdleMs: 1000 });
    await record(log, [draft(1), draft(2)]);
    rmSync(home, { recursive: true });
    await record(log, [draft(3)]);
    const { facts, problems } = await readAll(log);
    expect(numbersOf(facts)).toEqual([3]);
    expect(problems).toEqual([]);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    await log.close();
  });
});

/** Creates a lock as its owner left it, last refreshed `ageMs` ms ago (negative: in the future). */
function leaveClaim(home: string, owner: Owner, ageMs = 0): void {
  const lock = join(home, "lock");
  mkdirSync(lock);
  writeFileSync(join(lock, "1-1-left.claim"), JSON.stringify(owner));
  const time = new Date(Date.now() - ageMs);
  utimesSync(lock, time, time);
}

describe("a lock that will never be released", () => {
  it.runIf(isLinux)("is taken immediately from a zombie process", async () => {
    const home = newHome();
    const { pid } = await startOrphan(["sh", "-c", "echo ready; exec sleep 600"]);
    const started = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[19] ?? null;
    const owner = { ...thisProcess, pid, started };
    leaveClaim(home, owner);
    await expect(newLock(home).acquire({ waitMs: shortWaitMs })).rejects.toMatchObject({ code: "store_locked" });
    process.kill(pid, "SIGKILL");
    await waitForZombie(pid);
    expect(await newLock(home).state()).toEqual({ held: false, holder: null });
    (await newLock(home).acquire({ waitMs: shortWaitMs })).release();
  });

  it.each([
    ["a process of another machine", { host: "elsewhere", machine: "m" }],
    ["a thread of a living process", { pid: process.ppid, thread: 3, started: null }],
  ])("is taken from %s when dated further in the future than its stale limit", async (_, owner) => {
    const home = newHome();
    leaveClaim(home, { ...thisProcess, ...owner }, -3_600_000);
    (await newLock(home).acquire({ waitMs: shortWaitMs })).release();
    const fresh = newHome();
    leaveClaim(fresh, { ...thisProcess, ...owner }, -10_000);
    await expect(newLock(fresh).acquire({ waitMs: shortWaitMs })).rejects.toMatchObject({ code: "store_locked" });
  });

  it("is taken when its claim is unreadable and dated in the future", async () => {
    const home = newHome();
    leaveClaim(home, thisProcess, -3_600_000);
    writeFileSync(join(home, "lock", "1-1-left.claim"), "half a cla");
    const time = new Date(Date.now() + 3_600_000);
    utimesSync(join(home, "lock"), time, time);
    (await newLock(home).acquire({ waitMs: shortWaitMs })).release();
  });
});

describe("leftovers of a killed process in a home", () => {
  it("are removed by the next process that records, and nothing else is", async () => {
    const home = newHome();
    const dead = 2_147_480_000;
    const uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const left = [
      `index.sqlite.${uuid}.tmp`,
      `index-v3.sqlite.${uuid}.tmp`,
      `summary.json.${uuid}.tmp`,
      `device.json.${dead}.tmp`,
    ];
    const keptNames = ["notes.tmp", `auth.json.${uuid}.tmp`];
    for (const name of [...left, ...keptNames]) writeFileSync(join(home, name), "half");
    mkdirSync(join(home, `lock-1700000000000-${dead}-${uuid}`));
    mkdirSync(join(home, `lock-1700000000000-${process.pid}-${uuid}`));
    const log = await open(home);
    await record(log, [draft(1)]);
    await log.close();
    expect(readdirSync(home).toSorted()).toEqual(
      [...keptNames, "device.json", "heads", "journal", `lock-1700000000000-${process.pid}-${uuid}`].toSorted(),
    );
  });
});
