import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JournalFiles } from "../../../src/ledger/log/files.ts";
import type { WriterLock } from "../../../src/ledger/log/lock.ts";
import { nodeFiles } from "../../../src/ledger/log/node-files.ts";
import { type FactLogOptions, type JournalLog, openFactLog } from "../../../src/ledger/log/open.ts";
import { draft, numbersOf, readAll, record, testClock, testIds, testLogger, testMachine } from "../../support/journal.ts";
import { memoryFiles, memoryLock } from "../../support/memory-files.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

const onDisk = temporaryDirectory("fact log");
let homes = 0;

type Medium = Readonly<{ home: string; files: JournalFiles; lock?: WriterLock }>;

const media: readonly (readonly [string, () => Medium])[] = [
  ["on disk", () => ({ home: join(onDisk, `home ${++homes}`), files: nodeFiles })],
  ["in memory", () => ({ home: "/home", files: memoryFiles(), lock: memoryLock() })],
];

let seeds = 0;
function open(medium: Medium, options: Partial<FactLogOptions> = {}): Promise<JournalLog> {
  seeds += 1;
  return openFactLog({
    ...medium,
    clock: testClock(),
    ids: testIds(seeds),
    logger: testLogger(),
    machine: testMachine("desk"),
    ...options,
  });
}

/** Files whose next flush can be held and then made to fail. */
function refusableFiles(files: JournalFiles) {
  const done = Promise.resolve();
  let gate: Promise<void> = done;
  return {
    files: {
      ...files,
      openAppend(path: string) {
        const file = files.openAppend(path);
        const sync = async (): Promise<void> => {
          const pendingGate = gate;
          gate = done;
          await pendingGate;
          await file.sync();
        };
        return { ...file, sync };
      },
    },
    /** Holds the next flush; it fails when the returned function is called. */
    refuse(): () => void {
      let fail: () => void = () => undefined;
      gate = new Promise((_, reject) => {
        fail = () => reject(Object.assign(new Error("the disk refuses"), { code: "EIO" }));
      });
      return () => fail();
    },
  };
}

