import { beforeEach, describe, expect, it } from "vitest";
import type { Row } from "../../../../src/features/agent/model/column-types.ts";
import { inbox } from "../../../../src/features/agent/model/inbox.ts";
import { sessions } from "../../../../src/features/agent/model/sessions.ts";
import { spend as spendStore } from "../../../../src/features/agent/model/spend.ts";
import { agentStores } from "../../../../src/features/agent/model/stores.ts";
import { futureTimes } from "../../../../src/features/agent/model/times-ahead.ts";
import { trust } from "../../../../src/features/agent/model/trust.ts";
import { auditAdd, auditList } from "../../../../src/features/agent/operations/audit.ts";
import { budgetExtend, budgetSet, budgetShow } from "../../../../src/features/agent/operations/budget.ts";
import { ciAdd, ciEstimate, ciList } from "../../../../src/features/agent/operations/ci.ts";
import { storeExport } from "../../../../src/features/agent/operations/export-rows.ts";
import { feedbackAdd, feedbackList, feedbackMove, feedbackShow } from "../../../../src/features/agent/operations/feedback.ts";
import {
  ask,
  critical,
  inboxAnswer,
  inboxClose,
  inboxEscalate,
  inboxList,
  inboxSeen,
  inboxShow,
  note,
} from "../../../../src/features/agent/operations/inbox.ts";
import { learnAdd, learnList, selfEditAdd, selfEditList } from "../../../../src/features/agent/operations/logs.ts";
import { memoryAdd, memoryList, memoryRecall, memorySupersede } from "../../../../src/features/agent/operations/memory.ts";
import { overview } from "../../../../src/features/agent/operations/overview.ts";
import { taskPause, taskResume } from "../../../../src/features/agent/operations/pause.ts";
import { spendAdd, spendSummary } from "../../../../src/features/agent/operations/spend.ts";
import { storeGet, storeInit, storeList, storePut } from "../../../../src/features/agent/operations/store.ts";
import { storeVerbs } from "../../../../src/features/agent/operations/store-verbs.ts";
import {
  taskAdd,
  taskClaim,
  taskHeartbeat,
  taskList,
  taskMove,
  taskShow,
} from "../../../../src/features/agent/operations/tasks.ts";
import { sampleRow } from "../../../support/agent-rows.ts";
import { testLogger } from "../../../support/journal.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

let ports: TestPorts;
beforeEach(async () => {
  ports = await openPorts({ env: { REWARD_LEDGER_AGENT: "ada" } });
});

type Callable<View> = Readonly<{ call(ports: TestPorts, input: unknown, context: typeof quietCall): Promise<View> }>;
const run = <View>(operation: Callable<View>, input: Readonly<Record<string, unknown>> = {}): Promise<View> =>
  operation.call(ports, input, quietCall);
const errorWith = (code: string, message = "") => ({ code, message: expect.stringContaining(message) });

