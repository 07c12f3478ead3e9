import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { feedback } from "../../src/features/agent/model/feedback.ts";
import { inbox } from "../../src/features/agent/model/inbox.ts";
import { parseLearning } from "../../src/features/agent/model/learnings.ts";
import { selfEditEntry } from "../../src/features/agent/model/self-edits.ts";
import { feedbackAdd, feedbackMove, feedbackShow } from "../../src/features/agent/operations/feedback.ts";
import { ask, inboxEscalate } from "../../src/features/agent/operations/inbox.ts";
import { learnAdd, selfEditAdd } from "../../src/features/agent/operations/logs.ts";
import { memoryAdd, memoryList, memorySupersede } from "../../src/features/agent/operations/memory.ts";
import { taskPause, taskResume } from "../../src/features/agent/operations/pause.ts";
import { storeInit } from "../../src/features/agent/operations/store.ts";
import { taskAdd, taskClaim, taskShow } from "../../src/features/agent/operations/tasks.ts";
import { bundleScript } from "../support/bundle.ts";
import { wasmPath } from "../support/index.ts";
import { openPorts, quietCall, type TestPorts } from "../support/ports.ts";
import { startScript } from "../support/processes.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const directory = temporaryDirectory("agent");
const worker = fileURLToPath(new URL("../support/agent-worker.ts", import.meta.url));
let script: string;
beforeAll(async () => {
  script = await bundleScript(worker, directory);
});

/** Runs eight processes at once and returns the lines that they write. */
async function runEight(task: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const users = Array.from({ length: 8 }, (_, n) => startScript(script, { assets: dirname(wasmPath), name: `w${n}`, ...task }));
  const ended = await Promise.all(users.map((user) => user.ended));
  expect(ended.map(({ code, errors }) => ({ code, errors }))).toEqual(users.map(() => ({ code: 0, errors: "" })));
  const lines = users.flatMap((user) => user.lines);
  expect(lines.filter((line) => line.startsWith("error "))).toEqual([]);
  return lines;
}

const linesOf = (path: string): readonly string[] => readFileSync(path, "utf8").split("\n").slice(0, -1);

describe("eight concurrent processes", () => {
  it("never claim a task twice, and leave none unclaimed", async () => {
    const ports = await openPorts({ home: join(directory, "claims") });
    const tasks = 60;
    for (let n = 0; n < tasks; n++) await taskAdd.call(ports, { prompt: `task ${n}`, priority: n % 7 }, quietCall);
    const claimed = (await runEight({ home: ports.home, work: "claim" })).filter((line) => line.startsWith("claimed "));
    expect(claimed).toHaveLength(tasks);
    expect(new Set(claimed.map((line) => line.split(" ")[1])).size).toBe(tasks);
    expect(await ports.ledger.verify()).toMatchObject({ problems: [] });
  });

  it("write lines above 4 KB into the logs without mixing or losing any", async () => {
    const home = join(directory, "writers");
    mkdirSync(home);
    await runEight({ home, work: "write", lines: 6, characters: 9_000 });
    const learnings = linesOf(join(home, "learnings.log")).map((line) => parseLearning(line));
    expect(learnings.every((one) => one !== undefined && one.observation.length === 9_000)).toBe(true);
    expect(new Set(learnings.map((one) => one?.observation)).size).toBe(48);
    const edits = linesOf(join(home, "self-edits.log")).map((line) => selfEditEntry.parse(JSON.parse(line)));
    expect(new Set(edits.map(({ pr }) => pr)).size).toBe(48);
    const ports = await openPorts({ home });
    expect(await ports.ledger.verify()).toMatchObject({ facts: 96, problems: [] });
  });
});

/** Messages and the feedback that they became, as read by a process that opens the home later. */
async function escalations(home: string) {
  const ports = await openPorts({ home });
  expect((await ports.ledger.verify()).problems).toEqual([]);
  const [messages, feedbackRows] = await ports.ledger.ask(
    ({ agent }) => [agent.list(inbox, {}).rows, agent.list(feedback, {}).rows] as const,
  );
  return { ports, messages, said: new Map(feedbackRows.map((row) => [row.id, row])) };
}