describe.each(media)("FactLog %s", (_name, make) => {
  it("reads a missing home as empty and creates nothing", async () => {
    const medium = make();
    const log = await open(medium);
    expect(await log.hasNews([])).toBe(false);
    expect(await readAll(log)).toEqual({ facts: [], problems: [], cursors: [], rewound: [] });
    expect(await log.inspect()).toMatchObject({ bytes: 0, segments: 0, quarantineFiles: 0, logs: [] });
    expect(medium.files.look(medium.home)).toBeNull();
    expect(log.device.name).toBe("desk");
    await log.close();
  });

  it("seals a chain of facts and reads it back with places", async () => {
    const clock = testClock("2026-03-01T10:00:00.000Z");
    const medium = make();
    const log = await open(medium, { clock });
    const first = await record(log, [draft(1), draft(2, "zwei äöü 日本 😀")]);
    clock.move(5);
    const second = await record(log, [draft(3)]);
    const written = [...first, ...second];
    expect(written.map(({ fact }) => fact.seq)).toEqual([1, 2, 3]);
    expect(written.map(({ fact }) => fact.prev)).toEqual([null, written[0]?.fact.hash, written[1]?.fact.hash]);
    expect(written.map(({ fact }) => fact.at)).toEqual([
      "2026-03-01T10:00:00.000Z",
      "2026-03-01T10:00:00.000Z",
      "2026-03-01T10:00:00.005Z",
    ]);
    expect(new Set(written.map(({ fact }) => fact.device))).toEqual(new Set([log.device.id]));
    const read = await readAll(log);
    expect(read.facts).toEqual(written);
    expect(read.problems).toEqual([]);
    const last = written[2];
    expect(read.cursors).toEqual([
      {
        device: log.device.id,
        seq: 3,
        hash: last?.fact.hash,
        segment: 1,
        offset: (last?.place.offset ?? 0) + (last?.place.length ?? 0) + 1,
      },
    ]);
    for (const { fact, place } of written) expect(await log.fetch(place)).toEqual(fact);
    await log.close();
  });

  it("seals without writing, and refuses to append facts that do not continue the log", async () => {
    const medium = make();
    const log = await open(medium);
    await log.exclusively(async (writer) => {
      const [a, b] = [writer.seal([draft(1)]), writer.seal([draft(1)])];
      expect(a[0]?.place).toEqual(b[0]?.place);
      expect(await log.hasNews([])).toBe(false);
      await writer.append(a);
      await expect(writer.append(b)).rejects.toThrow(/does not continue/);
      await expect(writer.append([...writer.seal([draft(2)]), ...writer.seal([draft(3)])])).rejects.toThrow(/does not follow/);
      await expect(writer.append(structuredClone(writer.seal([draft(2)])))).rejects.toThrow(/not sealed/);
      await writer.append([]);
    });
    expect(numbersOf((await readAll(log)).facts)).toEqual([1]);
    await log.close();
  });

  it("has written when append returns, and is durable when its promise settles", async () => {
    const medium = make();
    const log = await open(medium);
    await log.exclusively(async (writer) => {
      const durable = writer.append(writer.seal([draft(1)]));
      expect(medium.files.look(join(medium.home, "journal", log.device.id, "00000001.jsonl"))?.size).toBeGreaterThan(0);
      await expect(writer.append(writer.seal([draft(2)]))).rejects.toThrow(/not durable yet/);
      await durable;
    });
    await log.close();
  });

  it("rolls back an append that the disk refuses, even across segments", async () => {
    const medium = make();
    const { files, refuse } = refusableFiles(medium.files);
    const log = await open({ ...medium, files }, { segmentBytes: 700 });
    await log.exclusively(async (writer) => {
      await writer.append(writer.seal([draft(1)]));
      const now = refuse();
      const appended = writer.append(writer.seal([draft(2), draft(3)]));
      now();
      await expect(appended).rejects.toMatchObject({ code: "store_unwritable" });
      const again = writer.seal([draft(4)]);
      expect(again[0]?.fact.seq).toBe(2);
      await writer.append(again);
    });
    await record(log, [draft(5)]);
    const other = await open(medium);
    const { facts, problems } = await readAll(other);
    expect(numbersOf(facts)).toEqual([1, 4, 5]);
    expect(problems).toEqual([]);
    await Promise.all([log.close(), other.close()]);
  });

  it("writes a batch that would overfill a segment completely into the next one", async () => {
    const medium = make();
    const log = await open(medium, { segmentBytes: 1000, chunkBytes: 100 });
    const batches = [[1], [2], [3], [4, 5, 6, 7, 8], [9], [10, 11], [12]];
    const placed = [];
    for (const batch of batches) {
      const sealed = await record(
        log,
        batch.map((n) => draft(n)),
      );
      expect(new Set(sealed.map(({ place }) => place.segment)).size).toBe(1);
      placed.push(...sealed);
    }
    expect(placed.map(({ place }) => place.segment)).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 3, 4, 4, 5]);
    const read = await readAll(log);
    expect(read.facts).toEqual(placed);
    expect(read.problems).toEqual([]);
    const reopened = await open(medium, { segmentBytes: 1000 });
    expect((await record(reopened, [draft(13)]))[0]?.fact).toMatchObject({ seq: 13, prev: placed.at(-1)?.fact.hash });
    expect((await log.inspect()).segments).toBe(5);
    await Promise.all([log.close(), reopened.close()]);
  });

  it("continues reading from any cursor, in chunks that cover everything once", async () => {
    const medium = make();
    const log = await open(medium, { segmentBytes: 2000, chunkBytes: 300 });
    for (let n = 1; n <= 20; n += 1) await record(log, [draft(n, "x".repeat(n * 17))]);
    const cursors = [];
    let chunks = 0;
    let bytesDone = 0;
    for await (const chunk of log.read([])) {
      chunks += 1;
      cursors.push(chunk.cursor);
      expect(chunk.bytesDone).toBeGreaterThan(bytesDone);
      bytesDone = chunk.bytesDone;
      expect(chunk.bytesTotal).toBe((await log.inspect()).bytes);
    }
    expect(chunks).toBeGreaterThan(10);
    expect(bytesDone).toBe((await log.inspect()).bytes);
    for (const cursor of cursors) {
      const rest = await readAll(log, [cursor]);
      expect(rest.rewound).toEqual([]);
      expect(numbersOf(rest.facts)).toEqual(Array.from({ length: 20 - cursor.seq }, (_, i) => cursor.seq + 1 + i));
      expect(await log.hasNews([cursor])).toBe(cursor.seq < 20);
    }
    await log.close();
  });

  it("reads facts appended by another instance", async () => {
    const medium = make();
    const [writer, reader] = [await open(medium), await open(medium)];
    await record(writer, [draft(1)]);
    expect(await reader.hasNews([])).toBe(true);
    const seen = await readAll(reader);
    expect(await reader.hasNews(seen.cursors)).toBe(false);
    await record(writer, [draft(2)]);
    expect(await reader.hasNews(seen.cursors)).toBe(true);
    expect(numbersOf((await readAll(reader, seen.cursors)).facts)).toEqual([2]);
    await Promise.all([writer.close(), reader.close()]);
  });

  it("serializes instances and calls without losing or interleaving facts", async () => {
    const medium = make();
    const logs = await Promise.all([1, 2, 3].map(() => open(medium, { leaseIdleMs: 1, leaseLongestMs: 3 })));
    let inside = 0;
    await Promise.all(
      logs.flatMap((log, l) =>
        Array.from({ length: 20 }, (_, i) =>
          log.exclusively(async (writer) => {
            inside += 1;
            expect(inside).toBe(1);
            await writer.append(writer.seal([draft(l * 100 + i), draft(l * 100 + i)]));
            inside -= 1;
          }),
        ),
      ),
    );
    const [first] = logs;
    if (first === undefined) throw new Error("no log");
    const { facts, problems } = await readAll(first);
    expect(problems).toEqual([]);
    expect(facts.map(({ fact }) => fact.seq)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    expect(new Set(numbersOf(facts)).size).toBe(60);
    // All of them write the log of the one device of the home, regardless of which created it.
    expect(new Set(logs.map((log) => log.device.id)).size).toBe(1);
    await Promise.all(logs.map((log) => log.close()));
  });

  it("continues after a failed body, and refuses nested and late calls", async () => {
    const medium = make();
    const log = await open(medium);
    await expect(log.exclusively(() => Promise.reject(new Error("body")))).rejects.toThrow("body");
    let later: Promise<unknown> = Promise.resolve();
    const first = log.exclusively(async (writer) => {
      await expect(log.exclusively(async () => undefined)).rejects.toThrow(/from within/);
      await writer.append(writer.seal([draft(1)]));
      later = first.then(() => log.exclusively(async () => "its turn"));
    });
    await first;
    expect(await later).toBe("its turn");
    const pending = record(log, [draft(2)]);
    await log.close();
    await pending;
    await expect(record(log, [draft(3)])).rejects.toThrow(/closed/);
    expect(numbersOf((await readAll(log)).facts)).toEqual([1, 2]);
  });

  it("keeps times increasing while the clock is behind, so ids of different processes stay in order", async () => {
    const clock = testClock("2026-03-01T10:00:00.000Z");
    const medium = make();
    const log = await open(medium, { clock });
    await record(log, [draft(1)]);
    clock.set("2020-01-01T00:00:00.000Z");
    await record(log, [draft(2)]);
    await log.close();
    const reopened = await open(medium, { clock });
    await record(reopened, [draft(3)]);
    clock.set("2026-03-01T10:00:00.001Z");
    await record(reopened, [draft(4)]);
    const facts = (await readAll(reopened)).facts.map(({ fact }) => fact);
    expect(facts.map(({ at }) => at.slice(-4))).toEqual(["000Z", "001Z", "002Z", "003Z"]);
    expect(facts.map(({ id }) => id)).toEqual(facts.map(({ id }) => id).toSorted());
    await reopened.close();
  });

  it("makes readers discard facts that were rolled back", async () => {
    const medium = make();
    const { files, refuse } = refusableFiles(medium.files);
    const [writer, reader] = [await open({ ...medium, files }), await open(medium)];
    await record(writer, [draft(1)]);
    const seen = await writer.exclusively(async (w) => {
      const now = refuse();
      const appended = w.append(w.seal([draft(2)]));
      const early = await readAll(reader);
      expect(numbersOf(early.facts)).toEqual([1, 2]);
      now();
      await expect(appended).rejects.toMatchObject({ code: "store_unwritable" });
      return early.cursors;
    });
    expect(await reader.hasNews(seen)).toBe(true);
    const after = await readAll(reader, seen);
    expect(after.rewound).toEqual([writer.device.id]);
    expect(numbersOf(after.facts)).toEqual([1]);
    expect(await reader.hasNews(after.cursors)).toBe(false);

    // Longer facts have taken their place: the cursor's offset exists again but is no longer that fact's end.
    await record(writer, [draft(3, "longer than before")]);
    const again = await readAll(reader, seen);
    expect(again.rewound).toEqual([writer.device.id]);
    expect(numbersOf(again.facts)).toEqual([1, 3]);
    await Promise.all([writer.close(), reader.close()]);
  });

  it("makes readers discard facts that are rolled back during reading", async () => {
    const medium = make();
    const { files, refuse } = refusableFiles(medium.files);
    const [writer, reader] = [await open({ ...medium, files }), await open(medium, { chunkBytes: 400 })];
    await record(writer, [draft(1)]);
    await writer.exclusively(async (w) => {
      const now = refuse();
      const appended = w.append(w.seal([2, 3, 4, 5].map((n) => draft(n))));
      const chunks = reader.read([])[Symbol.asyncIterator]();
      const early = [(await chunks.next()).value, (await chunks.next()).value];
      expect(numbersOf(early.flatMap((chunk) => chunk?.facts ?? []))).toEqual([1, 2]);
      now();
      await expect(appended).rejects.toMatchObject({ code: "store_unwritable" });
      await w.append(w.seal([draft(6, "x".repeat(60)), draft(7), draft(8), draft(9)]));
      const rest = [];
      for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) rest.push(next.value);
      expect(rest[0]?.rewound).toBe(true);
      expect(numbersOf(rest.flatMap((chunk) => chunk.facts))).toEqual([1, 6, 7, 8, 9]);
      expect(rest.flatMap((chunk) => chunk.problems)).toEqual([]);
    });
    await Promise.all([writer.close(), reader.close()]);
  });

  it("fetches only complete facts at their exact positions", async () => {
    const log = await open(make());
    const [first] = await record(log, [draft(1), draft(2)]);
    if (first === undefined) throw new Error("nothing was recorded");
    const { place } = first;
    for (const wrong of [
      { ...place, offset: place.offset + 1 },
      { ...place, length: place.length - 1 },
      { ...place, length: place.length + 1 },
      { ...place, segment: 2 },
      { ...place, offset: 1_000_000 },
    ]) {
      await expect(log.fetch(wrong)).rejects.toMatchObject({ code: "store_unreadable" });
    }
    await log.close();
  });

  it("stops reading and waiting when it is cancelled", async () => {
    const medium = make();
    const log = await open(medium, { chunkBytes: 100 });
    await record(log, [draft(1), draft(2)]);
    const controller = new AbortController();
    const reading = async () => {
      for await (const _ of log.read([], controller.signal)) controller.abort();
    };
    await expect(reading()).rejects.toMatchObject({ code: "cancelled" });
    await expect(log.exclusively(async () => undefined, controller.signal)).rejects.toMatchObject({ code: "cancelled" });
    await log.close();
  });
});

