import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { mkdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fileReader } from "../../src/platform/files.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";

const home = "/nowhere/home";
const readerIn = (cwd: string, limit?: number) =>
  fileReader({ cwd, home, settleMs: 1, ...(limit === undefined ? {} : { limit }) });

describe("text", () => {
  it("is read as UTF-8, relative to the working directory, without a byte order mark", async () => {
    const folder = writeFiles(temporaryFolder(), { "ä b.json": '\uFEFF{"name":"Grüße 🙂"}' });
    expect(await readerIn(folder).text("ä b.json")).toBe('{"name":"Grüße 🙂"}');
    expect(await readerIn("/").text(join(folder, "ä b.json"))).toBe('{"name":"Grüße 🙂"}');
  });

  it("is read as UTF-16 with a byte order mark, as PowerShell redirects write it", async () => {
    const littleEndian = Buffer.from('\uFEFF{"name":"Grüße 🙂"}', "utf16le");
    const files = { "little.json": littleEndian, "big.json": Buffer.from(littleEndian).swap16() };
    const folder = writeFiles(temporaryFolder(), files);
    for (const path of Object.keys(files)) expect(await readerIn(folder).text(path)).toBe('{"name":"Grüße 🙂"}');
  });

  it.each([
    ["missing.json", "unreadable_file", "missing.json: it does not exist"],
    ["folder", "unreadable_file", "folder: it is a folder"],
    ["file/below.json", "unreadable_file", "file/below.json: a part of the path is not a folder"],
    ["latin1.json", "invalid_input", "latin1.json: it is not UTF-8 text"],
    ["cut.json", "invalid_input", "cut.json: it is not UTF-8 text"],
    ["cut16.json", "invalid_input", "cut16.json: it is not UTF-16 text"],
    ["unmarked.json", "invalid_input", "unmarked.json: it is UTF-16 text without a byte order mark, UTF-8 is needed"],
    ["packed.json", "invalid_input", "packed.json: it is compressed by gzip; unpack it first"],
    ["large.json", "file_too_large", "large.json: it has 65 bytes, the limit is 64"],
  ])("is rejected from %s with %s", async (path, code, message) => {
    const folder = writeFiles(temporaryFolder(), {
      "folder/x": "",
      file: "",
      "latin1.json": Buffer.from('{"a":"ü"}', "latin1"),
      "cut.json": Buffer.from('{"a":"ü"}').subarray(0, 7),
      "unmarked.json": Buffer.from('{"a":1}', "utf16le"),
      "packed.json": gzipSync('{"a":1}'),
      "cut16.json": Buffer.from('\uFEFF{"a":1}', "utf16le").subarray(0, -1),
      "large.json": "x".repeat(65),
    });
    await expect(readerIn(folder, 64).text(path)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each([0, 1, 3 * 1024 * 1024])("of %i bytes is not read when cancelled before reading begins", async (size) => {
    const cwd = writeFiles(temporaryFolder(), { "a.json": "x".repeat(size) });
    const cancel = new AbortController();
    const reading = fileReader({ cwd, home, settleMs: 1, signal: cancel.signal }).text("a.json");
    cancel.abort();
    // An unhandled error would end the process, and this test with it.
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  });

  it.each([
    ["a byte of Latin-1", Buffer.from("a.ts: Größe fehlt\n", "latin1"), "a.ts: Gr\uFFFD\uFFFDe fehlt\n"],
    ["a cut character", Buffer.from("a.ts: was fehlt: ü").subarray(0, -1), "a.ts: was fehlt: \uFFFD"],
    ["a cut UTF-16", Buffer.from("\uFEFFa.ts: was fehlt: x", "utf16le").subarray(0, -1), "a.ts: was fehlt: \uFFFD"],
    ["UTF-16 without a mark", Buffer.from("a.ts: Größe", "utf16le"), "a.ts: Größe"],
    ["UTF-16 of big ends", Buffer.from("[{}]", "utf16le").swap16(), "[{}]"],
    ["a mark before each line", Buffer.from("\uFEFFa\r\n\uFEFFb\n\uFEFF\uFEFFc"), "a\r\nb\nc"],
    ["marks between lists", Buffer.from('\uFEFF[{"a":"\uFEFFx"}]\uFEFF[1]\uFEFF\n{}'), '[{"a":"\uFEFFx"}][1]\n{}'],
    ["UTF-16 of two files", Buffer.from("\uFEFF[1]\uFEFF[2]", "utf16le"), "[1][2]"],
    ["a character that stands for one", Buffer.from("a \uFFFD of another"), "a \uFFFD of another"],
  ])("from other programs is read with %s", async (_, bytes, text) => {
    const folder = writeFiles(temporaryFolder(), { "out.txt": bytes });
    expect(await readerIn(folder).content("out.txt")).toBe(text);
  });

  it.each([
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85]), "it is not UTF-8 text"],
    [
      "two encodings",
      Buffer.concat([Buffer.from("a.ts: fehlt, zu lang\n"), Buffer.from("\uFEFFb", "utf16le")]),
      "it is not UTF-8 text",
    ],
    ["an archive", gzipSync("a"), "it is compressed by gzip; unpack it first"],
  ])("from other programs is rejected when it is %s", async (_, bytes, message) => {
    const folder = writeFiles(temporaryFolder(), { "out.txt": bytes });
    const reading = readerIn(folder).content("out.txt");
    await expect(reading).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining(message) });
  });

  it("in JSON lines marks lines that are not UTF-8, and is rejected without any valid line", async () => {
    const cutText = Buffer.from('{"b":"ü').subarray(0, -1);
    const folder = writeFiles(temporaryFolder(), {
      "log.jsonl": Buffer.concat([Buffer.from('{"a":1}\n'), cutText, Buffer.from('\n{"c":"ü"}\n')]),
      "sound.jsonl": '\uFEFF{"a":"ü"}\n{"b":1}',
      "broken.jsonl": cutText,
      "unmarked.jsonl": Buffer.from('{"a":"ü"}\n{"b":1}\n', "utf16le"),
      "packed.jsonl": gzipSync('{"a":1}\n'),
    });
    const { lines, text } = readerIn(folder);
    expect(await lines("log.jsonl")).toBe('{"a":1}\n\uFFFD{"b":"\uFFFD\n{"c":"ü"}');
    await expect(text("log.jsonl")).rejects.toMatchObject({
      message: expect.stringContaining("log.jsonl: it is not UTF-8 text"),
    });
    expect(await lines("sound.jsonl")).toBe('{"a":"ü"}\n{"b":1}');
    for (const [name, why] of [
      ["broken", "it is not UTF-8 text"],
      ["unmarked", "it is UTF-16 text without"],
      ["packed", "it is compressed by gzip"],
    ])
      await expect(lines(`${name}.jsonl`)).rejects.toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining(`${why}`),
      });
  });

  it("is read from a file of exactly the limit", async () => {
    const folder = writeFiles(temporaryFolder(), { "a.json": "x".repeat(64) });
    expect(await readerIn(folder, 64).text("a.json")).toHaveLength(64);
  });

  it("is rejected from a file larger than 100 MiB without reading it", async () => {
    const folder = writeFiles(temporaryFolder(), { "huge.json": "" });
    await truncate(join(folder, "huge.json"), 101 * 1024 * 1024);
    const reading = fileReader({ cwd: folder, home }).text("huge.json");
    await expect(reading).rejects.toMatchObject({ code: "file_too_large" });
  });

  it("is read from a pipe", async () => {
    const folder = temporaryFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const reading = readerIn(folder).text("pipe");
    await writeFile(join(folder, "pipe"), '{"a":1}');
    expect(await reading).toBe('{"a":1}');
  });

  /** A signal that changes a file whenever the reader has checked it twice, which it does before each piece that it reads. */
  function changingSignal(path: string, changes: number): AbortSignal {
    const { signal } = new AbortController();
    let checks = 0;
    signal.throwIfAborted = () => {
      checks += 1;
      if (checks % 2 === 0 && checks <= 2 * changes) appendFileSync(path, "y");
    };
    return signal;
  }

  it("is rejected when the file changes on every read", async () => {
    const folder = writeFiles(temporaryFolder(), { "growing.json": "x" });
    const signal = changingSignal(join(folder, "growing.json"), Number.POSITIVE_INFINITY);
    await expect(fileReader({ cwd: folder, home, settleMs: 1, signal }).text("growing.json")).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("it changed each of the 5 times"),
    });
  });

  it("is read again when the file changes during the read", async () => {
    const folder = writeFiles(temporaryFolder(), { "growing.json": "x" });
    const signal = changingSignal(join(folder, "growing.json"), 3);
    expect(await fileReader({ cwd: folder, home, settleMs: 1, signal }).text("growing.json")).toBe("xyyy");
  });
});