/** The home after a power failure cut the last `lost` facts, not yet acknowledged, off the log and left a part of the first. */
async function reopenAfterLoss(ports: TestPorts, lost: number): Promise<TestPorts> {
  await ports.ledger.close();
  for (const name of ["index.sqlite", "summary.json", "heads"]) rmSync(join(ports.home, name), { recursive: true, force: true });
  const log = join(ports.home, "journal", ports.ledger.device.id, "00000001.jsonl");
  const lines = linesOf(log);
  const keptLines = lines.slice(0, lines.length - lost);
  writeFileSync(log, `${keptLines.join("\n")}\n${(lines[keptLines.length] ?? "").slice(0, 100)}`);
  return openPorts({ home: ports.home });
}

describe("an escalation", () => {
  it("is atomic when its process is killed, and can be retried", async () => {
    const home = join(directory, "escalations");
    mkdirSync(home);
    const acknowledgedIds: string[] = [];
    for (let trial = 0; trial < 10; trial++) {
      const task = { assets: dirname(wasmPath), name: `w${trial}`, home, work: "escalate", characters: trial * 900 };
      const child = startScript(script, task);
      // After its first escalation, the process is in the middle of another one, each time at another point.
      await child.line(trial % 2 === 0 ? "escalated " : "asked ");
      child.kill("SIGKILL");
      await child.ended;
      acknowledgedIds.push(
        ...child.lines.flatMap((line) => (line.startsWith("escalated ") ? [line.slice("escalated ".length)] : [])),
      );
    }
    const { ports, messages, said } = await escalations(home);
    const escalated = messages.filter(({ state }) => state === "escalated");
    expect(escalated.map(({ id }) => id)).toEqual(expect.arrayContaining(acknowledgedIds));
    expect(escalated.map(({ escalated_to }) => said.get(escalated_to ?? "")?.body)).toEqual(escalated.map(({ body }) => body));
    for (const { id } of messages.filter(({ state }) => state === "pending")) {
      await inboxEscalate.call(ports, { id }, quietCall);
    }
    const after = await escalations(home);
    expect(after.messages.every(({ state }) => state === "escalated")).toBe(true);
    expect(after.said.size).toBe(after.messages.length);
    expect(acknowledgedIds.length).toBeGreaterThan(4);
  });

  it("that was cut off after its first fact is continued, not started again", async () => {
    const ports = await openPorts();
    const { message } = await ask.call(ports, { body: "Main is broken" }, quietCall);
    await inboxEscalate.call(ports, { id: message.id }, quietCall);
    const again = await reopenAfterLoss(ports, 1);
    const view = await inboxEscalate.call(again, { id: message.id, fix_class: "test" }, quietCall);
    expect(view.message).toMatchObject({ state: "escalated", escalated_to: view.feedback.id });
    expect(view.feedback).toMatchObject({ fix_class: "test" });
    const { said } = await escalations(ports.home);
    expect([...said.keys()]).toEqual([view.feedback.id]);
    await expect(inboxEscalate.call(again, { id: message.id }, quietCall)).rejects.toMatchObject({ code: "illegal_transition" });
  });
});