describe("agent verbs", () => {
  it("resolve an id prefix of a task, message or feedback that matches only one row", async () => {
    for (const id of ["abc-1", "abc-2", "b"]) await run(taskAdd, { prompt: "p", id });
    expect(await run(taskShow, { id: "abc-1" })).toMatchObject({ id: "abc-1" });
    await expect(run(taskShow, { id: "abc" })).rejects.toMatchObject(errorWith("usage", "abc-1, abc-2"));
    await expect(run(taskShow, { id: "c" })).rejects.toMatchObject(errorWith("not_found", "task c"));
    expect(await run(taskClaim, { id: "abc-2" })).toMatchObject({ task: { id: "abc-2" } });
    await run(taskAdd, { prompt: "p", id: "abc" });
    expect(await run(taskShow, { id: "abc" })).toMatchObject({ id: "abc" });
    await run(taskAdd, { prompt: "p", id: "long-id-1" });
    expect(await run(taskClaim, { id: "long" })).toMatchObject({ task: { id: "long-id-1" } });
    expect(await run(taskHeartbeat, { id: "long", stage: "plan" })).toMatchObject({ id: "long-id-1", stage: "plan" });
    expect(await run(taskPause, { id: "long", reason: "r" })).toMatchObject({ task: { id: "long-id-1", state: "paused" } });
    expect(await run(taskResume, { id: "long" })).toMatchObject({ task: { id: "long-id-1", state: "running" } });
    expect(await run(taskMove, { id: "long", state: "done" })).toMatchObject({ id: "long-id-1", state: "done" });
    const { message } = await run(ask, { body: "Which branch?" });
    const start = message.id.slice(0, -1);
    for (const verb of [inboxShow, inboxSeen]) expect(await run(verb, { id: start })).toMatchObject({ id: message.id });
    expect(await run(inboxAnswer, { id: start, answer: "main" })).toMatchObject({ id: message.id, state: "answered" });
    expect(await run(inboxClose, { id: start })).toMatchObject({ id: message.id, state: "closed" });
    const other = await run(critical, { body: "It burns" });
    expect(await run(inboxEscalate, { id: other.message.id })).toMatchObject({ feedback: { id: other.message.id } });
    const added = await run(feedbackAdd, { body: "wrong" });
    expect(await run(feedbackShow, { id: added.id.slice(0, -1) })).toMatchObject({ id: added.id });
    expect(await run(feedbackMove, { id: added.id.slice(0, -1), state: "triaged" })).toMatchObject({ id: added.id });
  });

  it("accept row times in every supported format", async () => {
    const inserted = await run(storePut, {
      store: "ci_history",
      set: [
        "workflow_name=ci",
        "branch=main",
        "run_id=1",
        "started_at=2026-03-16T08:00:00Z",
        "completed_at=2026-03-16 10:30+02:00",
      ],
    });
    expect(inserted.row).toMatchObject({ started_at: "2026-03-16T08:00:00.000Z", completed_at: "2026-03-16T08:30:00.000Z" });
    const { rows } = await run(storeList, { store: "ci_history", where: ["started_at=2026-03-16T09:00+01:00"] });
    expect(rows).toHaveLength(1);
  });

  it("report an invalid amount under the name that was given", async () => {
    const row = (usd: unknown) => JSON.stringify({ ...sampleRow(spendStore), usd_micros: undefined, usd });
    for (const usd of ["$1", true, null, {}]) {
      const refusal = errorWith("invalid_input", "usd must be a number of USD");
      await expect(run(storePut, { store: "spend", row: row(usd) })).rejects.toMatchObject(refusal);
    }
    const tokens = JSON.stringify({ ...sampleRow(spendStore), input_tokens: true });
    await expect(run(storePut, { store: "spend", row: tokens })).rejects.toMatchObject(
      errorWith("invalid_input", "input_tokens"),
    );
    expect(await run(storePut, { store: "spend", row: row(0.25) })).toMatchObject({ row: { usd_micros: 250_000 } });
  });

  it("limit warnings about future times in a batch, and skip columns that may hold future times", async () => {
    const logger = testLogger();
    ports = await openPorts({ logger });
    const rows = Array.from({ length: 5 }, (_, n) => JSON.stringify({ ...sampleRow(inbox), id: `m${n}`, received_at: later }));
    await run(storePut, { store: "em_inbox", text: rows.join("\n") });
    expect(logger.lines).toHaveLength(4);
    expect(logger.lines.at(-1)).toBe("warn: 2 more times of this batch lie in the future.");
    const change = { op: "add", data: { row: { ...sampleRow(inbox), received_at: later } } } as const;
    const now = new Date("2026-03-16T08:00:00.000Z");
    expect(futureTimes({ store: inbox, change }, now)).toMatchObject([{ column: "received_at", value: later }]);
    expect(futureTimes({ store: { ...inbox, happened: [] }, change }, now)).toEqual([]);
  });

  const later = "2027-01-01T00:00:00.000Z";
  it.each([
    ["spend add", spendAdd, { model: "m", call_site: "plan", usd: 1, at: later }, "occurred_at"],
    ["audit add", auditAdd, { tool_name: "Bash", at: later }, "occurred_at"],
    ["learn add", learnAdd, { observation: "o", task_id: "t", at: later }, "ts"],
    [
      "self-edit add",
      selfEditAdd,
      {
        pr: "https://example.com/1",
        fix_class: "doc",
        before_sha: "a",
        after_sha: "b",
        confidence: 90,
        em_review: "approved",
        at: later,
      },
      "ts",
    ],
    ["ci add", ciAdd, { workflow_name: "ci", branch: "main", run_id: 1, started_at: later }, "started_at"],
    ["ci add, at its end", ciAdd, { workflow_name: "ci", branch: "main", run_id: 1, completed_at: later }, "completed_at"],
    ["trust add", storeVerbs(trust).add, { ...trust.verbs?.sample, changed_at: later }, "changed_at"],
    ["sessions add", storeVerbs(sessions).add, { session_id: "s", host: "codex", started_at: later }, "started_at"],
    [
      "store put",
      storePut,
      { store: "tasks", row: JSON.stringify({ created_at: later, inputs_json: "{}", loop_version: 1 }) },
      "created_at",
    ],
    [
      "store put of many rows",
      storePut,
      { store: "em_inbox", text: JSON.stringify({ ...sampleRow(inbox), received_at: later }) },
      "received_at",
    ],
  ] as const)("keep a future time given to %s, with a warning", async (_, operation, input, column) => {
    const logger = testLogger();
    ports = await openPorts({ logger });
    await operation.call(ports, input, quietCall);
    expect(logger.lines).toEqual([expect.stringMatching(`^warn: ${column} ${later} of the .* lies in the future: it is `)]);
  });
});

