import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { callHook, readHookEvents } from "./support/agent-events.ts";
import { type CliSession, type Home, openCliSession } from "./support/cli-session.ts";
import { mountSmallDisk } from "./support/small-disk.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const noOutput = { code: 0, signal: null, stdout: "", stderr: "" };

const readSpool = (home: Home): readonly string[] => {
  const folder = join(home.path, "spool");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
};

/** The contents of all files of a home, as one text. */
function readAllFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

const sessionPage = z.object({ rows: z.array(z.record(z.string(), z.unknown())) });

async function sessionsOf(home: Home): Promise<readonly Record<string, unknown>[]> {
  const { document } = await home.json(["sessions", "list"]);
  return sessionPage.parse(document).rows.map(({ tools_json, files_json, commits_json, ...row }) => ({
    ...row,
    tools: JSON.parse(String(tools_json)),
    files: JSON.parse(String(files_json)),
    commits: JSON.parse(String(commits_json)),
  }));
}

const auditPage = z.object({
  rows: z.array(
    z.object({ tool_name: z.string(), args_json: z.string(), error: z.string().nullable(), duration_ms: z.number().nullable() }),
  ),
});

async function auditOf(home: Home): Promise<readonly Record<string, unknown>[]> {
  const { document } = await home.json(["audit", "list"]);
  return auditPage.parse(document).rows.map(({ tool_name, args_json, error, duration_ms }) => {
    const { session_id: _, ...args } = z.record(z.string(), z.string()).parse(JSON.parse(args_json));
    return { tool: tool_name, args, error, ms: duration_ms };
  });
}

const expected = {
  "claude-code": {
    session: { model: "claude-sonnet-4-5", turns: 2, tools: { Bash: 2, Write: 1 }, files: ["src/cart.ts"] },
    audit: [
      { tool: "Bash", args: { command: "npm test -- --token ***" }, error: null, ms: 1200 },
      { tool: "Write", args: { path: "/home/dev/shop/src/cart.ts" }, error: null, ms: 8 },
      { tool: "Bash", args: { command: "npm run lint" }, error: "ToolError", ms: null },
    ],
  },
  vscode: {
    session: { model: null, turns: 1, tools: { editFiles: 1 }, files: ["src/main.ts", "src/cart.ts"] },
    audit: [{ tool: "editFiles", args: {}, error: null, ms: expect.any(Number) }],
  },
  codex: {
    session: { model: "gpt-5.2-codex", turns: 1, tools: { Bash: 1, apply_patch: 1 }, files: ["src/cart.ts", "src/new.ts"] },
    audit: [
      { tool: "Bash", args: { command: "git status" }, error: null, ms: expect.any(Number) },
      { tool: "apply_patch", args: { command: "*** Begin Patch" }, error: null, ms: null },
    ],
  },
  cursor: {
    session: { model: "gpt-5", turns: 1, tools: { Shell: 2 }, files: ["src/cart.ts"] },
    audit: [
      { tool: "Shell", args: { command: "npm test" }, error: null, ms: 5432 },
      { tool: "Shell", args: { command: "npm run e2e" }, error: "timeout", ms: 60_000 },
    ],
  },
  gemini: {
    session: { model: "gemini-3-pro", turns: 1, tools: { write_file: 1, run_shell_command: 1 }, files: ["src/cart.ts"] },
    audit: [
      { tool: "write_file", args: { path: "/home/dev/shop/src/cart.ts" }, error: null, ms: null },
      { tool: "run_shell_command", args: { command: "npm test" }, error: "ToolError", ms: null },
    ],
  },
} as const;