describe("FactLog on disk", () => {
  it("removes unfinished files of killed processes on its first write", async () => {
    const home = join(onDisk, "leftovers");
    const quarantine = join(home, "quarantine");
    mkdirSync(quarantine, { recursive: true });
    const leftovers = [join(home, "device.json.4711.tmp"), join(quarantine, "journal-1.bytes.4711.tmp")];
    for (const path of leftovers) nodeFiles.openAppend(path).close();
    const log = await open({ home, files: nodeFiles });
    await readAll(log);
    expect(leftovers.map((path) => nodeFiles.look(path) !== null)).toEqual([true, true]);
    await record(log, [draft(1)]);
    await log.close();
    expect(leftovers.map((path) => nodeFiles.look(path) !== null)).toEqual([false, false]);
  });

  it("restricts the home to its owner, even when parent folders are new", async () => {
    const home = join(onDisk, "new", "deeper", "home");
    const log = await open({ home, files: nodeFiles });
    await record(log, [draft(1)]);
    expect(statSync(home).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, "device.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, "journal", log.device.id, "00000001.jsonl")).mode & 0o777).toBe(0o600);
    await log.close();
    expect(statSync(join(home, "heads")).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, "heads", `${log.device.id}.json`)).mode & 0o777).toBe(0o600);
    expect(nodeFiles.list(home)?.toSorted()).toEqual(["device.json", "heads", "journal"]);
  });

  it("ignores other files in the journal", async () => {
    const home = join(onDisk, "strangers");
    const log = await open({ home, files: nodeFiles });
    await record(log, [draft(1)]);
    mkdirSync(join(home, "journal", "not a device"));
    await nodeFiles.replace(join(home, "journal", ".DS_Store"), new Uint8Array(3));
    await nodeFiles.replace(join(home, "journal", log.device.id, "notes.txt"), new Uint8Array(3));
    expect(numbersOf((await readAll(log)).facts)).toEqual([1]);
    await record(log, [draft(2)]);
    expect((await log.inspect()).logs).toHaveLength(1);
    await log.close();
  });
});