describe("a verb retried after losing facts", () => {
  it("pauses a task, with the snapshot of the last attempt", async () => {
    const ports = await openPorts();
    await taskAdd.call(ports, { id: "t1", prompt: "p" }, quietCall);
    await taskClaim.call(ports, {}, quietCall);
    await taskPause.call(ports, { id: "t1", reason: "first" }, quietCall);
    const again = await reopenAfterLoss(ports, 1);
    expect(await taskShow.call(again, { id: "t1" }, quietCall)).toMatchObject({ state: "running" });
    const view = await taskPause.call(again, { id: "t1", reason: "second" }, quietCall);
    expect(view).toMatchObject({ task: { state: "paused" }, snapshot: { reason: "second", state_at_pause: "running" } });
    // That attempt had three facts; without the last two, there is neither a snapshot nor a pause.
    const third = await reopenAfterLoss(again, 2);
    await taskPause.call(third, { id: "t1", reason: "third" }, quietCall);
    expect(await taskResume.call(third, { id: "t1" }, quietCall)).toMatchObject({ snapshot: { reason: "third" } });
    expect((await third.ledger.verify()).problems).toEqual([]);
  });

  it("supersedes a memory with the one that was already added", async () => {
    const ports = await openPorts();
    const memoryInput = { topic: "em_preferences", payload_json: '{"commits":"small"}' };
    const { id } = await memoryAdd.call(ports, memoryInput, quietCall);
    const next = { id, payload_json: '{"commits":"tiny"}' };
    const first = await memorySupersede.call(ports, next, quietCall);
    const again = await reopenAfterLoss(ports, 1);
    const view = await memorySupersede.call(again, next, quietCall);
    expect([view.new.id, view.old.superseded_by]).toEqual([first.new.id, first.new.id]);
    expect((await memoryList.call(again, { current: true }, quietCall)).rows).toEqual([view.new]);
    // The same text for another memory is another memory.
    const other = await memoryAdd.call(again, memoryInput, quietCall);
    const second = await memorySupersede.call(again, { ...next, id: other.id }, quietCall);
    expect(second.new.id).not.toBe(view.new.id);
    expect((await memoryList.call(again, {}, quietCall)).rows).toHaveLength(4);
  });

  it.each(["tiny", "huge"])("is refused for a memory superseded in the meantime, with %s commits", async (commits) => {
    const ports = await openPorts();
    const { id } = await memoryAdd.call(ports, { topic: "em_preferences", payload_json: '{"commits":"small"}' }, quietCall);
    const supersede = (by: TestPorts, content: string) =>
      memorySupersede.call(by, { id, payload_json: JSON.stringify({ commits: content }) }, quietCall);
    const record: TestPorts["ledger"]["record"] = async (...batch) => {
      await supersede(ports, "tiny");
      return ports.ledger.record(...batch);
    };
    const racingPorts = { ...ports, ledger: { ...ports.ledger, device: ports.ledger.device, record } };
    await expect(supersede(racingPorts, commits)).rejects.toMatchObject({ code: "changed_meanwhile" });
    expect((await memoryList.call(ports, { current: true }, quietCall)).rows).toMatchObject([
      { payload_json: '{"commits":"tiny"}' },
    ]);
  });

  it.each([1, 2, 3])("verifies feedback and stores each lesson once when %i facts were lost", async (lost) => {
    const ports = await openPorts();
    const { id } = await feedbackAdd.call(ports, { body: "Wrong" }, quietCall);
    for (const state of ["triaged", "in-fix", "fix-pr-open"]) await feedbackMove.call(ports, { id, state }, quietCall);
    const move = { id, state: "verified", regression_test_path: "test/a.test.ts" };
    await feedbackMove.call(ports, { ...move, reason: "first" }, quietCall);
    const again = await reopenAfterLoss(ports, lost);
    expect(await feedbackShow.call(again, { id }, quietCall)).toMatchObject({ state: "fix-pr-open" });
    expect(await feedbackMove.call(again, { ...move, reason: "again" }, quietCall)).toMatchObject({ state: "verified" });
    const { rows } = await memoryList.call(again, {}, quietCall);
    expect(rows.map(({ topic }) => topic).toSorted()).toEqual(["failure_patterns", "review_patterns"]);
    expect(rows.find(({ topic }) => topic === "review_patterns")?.payload_json).toContain("again");
    expect((await again.ledger.verify()).problems).toEqual([]);
  });
});

