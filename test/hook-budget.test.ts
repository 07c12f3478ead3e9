import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { summaryFile } from "../src/ports/summary-limits.ts";
import { callHook } from "./support/agent-events.ts";
import { type CliSession, type Home, openCliSession } from "./support/cli-session.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const reason = expect.stringContaining("reward-ledger budget extend 6");
const stops = { continue: false, stopReason: reason };
const denied = {
  hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason: reason },
};

/** The answer that each host takes as "blocked", for a prompt and for a tool. */
const blocked = {
  "claude-code": { UserPromptSubmit: { decision: "block", reason, ...stops }, PreToolUse: { ...denied, ...stops } },
  vscode: {
    UserPromptSubmit: { decision: "block", reason, ...stops },
    PreToolUse: { ...denied, permissionDecision: "deny", permissionDecisionReason: reason, ...stops },
  },
  codex: { UserPromptSubmit: { decision: "block", reason }, PreToolUse: denied },
  cursor: {
    beforeSubmitPrompt: { continue: false, user_message: reason },
    preToolUse: { permission: "deny", user_message: reason, agent_message: reason },
  },
  gemini: { BeforeAgent: { decision: "deny", reason }, BeforeTool: { decision: "deny", reason, ...stops } },
} as const;

const spend = (home: Home, usd: string) => home.cli(["spend", "add", "--model", "m", "--call-site", "plan", "--usd", usd]);
const askHook = (home: Home, event: string, host: string) =>
  callHook(session, home, event, '{"session_id":"s"}', { flags: ["--host", host, "--enforce-budget"] });
const noOutput = { code: 0, signal: null, stdout: "", stderr: "" };

describe("a hook that enforces the budget", () => {
  it("blocks each host in its own format once the limit is reached, until the budget is extended", async () => {
    const home = await session.newHome();
    expect(await askHook(home, "PreToolUse", "claude-code")).toEqual(noOutput);
    await spend(home, "24");
    expect(await askHook(home, "PreToolUse", "claude-code")).toEqual(noOutput);
    await spend(home, "1.5");
    for (const [host, events] of Object.entries(blocked)) {
      for (const [event, answer] of Object.entries(events)) {
        const { stdout, ...rest } = await askHook(home, event, host);
        expect(rest).toEqual({ code: 0, signal: null, stderr: "" });
        expect(JSON.parse(stdout)).toEqual(answer);
      }
    }
    expect(await askHook(home, "PostToolUse", "claude-code")).toEqual(noOutput);
    expect(await callHook(session, home, "PreToolUse", "{}")).toEqual(noOutput);
    await home.cli(["budget", "extend", "6"]);
    expect(await askHook(home, "PreToolUse", "claude-code")).toEqual(noOutput);
  });

  it("does not block the agent when the summary cannot be read", async () => {
    const home = await session.newHome();
    await spend(home, "30");
    const path = join(home.path, summaryFile);
    const content = readFileSync(path, "utf8");
    for (const text of ["", "{", '{"spend":{"quarters":[],"extensions":[],"limits":{}}}', '{"spend":7}', content.slice(0, 50)]) {
      writeFileSync(path, text);
      expect(await askHook(home, "PreToolUse", "claude-code")).toEqual(noOutput);
    }
  });
});

describe("statusline", () => {
  it("prints the agent's standing on one line without colours, even in an empty home", async () => {
    const home = await session.newHome();
    const line = async (...flags: readonly string[]) =>
      (await home.cli(["statusline", ...flags], { env: { FORCE_COLOR: "1" } })).stdout;
    expect(await line()).toBe("Reward Ledger: no runs yet\n");
    await spend(home, "4.20");
    const spendLine = await line();
    expect(spendLine).toMatch(/^Reward Ledger: no runs yet · \S*4\.20\S* of \S*25\S* today\n$/);
    // `--verbose` is passed on to the program.
    expect(await line("--verbose")).toBe(spendLine);
    await spend(home, "30");
    expect(await line()).toContain("(limit reached)");
    expect((await home.cli(["statusline", "--help"])).stdout).toContain("--agent");
  });
});