describe("list", () => {
  it("returns a file itself, and the files below a folder sorted, including hidden ones", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "r/b.json": "",
      "r/a.json": "",
      "r/.specfact/report.json": "",
      "r/deep/er/c.json": "",
      "r/[odd] (name)!.json": "",
      "r/node_modules/x/package.json": "",
      "r/.git/config": "",
      "r/deep/node_modules/y.json": "",
    });
    const reader = readerIn(folder);
    expect(await reader.list("r/b.json")).toEqual(["r/b.json"]);
    expect(await reader.list("r")).toEqual(
      [".specfact/report.json", "[odd] (name)!.json", "a.json", "b.json", "deep/er/c.json"].map((file) => `r/${file}`),
    );
    expect((await reader.list(join(folder, "r")))[0]).toBe(join(folder, "r/.specfact/report.json"));
  });

  it("accepts a folder whose name looks like a pattern, and does not follow symlink cycles", async () => {
    const folder = writeFiles(temporaryFolder(), { "[a]{b}(c)!*/x.json": "" });
    await symlink(folder, join(folder, "[a]{b}(c)!*", "circle"));
    expect(await readerIn(folder).list("[a]{b}(c)!*")).toEqual(["[a]{b}(c)!*/x.json"]);
  });

  it("reports a path that does not exist", async () => {
    const listing = readerIn(temporaryFolder()).list("nowhere");
    await expect(listing).rejects.toMatchObject({
      code: "unreadable_file",
      message: "Failed to read nowhere: it does not exist",
    });
  });
});

describe("write", () => {
  it("creates and replaces files", async () => {
    const folder = temporaryFolder();
    const reader = readerIn(folder);
    await reader.write("out.json", "first");
    await reader.write("out.json", "second", { replace: true });
    expect(await readFile(join(folder, "out.json"), "utf8")).toBe("second");
    expect(await reader.list(".")).toEqual(["out.json"]);
  });

  it("reports why it fails", async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, "folder"));
    const reader = readerIn(folder);
    await expect(reader.write("no/such/out.json", "x")).rejects.toMatchObject({
      code: "store_unwritable",
      message: "Failed to write no/such/out.json: its folder does not exist",
    });
    await expect(reader.write("folder", "x")).rejects.toMatchObject({
      code: "store_unwritable",
      message: expect.stringContaining("folder"),
    });
    expect(await reader.list(".")).toEqual([]);
  });

  it("writes into a pipe instead of replacing it", async () => {
    const folder = temporaryFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    const reading = readFile(join(folder, "pipe"), "utf8");
    await readerIn(folder).write("pipe", "content");
    expect(await reading).toBe("content");
  });
});