const edit = { fix_class: "doc", before_sha: "a", after_sha: "b", confidence: 90, em_review: "approved" } as const;

/** A home with two lines in each log and one paused task. */
async function filledHome(): Promise<TestPorts> {
  const ports = await openPorts();
  await storeInit.call(ports, {}, quietCall);
  for (const n of [1, 2]) {
    await learnAdd.call(ports, { observation: `seen ${n}`, task_id: "t1", to: "GAIA.md" }, quietCall);
    await selfEditAdd.call(ports, { ...edit, pr: `https://example.com/${n}` }, quietCall);
  }
  await taskAdd.call(ports, { id: "t1", prompt: "p" }, quietCall);
  await taskClaim.call(ports, {}, quietCall);
  await taskPause.call(ports, { id: "t1", reason: "r" }, quietCall);
  await ports.ledger.checkpoint({ force: true });
  return ports;
}

const names = ["learnings.log", "self-edits.log", "paused-tasks/t1.json"] as const;
const contents = (home: string): readonly string[] => names.map((name) => readFileSync(join(home, name), "utf8"));

describe("store files", () => {
  it.each(["deleted", "emptied", "torn", "replaced"])("are restored when they were %s", async (how) => {
    const { home, ledger } = await filledHome();
    const before = contents(home);
    await ledger.close();
    for (const name of names) {
      const path = join(home, name);
      const text = readFileSync(path, "utf8");
      if (how === "deleted") rmSync(path);
      if (how === "emptied") writeFileSync(path, "");
      if (how === "torn") writeFileSync(path, text.slice(0, -7));
      if (how === "replaced")
        writeFileSync(path, `${text.replace("seen 1", "SEEN 1").replace("/1", "/9").replace('"r"', '"s"')}x`);
    }
    const again = await openPorts({ home });
    await again.ledger.ask(() => null);
    await storeInit.call(again, {}, quietCall);
    expect(contents(home)).toEqual(before);
    expect((await again.ledger.verify()).problems).toEqual([]);
    const kept = readdirSync(join(home)).includes("quarantine") ? readdirSync(join(home, "quarantine")) : [];
    expect(kept).toHaveLength(how === "replaced" ? 2 : 0);
  });

  it("are restored by a process that only queries", async () => {
    const { home, ledger } = await filledHome();
    const before = contents(home);
    await ledger.close();
    rmSync(join(home, "learnings.log"));
    rmSync(join(home, "paused-tasks"), { recursive: true });
    const again = await openPorts({ home });
    await again.ledger.ask(() => null);
    await again.ledger.close();
    expect(contents(home)).toEqual(before);
  });

  it("that differ from the journal are reported by verify and rewritten by rebuild", async () => {
    const { home, ledger } = await filledHome();
    const before = contents(home);
    const path = join(home, "learnings.log");
    writeFileSync(path, readFileSync(path, "utf8").replace("seen 1", "seen 9"));
    expect((await ledger.verify()).problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("learnings.log differs"),
    ]);
    await ledger.rebuild();
    expect(contents(home)).toEqual(before);
    expect((await ledger.verify()).problems).toEqual([]);
  });

  it("of a resumed task are removed, unknown ones quarantined, and leftover temporary ones removed", async () => {
    const ports = await filledHome();
    writeFileSync(join(ports.home, "paused-tasks/other.json"), "{}");
    writeFileSync(join(ports.home, "paused-tasks/t1.json.0f8fad5b-d9cb-469f-a165-70867728950e.tmp"), "half");
    writeFileSync(join(ports.home, "paused-tasks/notes.tmp"), "not ours");
    await taskResume.call(ports, { id: "t1" }, quietCall);
    await ports.ledger.checkpoint({ force: true });
    expect(readdirSync(join(ports.home, "paused-tasks"))).toEqual(["notes.tmp"]);
    expect(readdirSync(join(ports.home, "quarantine"))).toEqual([expect.stringMatching(/^paused-tasks-other\.json/)]);
  });
});
