import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FactLogOptions, type JournalLog, openFactLog } from "../../../src/ledger/log/open.ts";
import type { Logger } from "../../../src/ports/ports.ts";
import { draft, numbersOf, readAll, record, testClock, testIds, testLogger, testMachine } from "../../support/journal.ts";
import { type MemoryFiles, memoryFiles, memoryLock } from "../../support/memory-files.ts";

const home = "/home";
let seeds = 0;

function open(files: MemoryFiles, options: Partial<FactLogOptions> = {}): Promise<JournalLog> {
  seeds += 1;
  return openFactLog({
    home,
    files,
    lock: memoryLock(),
    clock: testClock(),
    ids: testIds(seeds),
    logger: testLogger(),
    machine: testMachine("desk"),
    ...options,
  });
}

type WrittenLog = Readonly<{ files: MemoryFiles; path(segment?: number): string; log: JournalLog }>;

/** A log with facts 1 … n, one batch each. */
async function writtenLog(n: number, options: Partial<FactLogOptions> = {}): Promise<WrittenLog> {
  const files = memoryFiles();
  const log = await open(files, options);
  for (let i = 1; i <= n; i += 1) await record(log, [draft(i, "é".repeat(i % 3))]);
  await log.close();
  const path = (segment = 1): string => join(home, "journal", log.device.id, `${String(segment).padStart(8, "0")}.jsonl`);
  return { files, path, log };
}

const countOfLines = (bytes: Buffer): number => bytes.filter((byte) => byte === 0x0a).length;