describe("inbox", () => {
  it("queues a question with an acknowledgement, then answers and closes it", async () => {
    const { message, ack } = await run(ask, { body: "  Which branch?  " });
    expect(ack).toContain("ETA ~5 min");
    expect(message).toMatchObject({
      severity: "question",
      state: "pending",
      body: "  Which branch?  ",
      ack_sent_at: message.received_at,
    });
    expect(await run(inboxSeen, { id: message.id })).toMatchObject({ state: "seen" });
    expect(await run(inboxSeen, { id: message.id })).toMatchObject({ state: "seen" });
    await expect(run(inboxAnswer, { id: message.id, answer: " " })).rejects.toMatchObject(
      errorWith("invalid_input", "needs an answer"),
    );
    expect(await run(inboxAnswer, { id: message.id, answer: "main" })).toMatchObject({ state: "answered", answer: "main" });
    await expect(run(inboxAnswer, { id: message.id, answer: "other" })).rejects.toMatchObject(errorWith("illegal_transition"));
    expect(await run(inboxClose, { id: message.id })).toMatchObject({ state: "closed" });
    expect(await run(inboxShow, { id: message.id })).toMatchObject({ state: "closed", answer: "main" });
    expect(await run(inboxSeen, { id: message.id })).toMatchObject({ state: "closed" });
  });

  it("closes a seen note without an answer, but refuses to close an unseen one", async () => {
    const { message } = await run(note, { body: "CI is slow today" });
    await expect(run(inboxClose, { id: message.id })).rejects.toMatchObject(errorWith("illegal_transition"));
    await run(inboxSeen, { id: message.id });
    expect(await run(inboxClose, { id: message.id })).toMatchObject({ state: "closed", answer: null, answered_at: null });
  });

  it("refuses blank messages and unknown ids", async () => {
    await expect(run(note, { body: " \n" })).rejects.toMatchObject(errorWith("usage", "body: must not be blank"));
    await expect(run(ask, { body: "x", channel: "pigeon" })).rejects.toMatchObject(errorWith("usage", "cli, tui"));
    for (const verb of [inboxShow, inboxSeen, inboxClose]) {
      await expect(run(verb, { id: "nobody" })).rejects.toMatchObject(errorWith("not_found"));
    }
  });

  it("escalates a message once, creating its feedback", async () => {
    const { message } = await run(critical, { body: "Main is broken" });
    const view = await run(inboxEscalate, { id: message.id, fix_class: "test" });
    expect(view.message).toMatchObject({ state: "escalated", escalated_to: view.feedback.id });
    expect(view.feedback).toMatchObject({ severity: "critical", body: "Main is broken", fix_class: "test", state: "pending" });
    await expect(run(inboxEscalate, { id: message.id })).rejects.toMatchObject(errorWith("illegal_transition"));
    expect((await run(feedbackList)).rows).toHaveLength(1);
    for (const [verb, severity] of [
      [note, "low"],
      [ask, "med"],
    ] as const) {
      const sent = await run(verb, { body: "x" });
      expect((await run(inboxEscalate, { id: sent.message.id })).feedback.severity).toBe(severity);
    }
  });

  it("lists latest first, or oldest first on request", async () => {
    for (const body of ["1", "2", "3"]) {
      await run(note, { body });
      ports.clock.advance(5);
    }
    expect((await run(inboxList)).rows.map(({ body }) => body)).toEqual(["3", "2", "1"]);
    expect((await run(inboxList, { state: "pending", oldest_first: true, limit: 2 })).rows.map(({ body }) => body)).toEqual([
      "1",
      "2",
    ]);
  });
});

