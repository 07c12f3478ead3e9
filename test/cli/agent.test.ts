import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { inProcess } from "../support/cli-here.ts";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";

let session: CliSession;
let home: Home;
beforeAll(async () => {
  session = await openCliSession();
  home = await session.newHome();
});
afterAll(() => session.dispose());

const withId = z.looseObject({ id: z.string() });

describe("an agent's day on the command line", () => {
  it("store init prints the location of each store, and the same when repeated", async () => {
    const first = await home.json(["store", "init"]);
    expect(first).toMatchObject({ code: 0, stderr: "", document: { em_inbox: join(home.path, "index.sqlite") } });
    expect(first.document).toMatchObject({
      paused_tasks: join(home.path, "paused-tasks"),
      learnings_log: join(home.path, "learnings.log"),
    });
    expect(existsSync(join(home.path, "paused-tasks"))).toBe(true);
    expect(existsSync(join(home.path, "learnings.log"))).toBe(false);
    expect((await home.json(["store", "init"])).document).toEqual(first.document);
  });

  it("a question is asked, listed and answered", async () => {
    const asked = await home.cli(["ask", "Which branch is the release cut from?"]);
    expect(asked).toMatchObject({ code: 0, stderr: "" });
    expect(asked.stdout).toMatch(/^Seen\. I answer at the next breakpoint, ETA ~5 min\.\nQueued as [0-9a-f-]{36}\n$/);
    const { document } = await home.json(["inbox", "list", "--state", "pending"]);
    const { id } = withId.parse(z.object({ rows: z.array(withId).length(1) }).parse(document).rows[0]);
    expect(await home.json(["inbox", "answer", id, "release/2"])).toMatchObject({ code: 0, document: { state: "answered" } });
    expect(await home.json(["inbox", "answer", id, "other"])).toMatchObject({
      code: 1,
      document: { error: { code: "illegal_transition", hint: "Allowed next states: closed." } },
    });
    expect(await home.cli(["ask", "  "])).toMatchObject({ code: 2, stderr: expect.stringContaining("must not be blank") });
    expect(await home.cli(["ask"])).toMatchObject({ code: 2 });
  });

  it("a task is queued, claimed, paused with a snapshot file, resumed and done", async () => {
    expect(await home.json(["task", "add", "Fix the login", "--id", "t1", "--priority", "70"])).toMatchObject({ code: 0 });
    expect((await home.json(["task", "claim", "--worker", "a1"])).document).toMatchObject({ task: { id: "t1", worker: "a1" } });
    expect((await home.json(["task", "claim"])).document).toEqual({ task: null, reclaimed: false });
    const work = await home.file("work.json", JSON.stringify({ partial_outputs: { draft: 1 } }));
    const paused = await home.json(["task", "pause", "t1", "--reason", "heal", "--from", work]);
    const file = z.looseObject({ file: z.string() }).parse(paused.document).file;
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      task_id: "t1",
      reason: "heal",
      partial_outputs: { draft: 1 },
    });
    expect(await home.json(["task", "resume", "t1"])).toMatchObject({ code: 0, document: { task: { state: "running" } } });
    expect(existsSync(file)).toBe(false);
    expect(await home.json(["task", "move", "t1", "done"])).toMatchObject({ code: 0, document: { state: "done" } });
  });

  it("spending reaches its limit", async () => {
    const add = ["spend", "add", "--model", "m", "--call-site", "plan"];
    expect((await home.cli([...add, "--usd", "21"])).stdout).toContain("Today $21.00 of $25.00, 84%, near the limit");
    expect(await home.json([...add, "--usd", "4"])).toMatchObject({ code: 0, document: { budget: { level: "exhausted" } } });
    expect(await home.json(["budget", "show", "--check"])).toMatchObject({
      code: 1,
      document: { error: { code: "budget_exhausted" } },
    });
    expect(await home.json(["budget", "extend", "10"])).toMatchObject({ code: 0, document: { level: "ok" } });
    expect((await home.cli(["spend", "summary"])).stdout).toMatch(/^Model +Calls.*\nm +2 .*\nTotal +2 .*25\.0000\n$/);
  });

  it("a learning is written to its log file, and verify passes", async () => {
    expect(await home.cli(["learn", "add", 'he said "hi"', "--task-id", "t1", "--to", "GAIA.md"])).toMatchObject({ code: 0 });
    expect(readFileSync(join(home.path, "learnings.log"), "utf8")).toMatch(
      /^\S+ \[task=t1\] Observed: "he said "hi"" → GAIA\.md\n$/,
    );
    expect((await home.cli(["digest"])).stdout).toContain("# Week ");
    expect(await home.json(["verify"])).toMatchObject({ code: 0, document: { ok: true, problems: [] } });
  });

  it("groups list their commands, and wrong usage names the alternatives", async () => {
    expect((await home.cli(["help", "inbox"])).stdout).toMatch(/Messages to the agent[\s\S]*escalate/);
    expect((await home.cli(["help", "inbox", "list"])).stdout).toMatch(/List .*messages[\s\S]*--state/i);
    expect((await home.cli(["help", "eval", "trend"])).stdout).toContain("reward-ledger eval trend");
    expect((await home.cli(["help", "sync", "login"])).stdout).toContain("reward-ledger sync ");
    expect(await home.cli(["help", "eval", "trnd"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean trend?"),
    });
    expect(await home.cli(["help", "sync", "logn"])).toMatchObject({ code: 2, stderr: expect.stringContaining("login") });
    expect(await home.cli(["help", "store"])).toMatchObject({ code: 0 });
    const unknown = await home.cli(["inbox", "lsit"]);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("lsit") });
    expect((await home.json(["task", "move", "t1", "flying"])).document).toMatchObject({ error: { code: "usage" } });
    expect((await home.json(["store", "list", "nope"])).document).toMatchObject({ error: { code: "not_found" } });
  });
});

describe("a group without a command", () => {
  it.each([
    "eval",
    "inbox",
    "task",
    "feedback",
    "spend",
    "budget",
    "audit",
    "ci",
    "memory",
    "learn",
    "self-edit",
    "store",
    "sync",
  ])("%s runs its default command", async (group) => {
    const inside = inProcess(home);
    expect(await inside.cli([group])).toMatchObject({ code: 0, stderr: "" });
    expect(await inside.json([group])).toMatchObject({ code: 0 });
  });

  it("runs it as a process, too", async () => {
    for (const args of [["task"], ["store"], ["store", "--json"]]) {
      const { code, stdout, stderr } = await home.cli(args);
      expect(code).toBe(0);
      expect(await inProcess(home).cli(args), args.join(" ")).toMatchObject({ code, stdout, stderr });
    }
  });

  it("finds the command after flags, and does not mistake a flag's value for one", async () => {
    const list = await home.json(["inbox", "list", "--state", "pending"]);
    expect(await home.json(["inbox", "--state", "pending", "list"])).toEqual(list);
    expect(await home.cli(["inbox", "--cursor", "list"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the cursor"),
    });
    const { document } = await home.json(["sync", "status", "--cached"]);
    expect(document).toMatchObject({ configured: false });
    expect(await home.json(["sync", "--cached", "status"])).toMatchObject({ code: 0, document });
  });

  it("accepts the flags of its default command", async () => {
    expect((await home.json(["inbox", "--state", "pending"])).document).toMatchObject({ rows: expect.any(Array) });
    expect(await home.cli(["inbox", "--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("escalate") });
    expect(await home.cli(["inbox", "lst"])).toMatchObject({ code: 2, stderr: expect.stringContaining("Did you mean list?") });
  });
});