describe("a torn tail", () => {
  it("is skipped when reading, quarantined and truncated before the next append, wherever it was torn", async () => {
    const intact = await writtenLog(3);
    const content = Buffer.from(intact.files.readAll(intact.path()) ?? []);
    const firstEnd = content.indexOf("\n") + 1;
    for (let size = firstEnd; size < content.length; size += 1) {
      const { files, path } = await writtenLog(3);
      files.tamper(path(), (bytes) => bytes.subarray(0, size));
      const keptLines = countOfLines(content.subarray(0, size));
      const tornBytes = size - (content.subarray(0, size).lastIndexOf("\n") + 1);

      const log = await open(files);
      const before = await readAll(log);
      expect(numbersOf(before.facts)).toEqual([1, 2, 3].slice(0, keptLines));
      expect(before.problems.map(({ kind, offset }) => ({ kind, offset }))).toEqual(
        tornBytes === 0 ? [] : [{ kind: "torn", offset: size - tornBytes }],
      );
      expect(files.look(path())?.size, "reading repairs nothing").toBe(size);

      const [added] = await record(log, [draft(9)]);
      expect(added?.fact.seq).toBe(keptLines + 1);
      const after = await readAll(log);
      expect(numbersOf(after.facts)).toEqual([...[1, 2, 3].slice(0, keptLines), 9]);
      expect(after.problems).toEqual([]);
      const { quarantine } = await log.inspect();
      expect(quarantine.map(({ bytes, note }) => ({ bytes, offset: note?.offset, length: note?.length }))).toEqual(
        tornBytes === 0 ? [] : [{ bytes: tornBytes, offset: size - tornBytes, length: tornBytes }],
      );
      await log.close();
    }
  });

  it.each<readonly [string, (line: Buffer) => Buffer]>([
    ["zeros", () => Buffer.alloc(5000)],
    ["zeros that end in a line feed", () => Buffer.concat([Buffer.alloc(300), Buffer.from("\n")])],
    ["a line with zeros in it", (line) => Buffer.concat([line.subarray(0, 40).fill(0), line.subarray(40)])],
    ["a whole line that has no line feed", (line) => line.subarray(0, -1)],
    ["a line whose hash is wrong", (line) => Buffer.from(line.toString().replace('"n":2', '"n":7'))],
    ["several lines of rubbish", () => Buffer.from('{}\nnull\n\n{"seq":1}\n\xff\xfe', "latin1")],
    ["rubbish longer than the first look back", () => Buffer.from(`${"x".repeat(200_000)}\n`.repeat(3))],
  ])("may be %s", async (_name, tear) => {
    const { files, path } = await writtenLog(2);
    const content = Buffer.from(files.readAll(path()) ?? []);
    const end = content.indexOf("\n") + 1;
    const tail = tear(Buffer.from(content.subarray(end)));
    files.tamper(path(), () => Buffer.concat([content.subarray(0, end), tail]));

    const logger = testLogger();
    const log = await open(files, { logger, clock: testClock("2026-04-05T06:07:08.009Z") });
    const before = await readAll(log);
    expect(numbersOf(before.facts)).toEqual([1]);
    expect(before.problems.map(({ kind, device, segment, offset, seq }) => ({ kind, device, segment, offset, seq }))).toEqual([
      { kind: "torn", device: log.device.id, segment: 1, offset: end, seq: 2 },
    ]);
    expect(await log.hasNews(before.cursors), "the same tail is no news twice").toBe(false);

    await record(log, [draft(3)]);
    expect(await log.hasNews(before.cursors)).toBe(true);
    const after = await readAll(log, before.cursors);
    expect(after.rewound).toEqual([]);
    expect(numbersOf(after.facts)).toEqual([3]);
    expect(after.problems).toEqual([]);

    const { quarantine } = await log.inspect();
    expect(quarantine).toHaveLength(1);
    expect(files.readAll(quarantine[0]?.path ?? "")).toEqual(tail);
    expect(quarantine[0]?.note).toEqual({
      source: `journal/${log.device.id}/00000001.jsonl`,
      device: log.device.id,
      segment: 1,
      offset: end,
      length: tail.length,
      time: "2026-04-05T06:07:08.009Z",
      reason: expect.stringContaining("did not finish"),
    });
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warn: .* bytes after fact 1, .* were moved from segment 1 to .*quarantine/),
    ]);
    await log.close();
  });

  it("may be the entire content of a new segment", async () => {
    const { files, path } = await writtenLog(5, { segmentBytes: 1000 });
    files.tamper(path(2), (bytes) => bytes.subarray(0, 100));
    const log = await open(files, { segmentBytes: 1000 });
    expect((await readAll(log)).problems.map(({ kind, segment, offset }) => ({ kind, segment, offset }))).toEqual([
      { kind: "torn", segment: 2, offset: 0 },
    ]);
    const [added] = await record(log, [draft(9)]);
    expect(added).toMatchObject({ fact: { seq: 4 }, place: { segment: 2, offset: 0 } });
    expect((await readAll(log)).problems).toEqual([]);
    await log.close();
  });

  it("is not reported while another process is writing", async () => {
    const { files, path } = await writtenLog(2);
    files.tamper(path(), (bytes) => bytes.subarray(0, -10));
    const lock = memoryLock();
    const log = await open(files, { lock });
    const held = await lock.acquire({ waitMs: 0 });
    expect((await readAll(log)).problems).toEqual([]);
    held.release();
    expect((await readAll(log)).problems).toHaveLength(1);
    await log.close();
  });

  it("is not reported when its writer finishes during the check", async () => {
    const { files, path } = await writtenLog(2);
    const content = files.readAll(path()) ?? new Uint8Array();
    files.tamper(path(), (bytes) => bytes.subarray(0, -10));
    const lock = memoryLock();
    const finishing = {
      ...lock,
      state: () => {
        files.tamper(path(), () => Buffer.from(content));
        return lock.state();
      },
    };
    const log = await open(files, { lock: finishing });
    const first = await readAll(log);
    expect([numbersOf(first.facts), first.problems]).toEqual([[1], []]);
    expect(await log.hasNews(first.cursors)).toBe(true);
    expect(numbersOf((await readAll(log, first.cursors)).facts)).toEqual([2]);
    await log.close();
  });

  it("of another device's log is reported and left alone", async () => {
    const { files, path, log: other } = await writtenLog(2);
    files.tamper(path(), (bytes) => bytes.subarray(0, -10));
    const size = files.look(path())?.size;
    const log = await open(files, { machine: testMachine("another desk") });
    expect(log.device.id).not.toBe(other.device.id);
    await record(log, [draft(10)]);
    const read = await readAll(log);
    expect(numbersOf(read.facts).toSorted()).toEqual([1, 10]);
    expect(read.problems.map(({ kind, device }) => ({ kind, device }))).toEqual([{ kind: "torn", device: other.device.id }]);
    expect(files.look(path())?.size).toBe(size);
    expect((await log.inspect()).quarantine).toEqual([]);
    await log.close();
  });
});