describe("the events of a session", () => {
  for (const [host, { session: row, audit }] of Object.entries(expected)) {
    it(`of ${host} become a session and audit entries, without prompts, code and secrets`, async () => {
      const home = await session.newHome();
      for (const { event, payload } of readHookEvents(host)) {
        expect(await callHook(session, home, event, JSON.stringify(payload), { flags: ["--host", host] })).toEqual(noOutput);
      }
      expect(readSpool(home)).toHaveLength(readHookEvents(host).length);
      expect(await sessionsOf(home)).toEqual([
        expect.objectContaining({ host, ...row, commits: [], ended_at: expect.any(String) }),
      ]);
      expect(await auditOf(home)).toEqual(audit);
      expect(readSpool(home)).toEqual([]);
      const everything = readAllFiles(home.path);
      expect(everything).not.toMatch(/never-kept|REDACTME|dev@example\.org/);
    });

    it(`of ${host} are recognized without --host`, async () => {
      const home = await session.newHome();
      for (const { event, payload } of readHookEvents(host).slice(0, 2))
        await callHook(session, home, event, JSON.stringify(payload));
      expect(await sessionsOf(home)).toEqual([expect.objectContaining({ host })]);
    });
  }

  it("of Codex's notify are passed as an argument", async () => {
    const home = await session.newHome();
    for (const { event, payload } of readHookEvents("codex-notify")) {
      const answer = await home.cli(["hook", event, "--host", "codex", JSON.stringify(payload)]);
      expect(answer).toEqual(noOutput);
    }
    const withoutEvent = await home.cli(["hook", "--host", "codex", JSON.stringify(readHookEvents("codex-notify")[0]?.payload)]);
    expect(withoutEvent).toEqual(noOutput);
    expect(await sessionsOf(home)).toEqual([expect.objectContaining({ host: "codex", turns: 1, ended_at: expect.any(String) })]);
    expect(readAllFiles(home.path)).not.toContain("never-kept");
  });
});

describe("the files that a hook writes", () => {
  it("are accessible only to their owner, in a home that did not exist", async () => {
    const home = await session.newHome();
    expect(await callHook(session, home, "Stop", '{"session_id":"a"}')).toEqual(noOutput);
    const folder = join(home.path, "spool");
    expect(statSync(home.path).mode & 0o777).toBe(0o700);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o600]);
  });

  it("contain one line each when 50 hooks run concurrently", async () => {
    const home = await session.newHome();
    const payload = (n: number): string =>
      JSON.stringify({ session_id: `s${n % 2}`, tool_name: "Bash", tool_input: { command: `echo ${n}` }, tool_use_id: `u${n}` });
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    const answers = await Promise.all(numbers.map((n) => callHook(session, home, "PostToolUse", payload(n))));
    expect(answers).toEqual(numbers.map(() => noOutput));
    expect(readSpool(home)).toHaveLength(50);
    const rows = await sessionsOf(home);
    expect(rows.map(({ tools }) => tools)).toEqual([{ Bash: 25 }, { Bash: 25 }]);
    const commands = (await auditOf(home)).map(({ args }) => args);
    expect(new Set(commands.map((args) => JSON.stringify(args))).size).toBe(50);
  });
});

