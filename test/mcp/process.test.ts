import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { builtCli, cleanEnv, run } from "../support/cli.ts";
import { temporaryFolder } from "../support/folder.ts";
import { createWorkspace } from "./support.ts";

const built: { entry: string; dispose(): Promise<void> } = { entry: "", dispose: async () => undefined };
beforeAll(async () => {
  Object.assign(built, await builtCli());
});
afterAll(() => built.dispose());

const message = z.object({ jsonrpc: z.literal("2.0"), id: z.int().nullish() }).loose();

/** The server as a process, with which tests exchange lines. */
function startServer(args: readonly string[] = [], entry = built.entry) {
  const { home, work } = createWorkspace();
  const child: ChildProcess = spawn(process.execPath, [entry, "mcp", ...args], {
    cwd: work,
    env: cleanEnv(home),
    stdio: "pipe",
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("the process has no pipes");
  let errors = "";
  stderr.on("data", (chunk) => {
    errors += String(chunk);
  });
  stdin.on("error", () => undefined);
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, errors }));
  return {
    child,
    ended,
    say: (text: string) => stdin.write(`${text}\n`),
    end: () => stdin.end(),
    /** The answer to a request. Every line of standard output is a message. */
    async answer(id: number | null) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error(`the server ended without an answer to ${id}: ${errors}`);
        const parsed = message.parse(JSON.parse(value));
        if (parsed.id === id) return parsed;
      }
    },
  };
}

const request = (id: number, method: string, params: object = {}): string =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });
const initialize = request(1, "initialize", {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "t", version: "1" },
});

describe("the server process", () => {
  test("answers before the client reports that it is ready, and exits when standard input closes", async () => {
    const server = startServer();
    server.say(initialize);
    expect(await server.answer(1)).toMatchObject({ result: { serverInfo: { name: "reward-ledger" } } });
    server.say(request(2, "ping"));
    expect(await server.answer(2)).toMatchObject({ result: {} });
    server.end();
    expect(await server.ended).toEqual({ code: 0, signal: null, errors: "" });
  });

  test("returns its name and its tools when the program bundle is missing", async () => {
    const folder = temporaryFolder();
    const from = dirname(built.entry);
    for (const name of readdirSync(from).filter((one) => /\.cjs(?:\.br)?$/.test(one) && one !== "program.cjs"))
      copyFileSync(join(from, name), join(folder, name));
    const server = startServer([], join(folder, "cli.cjs"));
    server.say(initialize);
    expect(await server.answer(1)).toMatchObject({ result: { serverInfo: { name: "reward-ledger" } } });
    server.say(request(2, "tools/list"));
    expect(await server.answer(2)).toMatchObject({ result: { tools: Array.from({ length: 9 }, () => ({})) } });
    server.say(request(3, "tools/call", { name: "get_score", arguments: {} }));
    expect(await server.ended).toMatchObject({ code: 1, errors: expect.stringContaining("program.cjs") });
  });

  test("lists the tools that its operations define, with the program and without", async () => {
    const derived = JSON.parse(readFileSync(join(import.meta.dirname, "tools.json"), "utf8"));
    // The entry passes a flag that it does not know on to the program.
    for (const args of [[], ["--no-color"]]) {
      const server = startServer(["--toolsets", "all", ...args]);
      server.say(initialize);
      await server.answer(1);
      server.say(request(2, "tools/list"));
      expect((await server.answer(2))["result"], args.join(" ")).toEqual({ tools: derived });
    }
  });

  test("exits when standard input closes before any message", async () => {
    const { home, work } = createWorkspace();
    expect(await run(process.execPath, [built.entry, "mcp"], { cwd: work, env: cleanEnv(home) })).toMatchObject({
      code: 0,
      stdout: "",
    });
  });

  test("exits on SIGTERM", async () => {
    const server = startServer();
    server.say(initialize);
    await server.answer(1);
    server.child.kill("SIGTERM");
    expect(await server.ended).toMatchObject({ code: 0, signal: null });
  });

  test("answers invalid messages with the codes of the protocol, and continues", async () => {
    const server = startServer();
    server.say(request(1, "initialize"));
    expect(await server.answer(1)).toMatchObject({ error: { code: -32602 } });
    server.say(initialize);
    await server.answer(1);
    const codes = { garbage: -32700, "{": -32700, "[]": -32600, null: -32600, "\u0000\u0001": -32700 };
    for (const [line, code] of Object.entries(codes)) {
      server.say("");
      server.say(line);
      expect(await server.answer(null), line).toMatchObject({ error: { code } });
    }
    server.say('{"jsonrpc":"1.0","id":7}');
    expect(await server.answer(7)).toMatchObject({ error: { code: -32600 } });
    server.say(request(8, "no/such/method"));
    expect(await server.answer(8)).toMatchObject({ error: { code: -32601 } });
    server.say(request(9, "tools/call", { name: "get_score", arguments: { agent: 7 } }));
    expect(await server.answer(9)).toMatchObject({ result: { isError: true } });
    server.say(request(10, "tools/call", { name: "get_score", arguments: "text" }));
    expect(await server.answer(10)).toMatchObject({ error: { code: -32602 } });
    server.end();
    const { code, errors } = await server.ended;
    expect(code).toBe(0);
    expect(errors).toContain("warn: ");
  });

  test("accepts a report of several megabytes, and answers an oversized message and the next one", async () => {
    const server = startServer();
    server.say(initialize);
    await server.answer(1);
    server.say(request(2, "tools/call", { name: "record_review", arguments: { text: "x".repeat(5_000_000) } }));
    expect(await server.answer(2)).toMatchObject({ result: { isError: true } });
    server.say(request(3, "tools/call", { name: "record_review", arguments: { text: "x".repeat(11_000_000) } }));
    expect(await server.answer(3)).toMatchObject({ error: { code: -32600, message: expect.stringContaining("10 MiB") } });
    server.say(request(4, "resources/read", {}));
    expect(await server.answer(4)).toMatchObject({ error: { code: -32602 } });
    server.end();
    expect(await server.ended).toMatchObject({ code: 0 });
  });

  test("rejects an unknown toolset", async () => {
    const { home, work } = createWorkspace();
    const wrong = await run(process.execPath, [built.entry, "mcp", "--toolsets", "reviews,everything"], {
      cwd: work,
      env: cleanEnv(home),
    });
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
    expect(wrong.stderr).toContain("--toolsets: must be all, or some of reviews");
  });
});