describe("damage in the middle of a log", () => {
  /** Rewrites line `n` (from 1) of a file. */
  function alterLine(n: number, alter: (line: string) => string): (bytes: Buffer) => Buffer {
    return (bytes) =>
      Buffer.from(
        bytes
          .toString()
          .split("\n")
          .flatMap((line, i) => {
            const altered = i === n - 1 ? alter(line) : line;
            return altered === "" && i === n - 1 ? [] : [altered];
          })
          .join("\n"),
      );
  }

  const kinds = (problems: readonly { kind: string; seq: number | null; segment: number | null }[]) =>
    problems.map(({ kind, seq, segment }) => `${kind} ${seq} in ${segment}`);

  async function damaged(alter: (bytes: Buffer) => Buffer, segment = 1, options: Partial<FactLogOptions> = {}) {
    const { files, path } = await writtenLog(6, options);
    files.tamper(path(segment), alter);
    const content = files.readAll(path(segment));
    const log = await open(files, options);
    const read = await readAll(log);
    await record(log, [draft(7)]);
    const after = await readAll(log);
    expect(Buffer.from(files.readAll(path(segment)) ?? []).subarray(0, content?.length), "damage is never repaired").toEqual(
      Buffer.from(content ?? []),
    );
    expect(numbersOf(after.facts).at(-1)).toBe(7);
    expect(after.problems).toEqual(read.problems);
    await log.close();
    return { facts: numbersOf(read.facts), problems: read.problems };
  }

  it("is reported once for an unreadable line, which is skipped", async () => {
    const { facts, problems } = await damaged(alterLine(3, (line) => `#${line.slice(1)}`));
    expect(facts).toEqual([1, 2, 4, 5, 6]);
    expect(kinds(problems)).toEqual(["damaged 3 in 1"]);
    expect(problems[0]?.message).toMatch(/byte \d+ of segment 1 \(about fact 3\) is damaged: it is not valid JSON/);
  });

  it("is reported for each of several unreadable lines", async () => {
    const { facts, problems } = await damaged((bytes) => alterLine(4, () => "{}")(alterLine(3, () => "\0\0")(bytes)));
    expect(facts).toEqual([1, 2, 5, 6]);
    expect(kinds(problems)).toEqual(["damaged 3 in 1", "damaged 4 in 1"]);
  });

  it("is reported for a fact with a wrong hash", async () => {
    const { facts, problems } = await damaged(alterLine(2, (line) => line.replace('"n":2', '"n":3')));
    expect(facts).toEqual([1, 3, 4, 5, 6]);
    expect(kinds(problems)).toEqual(["damaged 2 in 1"]);
  });

  it("is reported once as a gap for a missing line", async () => {
    const { facts, problems } = await damaged(alterLine(3, () => ""));
    expect(facts).toEqual([1, 2, 4, 5, 6]);
    expect(kinds(problems)).toEqual(["gap 4 in 1"]);
    expect(problems[0]?.message).toBe("1 fact is missing before fact 4");
  });

  it("is reported as a gap for a missing start and for a missing segment", async () => {
    expect(kinds((await damaged(alterLine(1, () => ""))).problems)).toEqual(["gap 2 in 1"]);
    const { files, path } = await writtenLog(9, { segmentBytes: 1000 });
    files.remove(path(2));
    const log = await open(files);
    const { facts, problems } = await readAll(log);
    expect(numbersOf(facts)).toEqual([1, 2, 3, 6, 7, 8, 9]);
    expect(kinds(problems)).toEqual(["gap 6 in 3"]);
    await log.close();
  });

  it("is reported as a gap when more facts are missing than the unreadable lines account for", async () => {
    const { problems } = await damaged((bytes) => alterLine(4, () => "")(alterLine(3, () => "junk")(bytes)));
    expect(kinds(problems)).toEqual(["damaged 3 in 1", "gap 5 in 1"]);
  });

  it.each([
    ["one line in the middle", alterLine(3, (line) => `${line}\n${line}`)],
    ["the last line", alterLine(6, (line) => `${line}\n${line}\n${line}`)],
    [
      "a batch at the end",
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.from(bytes.toString().split("\n").slice(3).join("\n"))]),
    ],
    ["the whole log", (bytes: Buffer) => Buffer.concat([bytes, bytes])],
  ])("is not reported when %s was written twice: the same line is the same fact", async (_, twice) => {
    const { facts, problems } = await damaged(twice);
    expect(facts).toEqual([1, 2, 3, 4, 5, 6]);
    expect(kinds(problems)).toEqual([]);
  });

  it("is reported at the end of a segment followed by others", async () => {
    const { facts, problems } = await damaged((bytes) => bytes.subarray(0, -20), 1, { segmentBytes: 1000 });
    expect(facts).toEqual([1, 2, 4, 5, 6]);
    expect(kinds(problems)).toEqual(["damaged null in 1"]);
  });

  it("is reported as a chain problem for a fact that does not continue, and as a fork for a repeated seq", async () => {
    // Two logs of one device that diverged, as when a home is copied on one machine.
    const one = await writtenLog(2);
    const identity = one.files.readAll(join(home, "device.json")) ?? new Uint8Array();
    const writeBranch = async (from: number, to: number): Promise<Buffer> => {
      const files = memoryFiles();
      files.makeDir(home);
      await files.replace(join(home, "device.json"), identity);
      const log = await open(files);
      for (let n = from; n <= to; n += 1) await record(log, [draft(n)]);
      await log.close();
      return Buffer.from(files.readAll(one.path()) ?? []);
    };
    const other = await writeBranch(101, 104);
    const otherLines = other.toString().split("\n");
    one.files.tamper(one.path(), (bytes) => Buffer.concat([bytes, Buffer.from(`${otherLines.slice(2).join("\n")}`)]));
    const log = await open(one.files);
    expect(kinds((await readAll(log)).problems)).toEqual(["chain 3 in 1"]);
    one.files.tamper(one.path(), (bytes) => Buffer.concat([bytes, Buffer.from(`${otherLines[1]}\n${otherLines[2]}\n`)]));
    const { facts, problems } = await readAll(log);
    expect(kinds(problems)).toEqual(["chain 3 in 1", "fork 2 in 1"]);
    expect(numbersOf(facts)).toEqual([1, 2, 103, 104, 102, 103]);
    await log.close();
  });

  it("is found by a reader that continues from a point before it", async () => {
    const { files, path } = await writtenLog(6);
    const log = await open(files, { chunkBytes: 100 });
    const cursors = [];
    for await (const chunk of log.read([])) cursors.push(chunk.cursor);
    files.tamper(
      path(),
      alterLine(4, (line) => `${line.slice(0, -1)}!`),
    );
    for (const cursor of cursors.slice(0, 3)) {
      const { facts, problems, rewound } = await readAll(log, [cursor]);
      expect(rewound).toEqual([]);
      expect(kinds(problems)).toEqual(["damaged 4 in 1"]);
      expect(numbersOf(facts)).toEqual([1, 2, 3, 5, 6].filter((n) => n > cursor.seq));
    }
    await log.close();
  });
});

