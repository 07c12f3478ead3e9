import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shortCommand } from "../../../src/features/hooks/model/shorten-text.ts";
import { type EventContext, toSpoolLine } from "../../../src/features/hooks/model/spool-line.ts";
import { readLine } from "../../../src/features/hooks/model/spool-schema.ts";

const context: EventContext = {
  event: undefined,
  host: undefined,
  at: "2026-11-29T09:00:00.000Z",
  cwd: "/work",
  keepText: false,
  headOf: () => ({ branch: "main", commit: "0123456789abcdef0123456789abcdef01234567" }),
};

describe("a tool's command", () => {
  const commands = {
    "npm test": "npm test",
    "cat <<'EOF' > a.ts\nconst secret = 1;\nEOF": "cat <<'EOF' > a.ts",
    'git commit -m "Tell the reader of the whole change at length"': "git commit -m …",
    "curl -H 'Authorization: Bearer abcdef1234567890' https://example.org": "curl -H … https://example.org",
    "git clone https://dev:hunter22@example.org/a.git": "git clone https://***@example.org/a.git",
    "API_KEY=abc123def456 node run.js": "API_KEY=*** node run.js",
    "DB_PASS=hunter22 MYSQL_PWD=hunter22 npm test": "DB_PASS=*** MYSQL_PWD=*** npm test",
    "npm test --pass-with-no-tests --author Ann": "npm test --pass-with-no-tests --author Ann",
    "gh auth login --with-token ghp_abcdefghijklmnop1234": "gh auth login --with-token ***",
    "echo sk-proj-abcdefghijklmnopqrst": "echo ***",
    "cat /home/dev/shop/0123456789abcdef0123456789abcdef/file.ts": "cat /home/dev/shop/0123456789abcdef0123456789abcdef/file.ts",
  };
  for (const [given, kept] of Object.entries(commands)) {
    it(`is stored without secrets and long text: ${JSON.stringify(given)}`, () => expect(shortCommand(given)).toBe(kept));
  }

  it("omits passwords given to -u", () => {
    expect(shortCommand("curl -u dev:hunter22 https://example.org")).not.toContain("hunter22");
  });

  it("has at most 200 characters, regardless of the input length", () => {
    const start = performance.now();
    expect(shortCommand(`echo ${"a-b_c=".repeat(1_000_000)}`).length).toBeLessThanOrEqual(200);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

describe("a spool line", () => {
  it("is read back as written, for any payload", () => {
    const names = fc.constantFrom(
      "session_id",
      "sessionId",
      "tool_name",
      "toolInput",
      "tool_input",
      "model",
      "cwd",
      "transcript_path",
      "duration_ms",
      "tool_response",
      "files",
      "hook_event_name",
    );
    const payloads = fc.dictionary(fc.oneof(names, fc.string()), fc.jsonValue({ maxDepth: 3 }));
    const events = fc.constantFrom("SessionStart", "PostToolUse", "PreToolUse", "Stop", "afterFileEdit", "nobody");
    fc.assert(
      fc.property(payloads, events, fc.boolean(), (payload, event, keepText) => {
        const line = toSpoolLine(payload, { ...context, event, keepText });
        const text = `${JSON.stringify(line)}\n`;
        expect(text).not.toContain("\\ud");
        expect(readLine(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("is ignored when torn, empty or of another format", () => {
    const text = `${JSON.stringify(toSpoolLine({ session_id: "a" }, context))}\n`;
    for (let length = 0; length < text.length; length += 1) expect(readLine(Buffer.from(text.slice(0, length)))).toBeUndefined();
    expect(readLine(Buffer.from('{"v":2}\n'))).toBeUndefined();
    expect(readLine(Buffer.from(text))).toBeDefined();
  });

  it("keeps all arguments and results only when the home keeps texts", () => {
    const payload = {
      session_id: "a",
      tool_name: "Bash",
      tool_input: { command: "echo hi", description: "say it" },
      tool_response: { stdout: "hi" },
    };
    const event = "PostToolUse";
    expect(toSpoolLine(payload, { ...context, event })).toMatchObject({ args: { command: "echo hi" } });
    expect(toSpoolLine(payload, { ...context, event })).not.toHaveProperty("result");
    expect(toSpoolLine(payload, { ...context, event, keepText: true })).toMatchObject({
      args: { command: "echo hi", description: "say it" },
      result: '{"stdout":"hi"}',
    });
  });

  it("has the tool and the class of the error of Copilot's failed tools, not the text of the error", () => {
    const payload = {
      hook_event_name: "PostToolUseFailure",
      session_id: "a",
      timestamp: "2026-11-29T09:00:00.000Z",
      cwd: "/work",
      tool_name: "Bash",
      tool_input: { command: "npm test" },
      error: "CODE-TEXT",
    };
    const line = toSpoolLine(payload, { ...context, event: "PostToolUseFailure", host: "vscode" });
    expect(line).toMatchObject({ host: "vscode", tool: "Bash", args: { command: "npm test" }, error: "ToolError" });
    expect(JSON.stringify(line)).not.toContain("CODE-TEXT");
  });

  it("names the commit that a tool made, and no commit for other commands", () => {
    const commitOf = (command: string, response = {}) =>
      toSpoolLine({ tool_name: "Bash", tool_input: { command }, tool_response: response }, { ...context, event: "PostToolUse" })
        .commit;
    expect(commitOf("cd a && git commit -m x")).toBe("0123456789abcdef0123456789abcdef01234567");
    expect(commitOf("git status; echo commit")).toBeUndefined();
    expect(commitOf("git commit -m x", { is_error: true })).toBeUndefined();
  });
});
