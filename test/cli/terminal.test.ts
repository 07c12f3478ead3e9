import { Readable } from "node:stream";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { progressLine } from "../../src/cli/progress.ts";
import { readText } from "../../src/cli/standard-input.ts";
import { styleFor, wantsColor } from "../../src/cli/terminal.ts";

const neverAborted = new AbortController().signal;
const styleOptions = { noColor: false, now: new Date(0), zone: "UTC" };

describe("colour", () => {
  const terminal = { isTTY: true, columns: 120 };
  it.each([
    ["a terminal", terminal, {}, false, true],
    ["a pipe", {}, {}, false, false],
    ["a dumb terminal", terminal, { TERM: "dumb" }, false, false],
    ["NO_COLOR", terminal, { NO_COLOR: "1" }, false, false],
    ["an empty NO_COLOR", terminal, { NO_COLOR: "" }, false, true],
    ["FORCE_COLOR on a pipe", {}, { FORCE_COLOR: "1" }, false, true],
    ["FORCE_COLOR=0 on a terminal", terminal, { FORCE_COLOR: "0" }, false, false],
    ["NO_COLOR against FORCE_COLOR", {}, { NO_COLOR: "1", FORCE_COLOR: "1" }, false, false],
    ["--no-color against FORCE_COLOR", terminal, { FORCE_COLOR: "1" }, true, false],
  ])("%s", (_name, stream, env, noColor, expected) => {
    expect(wantsColor(stream, env, noColor)).toBe(expected);
  });

  it("uses the width of a terminal, and none for a pipe", () => {
    expect(styleFor(terminal, {}, styleOptions).width).toBe(120);
    expect(styleFor({ isTTY: true, columns: 0 }, {}, styleOptions).width).toBe(80);
    expect(styleFor({}, {}, styleOptions)).toMatchObject({ interactive: false, width: null });
  });
});

describe("standard input", () => {
  it("decodes UTF-8 that is split at any byte, and drops a byte order mark", async () => {
    const bytes = Buffer.from('\ufeff{"規":1}');
    const singleBytes = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
    expect(await readText(singleBytes, neverAborted)).toBe('{"規":1}');
  });

  it("replaces invalid bytes in loose mode", async () => {
    expect(await readText(Readable.from([Buffer.from('{"a":"ü"}', "latin1")]), neverAborted, { loose: true })).toBe(
      '{"a":"\uFFFD"}',
    );
  });

  it("rejects input that is not UTF-8", async () => {
    await expect(readText(Readable.from([Buffer.from([0x7b, 0xff, 0x7d])]), neverAborted)).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  it("stops reading at the limit", async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        sent += 1;
        yield Buffer.alloc(1024);
      }
    }
    await expect(readText(Readable.from(endless()), neverAborted, { limit: 10 * 1024 })).rejects.toMatchObject({
      code: "file_too_large",
    });
    expect(sent).toBeLessThan(64);
  });

  it("stops on an abort signal", async () => {
    const controller = new AbortController();
    const reading = readText(new Readable({ read: () => undefined }), controller.signal);
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("progress", () => {
  it("draws a bar when the total is known, and a number otherwise", () => {
    expect(progressLine({ done: 1200, total: 2400, message: "Recording" }, 3.2, 80)).toBe(
      `${"█".repeat(15)}${"░".repeat(15)}  1,200/2,400  4s left  Recording`,
    );
    expect(progressLine({ done: 12, message: "Looking for reports" }, null, 80)).toBe("12  Looking for reports");
  });

  it("stays shorter than the terminal width, which allows redrawing", () => {
    const message = "Reading 規則/規則/規則/規則/規則/規則/規則/規則/規則\u001b[2J.json";
    for (const columns of [20, 60, 61, 62, 63]) {
      const line = progressLine({ done: 3, total: 9, message }, null, columns);
      expect(stringWidth(line)).toBeLessThan(columns);
      expect(line).not.toContain("\u001b");
    }
  });
});