describe("tasks", () => {
  it("reject a prompt of only blanks", async () => {
    for (const prompt of ["", " \n"]) {
      await expect(run(taskAdd, { prompt })).rejects.toMatchObject(errorWith("usage", "prompt: must not be blank"));
    }
  });

  it("are claimed by priority, then age, and can be finished", async () => {
    await run(taskAdd, { prompt: "low", priority: 10, id: "low" });
    await run(taskAdd, { prompt: "first", id: "first" });
    ports.clock.advance(1000);
    await run(taskAdd, { prompt: "second", id: "second" });
    const claims = [];
    for (let n = 0; n < 4; n++) claims.push((await run(taskClaim, { worker: `w${n}` })).task);
    expect(claims.map((task) => [task?.id, task?.worker, task?.state])).toEqual([
      ["first", "w0", "running"],
      ["second", "w1", "running"],
      ["low", "w2", "running"],
      [undefined, undefined, undefined],
    ]);
    await expect(run(taskClaim, { id: "first" })).rejects.toMatchObject(errorWith("changed_meanwhile"));
    await expect(run(taskMove, { id: "first", state: "pending" })).rejects.toMatchObject({
      ...errorWith("illegal_transition"),
      hint: "Allowed next states: waiting, blocked, paused, done, abandoned.",
    });
    expect(await run(taskMove, { id: "first", state: "done", result_json: "{}", cost_usd: 0.25 })).toMatchObject({
      state: "done",
      cost_usd: 0.25,
      cost_usd_micros: 250_000,
    });
    await expect(run(taskMove, { id: "first", state: "pending" })).rejects.toMatchObject({ hint: "done is a final state." });
    expect((await run(taskList, { state: "running" })).rows.map(({ id }) => id)).toEqual(["second", "low"]);
    await expect(run(taskAdd, { prompt: "again", id: "low" })).rejects.toMatchObject(errorWith("exists"));
    await expect(run(taskAdd, { prompt: "x", id: "../x" })).rejects.toMatchObject(
      errorWith("invalid_input", "cannot be the id of a task"),
    );
  });

  it("without a heartbeat are reclaimed, and the former worker's updates are refused", async () => {
    await run(taskAdd, { prompt: "p", id: "t" });
    await run(taskClaim, { worker: "a" });
    ports.clock.advance(20 * 60_000);
    await run(taskHeartbeat, { id: "t", worker: "a", stage: "tests" });
    ports.clock.advance(20 * 60_000);
    expect(await run(taskClaim, { worker: "b", stale_minutes: 30 })).toEqual({ task: null, reclaimed: false });
    ports.clock.advance(20 * 60_000);
    expect(await run(taskClaim, { worker: "b", stale_minutes: 30 })).toMatchObject({
      reclaimed: true,
      task: { id: "t", worker: "b", stage: "tests" },
    });
    expect(await run(taskClaim, { worker: "c", stale_minutes: 30 })).toMatchObject({ task: null });
    await expect(run(taskHeartbeat, { id: "t", worker: "a" })).rejects.toMatchObject(errorWith("changed_meanwhile"));
    await expect(run(taskMove, { id: "t", worker: "a", state: "done" })).rejects.toMatchObject(errorWith("changed_meanwhile"));
    expect(await run(taskMove, { id: "t", worker: "b", state: "done" })).toMatchObject({ state: "done" });
  });

  it("pause with a complete snapshot and resume, with only one paused at a time", async () => {
    for (const id of ["t1", "t2"]) {
      await run(taskAdd, { prompt: `do ${id}`, id });
      await run(taskClaim, { worker: "a", stage: "plan" });
    }
    const snapshotJson = JSON.stringify({
      tool_call_history: [{ tool: "read", args: { path: "a" }, result: "b" }],
      partial_outputs: { draft: 1 },
    });
    const { snapshot, task } = await run(taskPause, {
      id: "t1",
      reason: "heal",
      resume_hint: "look at a",
      snapshot: snapshotJson,
    });
    expect(task.state).toBe("paused");
    expect(snapshot).toMatchObject({
      task_id: "t1",
      reason: "heal",
      resume_hint: "look at a",
      cwd: ports.cwd,
      original_prompt: "do t1",
      context_hash: expect.stringMatching(/^sha256-[0-9a-f]{64}$/),
      stage_at_pause: "plan",
      state_at_pause: "running",
      tool_call_history: [{ tool: "read", args: { path: "a" }, result: "b" }],
      partial_outputs: { draft: 1 },
      loop_version: 1,
    });
    await expect(run(taskPause, { id: "t2", reason: "heal" })).rejects.toMatchObject(
      errorWith("concurrent_pause", "t1 is paused"),
    );
    await expect(run(taskPause, { id: "t1", reason: "heal" })).rejects.toMatchObject(errorWith("illegal_transition"));
    await expect(run(taskMove, { id: "t2", state: "paused" })).rejects.toMatchObject(errorWith("usage", "needs a snapshot"));
    expect(await run(taskResume, { id: "t1" })).toMatchObject({ snapshot, task: { state: "running", worker: "a" } });
    await expect(run(taskResume, { id: "t1" })).rejects.toMatchObject(errorWith("not_found"));
    await run(taskPause, { id: "t2", reason: "heal" });
    expect(await run(taskMove, { id: "t2", state: "abandoned" })).toMatchObject({ state: "abandoned" });
    expect((await run(storeList, { store: "paused_tasks" })).rows).toEqual([]);
    await expect(run(taskPause, { id: "con", reason: "x" })).rejects.toMatchObject(errorWith("invalid_input", "device"));
    await expect(run(taskPause, { id: "nobody", reason: "x" })).rejects.toMatchObject(errorWith("not_found"));
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });
});