describe("a hook stays silent and exits with code 0", () => {
  const huge = JSON.stringify({
    session_id: "huge",
    cwd: "/home/dev/shop",
    hook_event_name: "PostToolUse",
    tool_name: "Write",
    tool_input: { file_path: "/home/dev/shop/a.ts", content: "x".repeat(5_000_000) },
  });
  const inputs: Readonly<Record<string, string | Uint8Array>> = {
    nothing: "",
    "no JSON": "not json at all",
    "JSON of another form": "[1,2,3]",
    "half of an event": '{"session_id":"cut","hook_event_name":"Stop","cwd":"/home/dev',
    "bytes that are no UTF-8": new Uint8Array([0x7b, 0xff, 0xfe, 0x00, 0x7d]),
    "an event that is too long": huge,
    "an event after a byte order mark": '\uFEFF{"session_id":"bom"}',
    "deep nesting": `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
  };
  for (const [name, input] of Object.entries(inputs)) {
    it(`with ${name}`, async () => {
      const home = await session.newHome();
      expect(await callHook(session, home, "PostToolUse", input)).toEqual(noOutput);
      expect(readSpool(home)).toHaveLength(1);
      expect(await home.cli(["sessions", "list"])).toMatchObject({ code: 0 });
      expect(readSpool(home)).toEqual([]);
    });
  }

  it("and keeps the session and tool of an event that is too long or truncated", async () => {
    const home = await session.newHome();
    await callHook(session, home, "PostToolUse", huge);
    await callHook(session, home, "Stop", inputs["half of an event"] ?? "");
    expect(await sessionsOf(home)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ session_id: "huge", tools: { Write: 1 } }),
        expect.objectContaining({ session_id: "cut" }),
      ]),
    );
  });

  it("with an unknown event, which still belongs to its session", async () => {
    const home = await session.newHome();
    expect(await callHook(session, home, "BrandNewEvent", '{"session_id":"new"}')).toEqual(noOutput);
    expect(await sessionsOf(home)).toEqual([expect.objectContaining({ session_id: "new", turns: 0, tools: {} })]);
  });

  it("with unknown flags and hosts, because a host could treat another exit code as a denial", async () => {
    const home = await session.newHome();
    expect(await callHook(session, home, "Stop", "{}", { flags: ["--what", "--host", "../../etc", "--host="] })).toEqual(
      noOutput,
    );
    expect(await home.cli(["hook"], { input: "{}" })).toEqual(noOutput);
  });

  it("when the home is a file, is not writable, or has no space left", async () => {
    const home = await session.newHome();
    writeFileSync(home.path, "a file");
    expect(await callHook(session, home, "Stop", "{}")).toEqual(noOutput);
    const blockedHome = await session.newHome();
    mkdirSync(blockedHome.path, { recursive: true });
    writeFileSync(join(blockedHome.path, "spool"), "a file");
    expect(await callHook(session, blockedHome, "Stop", "{}")).toEqual(noOutput);
    expect(await blockedHome.cli(["sessions", "list"])).toMatchObject({ code: 0, stderr: "" });
    const disk = await mountSmallDisk(4096 * 4);
    try {
      writeFileSync(join(disk.folder, "full"), "");
      let hasRoom = true;
      for (let n = 0; hasRoom; n += 1) {
        try {
          writeFileSync(join(disk.folder, `fill-${n}`), "x".repeat(4096));
        } catch {
          hasRoom = false;
        }
      }
      const full = { flags: ["--home", join(disk.folder, "home")] };
      expect(await callHook(session, await session.newHome(), "Stop", "{}", full)).toEqual(noOutput);
    } finally {
      await disk.remove();
    }
  });

  it("while a host keeps its standard input open", async () => {
    const home = await session.newHome();
    const child = spawn(process.execPath, [session.entry, "hook", "Stop"], { env: home.env, stdio: ["pipe", "pipe", "pipe"] });
    child.stdin.write('{"session_id":"open"}');
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(0);
    expect(readSpool(home)).toHaveLength(1);
  });

  it("while a host holds stdin open after nothing or half an event, which the next command reports", async () => {
    for (const [written, reported] of [
      ["", "nothing is known of that event"],
      ['{"session_id":"half","tool_name":"Ba', "only its beginning is known"],
    ] as const) {
      const home = await session.newHome();
      const args = [session.entry, "hook", "PreToolUse", "--host", "claude-code"];
      const waitForExit = (child: ChildProcess) => new Promise((resolve) => child.on("exit", resolve));
      const socket = spawn(process.execPath, args, { env: home.env, stdio: ["pipe", "ignore", "ignore"] });
      socket.stdin.write(written);
      expect(await waitForExit(socket)).toBe(0);
      const path = join(home.work, "pipe");
      execFileSync("mkfifo", [path]);
      const pipe = openSync(path, "r+");
      writeSync(pipe, written);
      expect(await waitForExit(spawn(process.execPath, args, { env: home.env, stdio: [pipe, "ignore", "ignore"] }))).toBe(0);
      closeSync(pipe);
      expect(readSpool(home)).toHaveLength(2);
      const { code, stderr } = await home.cli(["sessions", "list"]);
      expect(code).toBe(0);
      expect(stderr).toContain(
        `claude-code kept the input of its PreToolUse hook open and wrote no whole event in time; ${reported}`,
      );
    }
  });
});

describe("hostile ids", () => {
  const ids = {
    "a path": "../../../../etc/passwd",
    "a long one": "x".repeat(100_000),
    "one with NUL and control characters": "a\u0000b\u001b[31m\u202e",
    "a lone surrogate": "id-\ud83d",
    __proto__: "__proto__",
  };
  for (const [name, id] of Object.entries(ids)) {
    it(`${name} as session, tool and use id remains a plain value`, async () => {
      const home = await session.newHome();
      const payload = {
        session_id: id,
        tool_name: id,
        tool_use_id: id,
        tool_input: { command: "true", __proto__: id },
        cwd: id,
        transcript_path: id,
      };
      const text = JSON.stringify(payload);
      for (const event of ["PostToolUse", "Stop", "PostToolUse"]) {
        expect(await callHook(session, home, event, text)).toEqual(noOutput);
      }
      const [row, ...more] = await sessionsOf(home);
      expect(more).toEqual([]);
      expect(String(row?.["session_id"]).length).toBeLessThanOrEqual(200);
      expect(String(row?.["session_id"])).toMatch(/^[^\p{Cc}\p{Cs}]+$/u);
      expect(Object.values(Object(row?.["tools"]))).toEqual([1]);
      expect(await home.cli(["verify"])).toMatchObject({ code: 0 });
      expect(readdirSync(join(home.path, "..")).sort()).toEqual(["home", "work"]);
    });
  }
});
