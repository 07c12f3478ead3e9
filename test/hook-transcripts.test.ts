import { appendFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { naiveClaudeSum, prices, sessionA, transcriptFolder } from "./features/sessions/support/transcripts.ts";
import { callHook, readHookEvents } from "./support/agent-events.ts";
import { type CliSession, type Home, openCliSession } from "./support/cli-session.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const noOutput = { code: 0, signal: null, stdout: "", stderr: "" };

type User = Readonly<{ home: Home; folder: string; projects: string; env: NodeJS.ProcessEnv }>;

/** A home of the ledger, and a user's folder of its own in which Claude Code keeps transcripts. */
async function newUser(): Promise<User> {
  const home = await session.newHome();
  const folder = join(home.work, "user");
  const projects = join(folder, ".claude", "projects", "-work-shop");
  mkdirSync(projects, { recursive: true });
  const list = await home.file("prices.json", JSON.stringify(prices));
  return { home, folder, projects, env: { HOME: folder, REWARD_LEDGER_PRICES: list } };
}

/** Sends the recorded events of a session with the given id and transcript. */
async function sendSession({ home, env }: User, transcript: string, id: string): Promise<void> {
  for (const { event, payload } of readHookEvents("claude-code")) {
    const input = JSON.stringify({ ...payload, session_id: id, transcript_path: transcript });
    expect(await callHook(session, home, event, input, { env })).toEqual(noOutput);
  }
}

/** An answer of Claude Code as a transcript line; a million output tokens cost 15 USD. */
const answerLine = (id: string, n: number, output: number, at = new Date()): string =>
  `${JSON.stringify({
    type: "assistant",
    sessionId: id,
    uuid: `u-${n}`,
    requestId: `req_${n}`,
    timestamp: at.toISOString(),
    cwd: "/work/shop",
    isSidechain: false,
    message: {
      id: `msg_${n}`,
      role: "assistant",
      model: "claude-sonnet-4-6",
      content: [],
      usage: { input_tokens: 0, output_tokens: output },
    },
  })}\n`;

const rows = z.object({ rows: z.array(z.record(z.string(), z.unknown())) });
const summary = z.object({ total: z.object({ calls: z.number(), usd_micros: z.number() }) });

const readSpend = async ({ home, env }: User) => {
  const { document } = await home.json(["spend", "summary", "--all"], { env });
  const { calls, usd_micros } = summary.parse(document).total;
  return { calls, usd_micros };
};
const sessionsOf = async ({ home, env }: User) => rows.parse((await home.json(["sessions", "list"], { env })).document).rows;

describe("the transcript that a hook names", () => {
  it("is imported automatically when the agent stops, and the next prompt is then blocked", async () => {
    const user = await newUser();
    const { home, projects } = user;
    const transcript = join(projects, "alone.jsonl");
    writeFileSync(transcript, answerLine("alone", 1, 2_000_000));
    const env = { ...user.env, REWARD_LEDGER_BACKGROUND: "" };
    const call = (event: string, input: object = {}) => {
      const payload = JSON.stringify({ session_id: "alone", transcript_path: transcript, ...input });
      return callHook(session, home, event, payload, { env, flags: ["--host", "claude-code", "--enforce-budget"] });
    };
    const spool = join(home.path, "spool");
    expect(await call("UserPromptSubmit")).toEqual(noOutput);
    expect(await call("PostToolUse", { tool_name: "Bash", tool_input: { command: "true" } })).toEqual(noOutput);
    expect(readdirSync(spool)).toHaveLength(2);
    expect(await Promise.all([call("Stop"), call("Stop"), call("SessionEnd")])).toEqual([noOutput, noOutput, noOutput]);
    // The process that ingests the events is not a child of this one: the files that it leaves show that it has exited.
    await vi.waitUntil(() => readdirSync(spool).length === 0, { timeout: 60_000, interval: 50 });
    expect(JSON.parse((await call("UserPromptSubmit")).stdout)).toMatchObject({ decision: "block" });
    expect(await readSpend(user)).toEqual({ calls: 1, usd_micros: 30_000_000 });
  });

  it("adds its session's cost once, even when sessions are imported before, after and concurrently", async () => {
    const user = await newUser();
    const { home, env, projects } = user;
    const source = transcriptFolder();
    cpSync(join(source, "claude", "projects", "-work-shop", sessionA), join(projects, sessionA), { recursive: true });
    const transcript = join(projects, `${sessionA}.jsonl`);
    cpSync(join(source, "claude", "projects", "-work-shop", `${sessionA}.jsonl`), transcript);
    const expected = naiveClaudeSum(user.folder);
    await sendSession(user, transcript, sessionA);
    const first = await readSpend(user);
    expect(first).toEqual({ calls: expected.calls, usd_micros: expect.closeTo(expected.usd * 1e6, -1) });
    expect(await sessionsOf(user)).toEqual([
      expect.objectContaining({
        session_id: sessionA,
        source: "transcript",
        turns: 2,
        pull_request: "https://github.com/acme/shop/pull/7",
      }),
    ]);
    expect((await home.json(["sessions", "import"], { env })).document).toMatchObject({ calls: 0, spend_entries: 0 });
    expect(await readSpend(user)).toEqual(first);

    appendFileSync(transcript, answerLine(sessionA, 901, 1000));
    await sendSession(user, transcript, sessionA);
    const imports = [
      ["sessions", "import"],
      ["spend", "summary"],
      ["sessions", "import"],
      ["sessions", "list"],
    ];
    for (const { code, stderr } of await Promise.all(imports.map((args) => home.cli(args, { env })))) {
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    }
    expect(await readSpend(user)).toEqual({ calls: first.calls + 1, usd_micros: first.usd_micros + 15_000 });
    expect(await home.cli(["verify"], { env })).toMatchObject({ code: 0 });
  });

  it("blocks the next prompt once its cost reaches the limit", async () => {
    const user = await newUser();
    const { home, env, projects } = user;
    const transcript = join(projects, "limited.jsonl");
    const prompt = () =>
      callHook(session, home, "UserPromptSubmit", JSON.stringify({ session_id: "limited", transcript_path: transcript }), {
        env,
        flags: ["--host", "claude-code", "--enforce-budget"],
      });
    writeFileSync(transcript, answerLine("limited", 1, 1_000_000));
    await sendSession(user, transcript, "limited");
    expect((await home.cli(["spend", "summary"], { env })).stdout).toContain("15.00");
    expect(await prompt()).toEqual(noOutput);
    appendFileSync(transcript, answerLine("limited", 2, 1_000_000));
    await sendSession(user, transcript, "limited");
    expect((await home.cli(["spend", "summary"], { env })).stdout).toContain("30.00");
    expect(JSON.parse((await prompt()).stdout)).toMatchObject({ decision: "block" });
  });
});