describe("feedback", () => {
  it("moves through all states to closed, and keeps the trail of transitions", async () => {
    const { id } = await run(feedbackAdd, { body: "Never", severity: "high", on: "src/a.ts:12" });
    await run(feedbackMove, { id, state: "triaged", fix_class: "prompt", confidence: 90 });
    await run(feedbackMove, { id, state: "in-fix" });
    await run(feedbackMove, { id, state: "fix-pr-open", fix_pr_url: "https://example.com/1", pr_number: 1 });
    await expect(run(feedbackMove, { id, state: "verified" })).rejects.toMatchObject(
      errorWith("invalid_input", "verified needs a regression test"),
    );
    await run(feedbackMove, { id, state: "verified", regression_test_path: "test/a.test.ts" });
    await run(feedbackMove, { id, state: "closed" });
    const { notes_json, state, context_url } = await run(feedbackShow, { id });
    expect([state, context_url]).toEqual(["closed", "src/a.ts:12"]);
    const trail: readonly Readonly<{ transition: string }>[] = JSON.parse(notes_json);
    expect(trail.map(({ transition }) => transition)).toEqual([
      "pending → triaged",
      "triaged → in-fix",
      "in-fix → fix-pr-open",
      "fix-pr-open → verified",
      "verified → closed",
    ]);
    expect(trail[0]).toMatchObject({ confidence: 90 });
    const { rows } = await run(memoryList);
    expect(rows.map((row) => [row.topic, row.embedding_key, row.confidence, row.source_kind, row.source_id])).toEqual(
      expect.arrayContaining([
        ["failure_patterns", `failure:${id}`, 85, "feedback", id],
        ["review_patterns", `review:${id}`, 80, "feedback", id],
      ]),
    );
    expect(rows).toHaveLength(2);
  });
});

describe("spend and budget", () => {
  const addSpend = (usd: number, more: Readonly<Record<string, unknown>> = {}) =>
    run(spendAdd, { model: "m", call_site: "plan", usd, input_tokens: 100, output_tokens: 10, ...more });

  it("warn at 80 %, stop at 100 %, and continue after an extension", async () => {
    expect((await addSpend(19.999999)).budget).toMatchObject({ level: "ok", today: { spent_usd: 19.999999, ceiling_usd: 25 } });
    expect((await addSpend(0.000001)).budget.level).toBe("warning");
    await run(budgetShow, { check: true });
    expect((await addSpend(5)).budget.level).toBe("exhausted");
    await expect(run(budgetShow, { check: true })).rejects.toMatchObject({
      code: "budget_exhausted",
      message: "The budget is exhausted: $25.00 of $25.00 is spent",
      hint: expect.stringContaining("2026-04-02T00:00:00.000Z"),
    });
    expect(await run(budgetExtend, { usd: 10 })).toMatchObject({
      level: "ok",
      today: { limit_usd: 35, ceiling_usd: 35 },
      extension_left_usd: 40,
    });
    await expect(run(budgetExtend, { usd: 40.01 })).rejects.toMatchObject(errorWith("invalid_input", "$40.00 is left"));
    ports.clock.set("2026-04-02T00:00:00.000Z");
    expect(await run(budgetShow)).toMatchObject({
      level: "ok",
      today: { spent_usd: 0, limit_usd: 25 },
      week: { spent_usd: 25 },
    });
  });

  it("lower a limit immediately, and raise it only with confirmation", async () => {
    expect(await run(budgetSet, { daily: 10 })).toMatchObject({ daily_usd_ceiling: 10, weekly_usd_ceiling: 100 });
    await expect(run(budgetSet, { daily: 11 })).rejects.toMatchObject(errorWith("not_confirmed"));
    expect(await run(budgetSet, { daily: 11, confirm: true })).toMatchObject({ daily_usd_limit: 11, daily_usd_ceiling: 11 });
    await run(budgetSet, { allow_extension: "no" });
    await expect(run(budgetExtend, { usd: 1 })).rejects.toMatchObject(errorWith("invalid_input", "not allowed"));
    await expect(run(budgetSet)).rejects.toMatchObject(errorWith("usage"));
  });

  it("sum spending by model and by task, within the ledger's days", async () => {
    await addSpend(1, { task_id: "t1" });
    await addSpend(2, { model: "n", cache_read_tokens: 7 });
    await addSpend(4, { at: "2026-03-31T23:59:59Z", task_id: "t1" });
    await addSpend(8, { at: "2026-03-20T10:00:00Z" });
    const readTotal = async (flags: Readonly<Record<string, boolean>>) => (await run(spendSummary, flags)).total.usd;
    expect([
      await readTotal({}),
      await readTotal({ week: true }),
      await readTotal({ month: true }),
      await readTotal({ all: true }),
    ]).toEqual([3, 7, 3, 15]);
    expect((await run(spendSummary)).rows).toMatchObject([
      { name: "m", calls: 1, usd: 1 },
      { name: "n", usd: 2, cache_read_tokens: 7 },
    ]);
    expect((await run(spendSummary, { week: true, by_task: true })).rows).toMatchObject([
      { name: "t1", calls: 2, usd: 5 },
      { name: null, usd: 2 },
    ]);
    await expect(run(spendSummary, { week: true, month: true })).rejects.toMatchObject(errorWith("usage"));
    await expect(addSpend(-1)).rejects.toMatchObject(errorWith("usage"));
    expect((await ports.ledger.verify()).problems).toEqual([]);
  });
});

