import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMessageLines, type Rejection } from "../../src/mcp/message-lines.ts";

/** What passes of some chunks, and what is answered instead. */
async function filter(chunks: readonly (string | Buffer)[]) {
  const rejections: Rejection[] = [];
  const lines = createMessageLines((rejection) => rejections.push(rejection));
  const passed: Buffer[] = [];
  lines.on("data", (line) => passed.push(line));
  for (const chunk of chunks) lines.write(chunk);
  lines.end();
  await new Promise((resolve) => lines.once("end", resolve));
  return { passed: passed.map(String), rejections };
}

const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}\n';
const initialize = (params: unknown): string => `${JSON.stringify({ jsonrpc: "2.0", id: 3, method: "initialize", params })}\n`;
const client = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } };

describe("lines of the protocol", () => {
  it("pass unchanged, however they are cut into chunks", async () => {
    const notification = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"reason":"größer 🦊"}}\r\n';
    const answer = '{"jsonrpc":"2.0","id":7,"result":{}}\n';
    const messages = [ping, notification, initialize(client), answer];
    const bytes = Buffer.from(messages.join("\n"));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length })), async (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(await filter(chunks)).toEqual({ passed: messages, rejections: [] });
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["garbage", null, -32700],
    ['{"jsonrpc":"2.0",', null, -32700],
    ["[]", null, -32600],
    [`[${ping.trim()}]`, null, -32600],
    ["null", null, -32600],
    ['{"jsonrpc":"1.0","id":7,"method":"ping"}', 7, -32600],
    ['{"jsonrpc":"2.0","id":"a","method":7}', "a", -32600],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', null, -32600],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32600],
    ['{"jsonrpc":"2.0","id":7,"method":"ping","params":[]}', 7, -32602],
    [initialize({}).trim(), 3, -32602],
    [initialize({ ...client, capabilities: 1 }).trim(), 3, -32602],
    [initialize(undefined).trim(), 3, -32602],
    ['{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{}}', 7, -32602],
    ['{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"cursor":1}}', 7, -32602],
  ])("that are invalid are answered: %s", async (line, id, code) => {
    expect(await filter([`${line}\n${ping}`])).toMatchObject({ passed: [ping], rejections: [{ id, code }] });
  });

  it("that are malformed answers pass, as an answer is not answered", async () => {
    const answer = '{"jsonrpc":"2.0","id":7,"result":3}\n';
    expect(await filter([answer])).toEqual({ passed: [answer], rejections: [] });
  });
});

describe("a message of more than 10 MiB", () => {
  const long = "x".repeat(11_000_000);
  it.each([
    ["before the parameters", '{"jsonrpc":"2.0","id":7,"method":"m","params":{"text":"', '"}}', 7],
    ["first", ' { "id" : "a\\"b", "params":{"text":"', '"}}', 'a"b'],
    ["last", '{"method":"m","params":{"text":"', '"},"jsonrpc":"2.0","id":-8}', -8],
    ["after the parameters", '{"params":{"text":"', '"},"id":8,"jsonrpc":"2.0","method":"m"}', 8],
    ["in the parameters only", '{"jsonrpc":"2.0","params":{"id":7,"text":"', '","id":8}}', null],
    ["nowhere", "", "", null],
  ])("is rejected with its id, which stands %s, and the next one passes", async (_, start, end, id) => {
    const bytes = Buffer.from(`${start}${long}${end}\n${ping}`);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (__, n) =>
      bytes.subarray(n * 65_536, (n + 1) * 65_536),
    );
    const { passed, rejections } = await filter(chunks);
    expect(passed).toEqual([ping]);
    expect(rejections).toEqual([{ id, code: -32600, message: expect.stringContaining("Name a file") }]);
  });
});