describe("device.json", () => {
  const newLogger = (): Logger => testLogger();

  it("gives a copied home a new device on another machine, and the old one back on its own machine", async () => {
    const { files, log: desk } = await writtenLog(2);
    const laptop = await open(files, { machine: testMachine("laptop") });
    expect(laptop.device.id).not.toBe(desk.device.id);
    expect(files.list(join(home, "journal"))).toEqual([desk.device.id]);
    const [own] = await record(laptop, [draft(3)]);
    expect(own?.fact).toMatchObject({ seq: 1, prev: null, device: laptop.device.id });
    expect(numbersOf((await readAll(laptop)).facts).toSorted()).toEqual([1, 2, 3]);
    expect(laptop.deviceNames()).toEqual(
      new Map([
        [desk.device.id, "desk"],
        [laptop.device.id, "laptop"],
      ]),
    );
    await laptop.close();

    const laptopAgain = await open(files, { machine: testMachine("laptop") });
    expect(laptopAgain.device).toEqual(laptop.device);
    const deskAgain = await open(files);
    expect(deskAgain.device).toEqual(desk.device);
    const [next] = await record(deskAgain, [draft(4)]);
    expect(next?.fact.seq).toBe(3);
    expect((await deskAgain.inspect()).logs.map(({ name, segments }) => ({ name, segments })).toSorted()).toHaveLength(2);
    await Promise.all([laptopAgain.close(), deskAgain.close()]);
  });

  it("lets two copies of a home diverge without assigning a seq of one device twice", async () => {
    const { files, log: desk } = await writtenLog(3);
    const copy = memoryFiles();
    for (const path of [join(home, "device.json"), join(home, "journal", desk.device.id, "00000001.jsonl")]) {
      copy.makeDir(join(path, ".."));
      await copy.replace(path, files.readAll(path) ?? new Uint8Array());
    }
    const [here, there] = [await open(files), await open(copy, { machine: testMachine("laptop") })];
    await record(here, [draft(4)]);
    await record(there, [draft(5)]);
    const all = [...(await readAll(here)).facts, ...(await readAll(there)).facts];
    const hashes = new Map<string, string>();
    for (const { fact } of all) {
      const key = `${fact.device} ${fact.seq}`;
      expect(hashes.get(key) ?? fact.hash).toBe(fact.hash);
      hashes.set(key, fact.hash);
    }
    expect(hashes.size).toBe(5);
    await Promise.all([here.close(), there.close()]);
  });

  it.each([
    ["is missing", null],
    ["is no JSON", "{"],
    ["is cut off to nothing", ""],
    ["says nothing of a device", '{"format":1}'],
  ])("is replaced by a new device when it %s, and the facts are kept", async (_name, content) => {
    const { files, log: before } = await writtenLog(2);
    const path = join(home, "device.json");
    if (content === null) files.remove(path);
    else files.tamper(path, () => Buffer.from(content));
    const log = await open(files, { logger: newLogger() });
    expect(log.device.id).not.toBe(before.device.id);
    expect(numbersOf((await readAll(log)).facts)).toEqual([1, 2]);
    await record(log, [draft(3)]);
    const { quarantine } = await log.inspect();
    expect(quarantine.map(({ bytes, note }) => ({ bytes, source: note?.source }))).toEqual(
      content === null ? [] : [{ bytes: content.length, source: "device.json" }],
    );
    const again = await open(files);
    expect(again.device).toEqual(log.device);
    await Promise.all([log.close(), again.close()]);
  });

  it("of a newer version is refused", async () => {
    const { files } = await writtenLog(1);
    files.tamper(join(home, "device.json"), (bytes) => Buffer.from(bytes.toString().replace('"format": 1', '"format": 2')));
    await expect(open(files)).rejects.toMatchObject({ code: "store_newer" });
  });

  it("is shared by all instances that start at once", async () => {
    const files = memoryFiles();
    const lock = memoryLock();
    const logs = await Promise.all([1, 2, 3, 4].map(() => open(files, { lock })));
    await Promise.all(logs.map((log, n) => record(log, [draft(n)])));
    expect(new Set(logs.map((log) => log.device.id)).size).toBe(1);
    expect(files.list(join(home, "journal"))).toHaveLength(1);
    await Promise.all(logs.map((log) => log.close()));
  });
});