describe("audit, CI, memory, logs", () => {
  it("audit appends with increasing ids, lists the latest entries and fills in late data", async () => {
    for (const tool_name of ["a", "b", "c"]) {
      await run(auditAdd, { tool_name });
      ports.clock.advance(1000);
    }
    const { rows } = await run(auditList, { limit: 2 });
    expect(rows.map((row) => row.tool_name)).toEqual(["b", "c"]);
    expect(rows[0]?.id ?? 0).toBeLessThan(rows[1]?.id ?? 0);
    expect((await run(auditList, { limit: 0, since: "2026-04-01T12:00:01" })).rows).toHaveLength(2);
    const key = [String(rows[1]?.id)];
    expect(await run(storePut, { store: "audit", key, set: ["duration_ms=12"] })).toMatchObject({ row: { duration_ms: 12 } });
    await expect(run(storePut, { store: "audit", key, set: ["duration_ms=13"] })).rejects.toMatchObject(errorWith("append_only"));
    await expect(run(storePut, { store: "audit", key, set: ["tool_name=x"] })).rejects.toMatchObject(errorWith("append_only"));
  });

  it("CI runs yield a duration estimate", async () => {
    for (const [n, duration_s] of [100, 200, 300, 400].entries()) {
      await run(ciAdd, {
        workflow_name: "build",
        branch: "main",
        run_id: n,
        duration_s,
        conclusion: n === 0 ? "failure" : "success",
      });
    }
    await run(ciAdd, { workflow_name: "build", branch: "main", run_id: 9, started_at: "2026-04-01T11:00:00Z" });
    expect(await run(ciEstimate, { workflow_name: "build", branch: "main" })).toMatchObject({
      runs: 4,
      of_branch: true,
      median_s: 200,
      p90_s: 400,
      average_s: 250,
      success_percent: 75,
    });
    expect(await run(ciEstimate, { workflow_name: "build", branch: "fix" })).toMatchObject({ runs: 4, of_branch: false });
    expect(await run(ciEstimate, { workflow_name: "none" })).toMatchObject({ runs: 0, median_s: null });
    const done = await run(ciAdd, { workflow_name: "build", branch: "main", run_id: 9, completed_at: "2026-04-01T11:05:00Z" });
    expect(done).toMatchObject({ duration_s: 300, started_at: "2026-04-01T11:00:00.000Z" });
    expect((await run(ciList, { workflow_name: "build" })).rows).toHaveLength(5);
  });

  it("memory is recalled only in its project, counts recalls, and can be superseded", async () => {
    const added = await run(memoryAdd, { topic: "em_preferences", payload_json: '{"preference":"small commits"}', project: "a" });
    await run(memoryAdd, { topic: "em_preferences", payload_json: '{"preference":"other"}', project: "b" });
    expect((await run(memoryRecall, { topic: "em_preferences", project: "a" })).rows).toMatchObject([
      { id: added.id, recall_count: 1, last_recalled_at: "2026-04-01T12:00:00.000Z" },
    ]);
    const { new: next, old } = await run(memorySupersede, { id: added.id, payload_json: '{"preference":"tiny commits"}' });
    expect([old.superseded_by, next.topic, next.project]).toEqual([next.id, "em_preferences", "a"]);
    expect((await run(memoryRecall, { project: "a" })).rows.map(({ id }) => id)).toEqual([next.id]);
    expect((await run(memoryRecall, { project: "c" })).rows).toEqual([]);
    expect((await run(memoryList)).rows).toHaveLength(3);
    await expect(run(memorySupersede, { id: added.id, payload_json: "{}" })).rejects.toMatchObject(
      errorWith("changed_meanwhile"),
    );
    await expect(run(memoryAdd, { topic: "em_preferences", payload_json: "[]" })).rejects.toMatchObject(
      errorWith("invalid_input"),
    );
  });

  it("logs validate their entries", async () => {
    await run(learnAdd, { observation: 'he said "hi"', task_id: "t1", to: "skill:git" });
    await expect(run(learnAdd, { observation: "x", task_id: 't] Observed: "y' })).rejects.toMatchObject(
      errorWith("invalid_input"),
    );
    await expect(run(learnAdd, { observation: "x\ny", task_id: "t" })).rejects.toMatchObject(errorWith("invalid_input"));
    expect((await run(learnList)).rows).toMatchObject([{ observation: 'he said "hi"', candidate: "skill:git" }]);
    const edit = {
      pr: "https://example.com/1",
      fix_class: "doc",
      before_sha: "a",
      after_sha: "b",
      confidence: 90,
      em_review: "ok",
    };
    expect(await run(selfEditAdd, { ...edit, pass: ["static=pass"] })).toMatchObject({
      review_passes: expect.stringContaining('"static":"pass","functional":"skipped"'),
    });
    await expect(run(selfEditAdd, { ...edit, pass: ["static=great"] })).rejects.toMatchObject(
      errorWith("invalid_input", "review_passes"),
    );
    await expect(run(selfEditAdd, { ...edit, pass: ["other=pass"] })).rejects.toMatchObject(
      errorWith("invalid_input", "review_passes"),
    );
    await expect(run(selfEditAdd, { ...edit, confidence: 999 })).rejects.toMatchObject(errorWith("usage"));
    expect((await run(selfEditList)).rows).toHaveLength(1);
  });
});

