import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JournalFiles } from "../../../src/ledger/log/files.ts";
import { nodeFiles } from "../../../src/ledger/log/node-files.ts";
import { faultyFiles } from "../../support/faulty-files.ts";
import { memoryFiles } from "../../support/memory-files.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

const onDisk = temporaryDirectory("files");
let directories = 0;

const implementations: readonly (readonly [string, () => JournalFiles, () => string])[] = [
  ["on disk", () => nodeFiles, () => join(onDisk, String(++directories))],
  ["in memory", memoryFiles, () => "/home"],
  ["with faults that do not come", () => faultyFiles(memoryFiles(), () => undefined), () => "/home"],
];

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (content: Uint8Array | null): string | null => (content === null ? null : new TextDecoder().decode(content));

describe.each(implementations)("JournalFiles %s", (_name, make, where) => {
  function start(): Readonly<{ files: JournalFiles; dir: string }> {
    const files = make();
    const dir = where();
    files.makeDir(join(dir, "a", "b"));
    return { files, dir };
  }

  it("returns null for missing files, or fails with ENOENT", () => {
    const { files, dir } = start();
    const missing = join(dir, "missing");
    expect(files.list(missing)).toBeNull();
    expect(files.look(missing)).toBeNull();
    expect(files.readAll(missing)).toBeNull();
    expect(() => files.readAt(missing, 0, 1)).toThrow(expect.objectContaining({ code: "ENOENT" }));
    expect(() => files.openAppend(join(missing, "file"))).toThrow(expect.objectContaining({ code: "ENOENT" }));
  });

  it("creates directories, also when they already exist", () => {
    const { files, dir } = start();
    files.makeDir(join(dir, "a", "b"));
    files.makeDir(join(dir, "a", "c"));
    expect([...(files.list(join(dir, "a")) ?? [])].sort()).toEqual(["b", "c"]);
  });

  it("appends, reads back and truncates", async () => {
    const { files, dir } = start();
    const path = join(dir, "log");
    const file = files.openAppend(path);
    file.write(encode("one\n"));
    file.write(encode("two\n"));
    await file.sync();
    expect(file.size()).toBe(8);
    expect(files.look(path)?.size).toBe(8);
    expect(decode(files.readAt(path, 4, 3))).toBe("two");
    expect(decode(files.readAt(path, 4, 100))).toBe("two\n");
    expect(files.readAt(path, 100, 1)).toHaveLength(0);
    file.truncate(4);
    file.write(encode("2\n"));
    file.close();
    const again = files.openAppend(path);
    again.write(encode("3\n"));
    again.close();
    expect(decode(files.readAll(path))).toBe("one\n2\n3\n");
  });

  it("reports a changed file status after a replacement", async () => {
    const { files, dir } = start();
    const path = join(dir, "file");
    await files.replace(path, encode("a"));
    const before = files.look(path);
    await files.replace(path, encode("b"));
    expect(decode(files.readAll(path))).toBe("b");
    expect(files.look(path)).not.toEqual(before);
    await files.syncDir(dir);
    expect([...(files.list(dir) ?? [])].sort()).toEqual(["a", "file"]);
  });

  it("fails with the system's error code when a file is in the way", async () => {
    const { files, dir } = start();
    const path = join(dir, "file");
    await files.replace(path, encode("a"));
    expect(() => files.list(path)).toThrow(expect.objectContaining({ code: "ENOTDIR" }));
    expect(() => files.makeDir(join(path, "below"))).toThrow(expect.objectContaining({ code: "ENOTDIR" }));
    expect(() => files.openAppend(dir)).toThrow(expect.objectContaining({ code: "EISDIR" }));
    await expect(files.syncDir(join(dir, "missing"))).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("JournalFiles on disk", () => {
  it("restricts created files to their owner", async () => {
    const dir = join(onDisk, "modes");
    nodeFiles.makeDir(dir);
    nodeFiles.openAppend(join(dir, "log")).close();
    await nodeFiles.replace(join(dir, "whole"), encode("x"));
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, "log")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, "whole")).mode & 0o777).toBe(0o600);
  });

  it("removes leftover replacement files of killed processes, and nothing else", () => {
    const dir = join(onDisk, "sweep");
    nodeFiles.makeDir(dir);
    const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
    const keptNames = [
      "device.json",
      "index.sqlite.3f2a.tmp",
      "notes.tmp",
      "4711.tmp.txt",
      "draft.4711.tmp",
      `auth.json.${id}.tmp`,
    ];
    const left = ["device.json.4711.tmp", "device.json.1.tmp"];
    const owned = ["device.json", `${id}.json`, "journal-1.bytes", "device.json-0-0123456789ab.json", "index-v3.sqlite"];
    for (const name of [...keptNames, ...left, ...owned.map((one) => `${one}.${id}.tmp`)])
      nodeFiles.openAppend(join(dir, name)).close();
    nodeFiles.sweep(dir);
    expect([...(nodeFiles.list(dir) ?? [])].sort()).toEqual(keptNames.toSorted());
    expect(() => nodeFiles.sweep(join(dir, "missing"))).not.toThrow();
  });

  it("leaves no temporary file behind when a replacement fails", async () => {
    const dir = join(onDisk, "replace");
    mkdirSync(join(dir, "target", "full"), { recursive: true });
    await expect(nodeFiles.replace(join(dir, "target"), encode("x"))).rejects.toThrow();
    expect(nodeFiles.list(dir)).toEqual(["target"]);
  });
});