describe("stores for programs", () => {
  it("init returns the same map every time", async () => {
    const map = await run(storeInit);
    expect(Object.keys(map)).toEqual([
      "em_inbox",
      "tasks",
      "feedback",
      "spend",
      "audit",
      "ci_history",
      "memory",
      "paused_tasks",
      "self_edits_log",
      "learnings_log",
      "trust",
      "sessions",
    ]);
    expect(await run(storeInit)).toEqual(map);
  });

  it.each(agentStores.map((store) => ({ name: store.name, store })))(
    "a row of $name is returned unchanged, also after a rebuild, and an invalid row is not stored",
    async ({ name, store }) => {
      const row = sampleRow(store);
      const inserted = await run(storePut, { store: name, row: JSON.stringify(row), project: "acme/shop" });
      const generatedColumns = store.keyFrom === "given" ? [] : store.key;
      expect(inserted.row).toMatchObject({
        ...row,
        ...Object.fromEntries(generatedColumns.map((column) => [column, inserted.row[column]])),
      });
      const key = store.key.map((column) => String(inserted.row[column]));
      expect(await run(storeGet, { store: name, key })).toEqual(inserted.row);
      const invalidRow = { ...row, [store.key[0] ?? ""]: "other", run_id: 8, nope: 1 };
      await expect(run(storePut, { store: name, row: JSON.stringify(invalidRow) })).rejects.toMatchObject(
        errorWith("invalid_input", "there is no column"),
      );
      await ports.ledger.rebuild();
      expect((await run(storeList, { store: name })).rows).toEqual([inserted.row]);
      expect((await ports.ledger.verify()).problems).toEqual([]);
    },
  );

  it.each(agentStores.map((store) => ({ name: store.name, store })))(
    "rows exported from $name can be put into another home, and invalid lines are reported",
    async ({ name, store }) => {
      const rows = [1, 2, 3].map((n) => {
        const key = store.key[0] ?? "";
        const keyCells = store.keyFrom === "given" ? { [key]: key === "workflow_name" ? "build" : `k${n}` } : {};
        return {
          ...sampleRow(store),
          ...keyCells,
          ...(name === "ci_history" ? { run_id: n } : {}),
          project: n === 3 ? null : "acme/shop",
        };
      });
      const text = rows.map((row) => JSON.stringify(row)).join("\n");
      expect(await run(storePut, { store: name, text })).toMatchObject({ created: true, rows: 3 });
      const { content } = await run(storeExport, { store: name, format: "jsonl" });
      const other = await openPorts();
      const putRows = (input: Readonly<Record<string, unknown>>) => storePut.call(other, { store: name, ...input }, quietCall);
      const readRows = () => other.ledger.ask(({ agent }) => agent.list(store, {}).rows);
      await expect(putRows({ text: "nonsense" })).rejects.toMatchObject(errorWith("invalid_json", "line 1 of standard input"));
      await expect(putRows({ text: '{"nope":1}\nnonsense' })).rejects.toMatchObject(
        errorWith("invalid_input", "line 2 of standard input"),
      );
      expect(await readRows()).toEqual([]);
      const view = await putRows({ text: `\uFEFFnonsense\r\n\n${content}{"nope":1}\n` });
      expect(view).toMatchObject({ created: true, rows: 3 });
      expect(view.refused).toEqual([
        { row: "line 1 of standard input", why: expect.stringContaining("not valid JSON") },
        { row: "line 6 of standard input", why: expect.stringContaining("there is no column") },
      ]);
      expect(storePut.failed?.(view)).toBe(true);
      const generatedColumns = new Set(store.keyFrom === "given" ? [] : store.key);
      const cells = (storedRows: readonly Row[]) =>
        storedRows.map((row) => Object.entries(row).filter(([column]) => !generatedColumns.has(column)));
      expect(cells(await readRows())).toEqual(cells(await ports.ledger.ask(({ agent }) => agent.list(store, {}).rows)));
    },
  );

  it("refuses empty input, conflicting sources, and whole rows combined with single columns", async () => {
    await expect(run(storePut, { store: "tasks", text: "\n" })).rejects.toMatchObject(errorWith("usage", "there are no rows"));
    await expect(run(storePut, { store: "tasks", text: "{}", set: ["priority=1"] })).rejects.toMatchObject(errorWith("usage"));
    for (const both of [{ stdin: true }, { text: "{}" }]) {
      await expect(run(storePut, { store: "tasks", from: "rows.jsonl", ...both })).rejects.toMatchObject(
        errorWith("usage", "both from rows.jsonl and from standard input"),
      );
    }
    expect(storePut.stdin?.wanted({ stdin: true, from: "rows.jsonl" })).toBe(false);
    await expect(run(storePut, { store: "tasks", text: "[1]" })).rejects.toMatchObject(
      errorWith("invalid_input", "row 1 of standard input"),
    );
  });

  it("puts, gets, lists and exports rows by their columns", async () => {
    const inserted = await run(storePut, {
      store: "tasks",
      row: '{"created_at":"2026-04-01T00:00:00.000Z","inputs_json":{"prompt":"=1+1"},"loop_version":1}',
      set: ["priority=70"],
    });
    expect(inserted).toMatchObject({ created: true, row: { priority: 70, inputs_json: '{"prompt":"=1+1"}', state: "pending" } });
    const key = [String(inserted.row["id"])];
    expect(await run(storePut, { store: "tasks", key, set: ["stage=plan", "state=running"] })).toMatchObject({ created: false });
    expect(await run(storeGet, { store: "tasks", key })).toMatchObject({ stage: "plan", state: "running" });
    expect(
      (await run(storeList, { store: "tasks", where: ["stage=plan", "worker=null"], order: "created_at desc, id" })).rows,
    ).toHaveLength(1);
    expect((await run(storeList, { store: "tasks", where: ["stage=other"] })).rows).toEqual([]);
    await expect(run(storeList, { store: "tasks", where: ["1=1 OR stage=plan"] })).rejects.toMatchObject(
      errorWith("invalid_input", "no column"),
    );
    for (const order of ["id; DROP TABLE tasks", "id ASC DESC", "", "nope", "id DESC,"]) {
      await expect(run(storeList, { store: "tasks", order })).rejects.toThrow();
    }
    await expect(run(storePut, { store: "tasks", key, row: '{"nope":1}' })).rejects.toMatchObject(
      errorWith("invalid_input", "no column nope"),
    );
    await expect(run(storePut, { store: "tasks", key })).rejects.toMatchObject(errorWith("invalid_input", "nothing to change"));
    await expect(run(storePut, { store: "nope" })).rejects.toMatchObject({
      code: "not_found",
      hint: expect.stringContaining("em_inbox"),
    });
    await expect(run(storeGet, { store: "ci_history", key: ["build"] })).rejects.toMatchObject(
      errorWith("usage", "workflow_name, branch, run_id"),
    );
    expect((await run(storeExport, { store: "tasks", format: "csv" })).content).toMatch(/^id,priority,.*,cost_usd\n/);
    expect(JSON.parse((await run(storeExport, { store: "tasks" })).content ?? "")).toHaveLength(1);
    await expect(run(storeExport, { store: "tasks", format: "native" })).rejects.toMatchObject(errorWith("usage"));
    expect(await run(taskShow, { id: key[0] })).toMatchObject({ stage: "plan" });
  });
});

it("overview sums up inbox, tasks and budget", async () => {
  await run(ask, { body: "?" });
  await run(note, { body: "!" });
  await run(taskAdd, { prompt: "Fix *it*", id: "t" });
  await run(taskClaim);
  await run(taskMove, { id: "t", state: "done", cost_usd: 0.5 });
  await run(spendAdd, { model: "m", call_site: "plan", usd: 0.5 });
  expect(await run(overview)).toMatchObject({
    inbox: { unanswered: 1, by_state: { pending: 2 } },
    tasks: { by_state: { done: 1 } },
    budget: { level: "ok", today: { spent_usd: 0.5 } },
  });
});
