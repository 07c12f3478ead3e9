import { describe, expect, test } from "vitest";
import {
  type AgentNode,
  contextOf,
  limitNodes,
  nodeId,
  parsePlace,
  rootNodes,
  stateNodes,
} from "../../../src/extension/agent/nodes.ts";
import { agentSource, findRows } from "../../../src/extension/agent/rows.ts";
import { nodeText } from "../../../src/extension/agent/texts.ts";
import type { Store } from "../../../src/extension/store/client.ts";
import { promptOf } from "../../../src/features/agent/model/tasks.ts";
import { storePut } from "../../../src/features/agent/operations/store.ts";
import { taskList } from "../../../src/features/agent/operations/tasks.ts";
import type { BudgetView, FeedbackView, OverviewView } from "../../../src/features/agent/operations/views.ts";
import type { SessionView } from "../../../src/features/costs/operations/views.ts";
import { composedKey } from "../../../src/kernel/composed-key.ts";
import { formatUsd } from "../../../src/render/markdown/words.ts";
import { sampleMessage, sampleTask, sampleTime } from "../../support/agent-views.ts";
import { openPorts, quietCall } from "../../support/ports.ts";
import { english, style } from "../texts.ts";

const feedback: FeedbackView = {
  id: "f1",
  received_at: sampleTime,
  from_handle: "em",
  channel: "vscode",
  body: "The rounding is wrong",
  severity: "high",
  context_url: "src/cart.ts:12",
  fix_class: null,
  state: "in-fix",
  fix_pr_url: null,
  regression_test_path: null,
  root_cause: null,
  success_criterion: null,
  notes_json: "[]",
  project: "team/app",
};
const limit = {
  spent_usd: 0,
  limit_usd: 25,
  ceiling_usd: 25,
  percent: 0,
  level: "ok",
  resets_at: "2026-03-16T23:00:00.000Z",
} as const;
const budget: BudgetView = {
  level: "ok",
  today: limit,
  week: { ...limit, limit_usd: 100, ceiling_usd: 100, resets_at: null },
  month: { ...limit, limit_usd: 300, ceiling_usd: 300 },
  projected_today_usd: 0,
  extended_today_usd: 0,
  extension_left_usd: 50,
  allow_extension_request: true,
  extension_max_per_day_usd: 50,
  daily_usd_limit: 25,
  weekly_usd_limit: 100,
  monthly_usd_limit: 300,
  daily_usd_ceiling: 25,
  weekly_usd_ceiling: 100,
  monthly_usd_ceiling: 300,
};
const spent = { ...limit, spent_usd: 22, percent: 88, level: "warning" } as const;
const spending: BudgetView = { ...budget, level: "warning", today: spent, week: spent, month: spent, projected_today_usd: 40 };
const empty: OverviewView = {
  project: null,
  inbox: { unanswered: 0, by_state: {} },
  tasks: { by_state: {} },
  feedback: { by_state: {} },
  budget,
};
const busy: OverviewView = {
  ...empty,
  inbox: { unanswered: 2, by_state: { pending: 1, seen: 1, closed: 3 } },
  tasks: { by_state: { done: 4, running: 1, pending: 2 } },
};
const taskRow = (row: Readonly<{ id: string; state: string; priority: number }>) => ({
  ...row,
  created_at: sampleTime,
  inputs_json: "{}",
  loop_version: 1,
  last_heartbeat_at: sampleTime,
  worker: "ada",
});
const text = (node: AgentNode) => nodeText(node, style, english);

describe("the Agent view", () => {
  test("is empty until something is recorded, and shows the spend next to everything else", () => {
    expect(rootNodes(empty)).toEqual([]);
    expect(rootNodes({ ...empty, budget: spending }).map(nodeId)).toEqual(['["budget"]']);
    expect(rootNodes(busy).map((node) => [nodeId(node), text(node).description])).toEqual([
      ['["section","inbox"]', "5 · 2 unanswered"],
      ['["section","tasks"]', "7"],
      ['["budget"]', "$0.00 of $25.00 (0 %)"],
    ]);
  });
  test("lists the states that have rows in workflow order", () => {
    const states = rootNodes(busy).flatMap((node) => (node.kind === "section" ? stateNodes(node) : []));
    expect(states.map((node) => [nodeId(node), text(node).label, text(node).description])).toEqual([
      [composedKey("state", composedKey("inbox", "pending")), "Pending", "1"],
      [composedKey("state", composedKey("inbox", "seen")), "Seen", "1"],
      [composedKey("state", composedKey("inbox", "closed")), "Closed", "3"],
      [composedKey("state", composedKey("tasks", "running")), "Running", "1"],
      [composedKey("state", composedKey("tasks", "pending")), "Pending", "2"],
      [composedKey("state", composedKey("tasks", "done")), "Done", "4"],
    ]);
  });
  test("shows spending against each limit", () => {
    const node: Extract<AgentNode, { kind: "budget" }> = { kind: "budget", budget: spending };
    expect(text(node).description).toBe("$22.00 of $25.00 (88 %)");
    expect(text(node).tooltip).toContain("nearly reached");
    expect(limitNodes(node).map((one) => text(one).label)).toEqual(["Today", "Last seven days", "This month"]);
    expect(formatUsd(3.2, { ...style, locale: "de" })).toMatch(/^3,20\s\$$/);
  });
  test("shows a row on one line, and its texts cannot inject Markdown", () => {
    expect(text({ kind: "message", row: sampleMessage })).toMatchObject({
      label: "May I drop the [old](command:evil) table?",
      description: "Question · em · 16 Mar 2026, 10:30",
    });
    expect(text({ kind: "message", row: sampleMessage }).tooltip).not.toContain("](command:evil");
    expect(text({ kind: "task", row: sampleTask })).toMatchObject({
      label: "Mend the cart",
      description: "claude-code · tests · $1.25",
    });
    expect(text({ kind: "feedback", row: feedback }).description).toBe("High · src/cart.ts:12 · em");
  });
  test("shows the rows of a store without its own verbs by its list columns", () => {
    const [section] = rootNodes(empty, ["ci_history"]);
    if (section === undefined) throw new Error("there is no section");
    expect([nodeId(section), contextOf(section)]).toEqual(['["store","ci_history"]', "store"]);
    const row = {
      workflow_name: "build",
      branch: "main",
      run_id: 7,
      started_at: sampleTime,
      duration_s: 12,
      conclusion: "[x](y)",
      a: null,
    };
    const node: AgentNode = { kind: "stored", store: "ci_history", key: ["build", "main", "7"], row };
    expect([nodeId(node), contextOf(node)]).toEqual(['["stored","ci_history","build","main","7"]', "stored"]);
    expect(text(node)).toMatchObject({ label: "16 Mar 2026, 10:30", description: "build · main · Run 7 · s 12 · [x](y)" });
    expect(text(node).tooltip).toContain("**Run** 7");
    expect(text(node).tooltip).not.toContain("[x](y)");
  });
  test("shows a session's cost, duration and the review of its branch", () => {
    const session: SessionView = {
      session_id: "5f3c",
      host: "claude-code",
      model: "claude-sonnet-4-6",
      project: "team/app",
      branch: "topic/[cart]",
      started_at: sampleTime,
      ended_at: "2026-03-16T11:29:40.000Z",
      duration_ms: 119 * 60_000 + 40_000,
      turns: 4,
      tools: [
        { tool: "Bash", count: 12 },
        { tool: "Edit", count: 3 },
      ],
      calls: 9,
      cost_usd: 0.42,
      complete: false,
      review: { fact_id: "f", score: 94, verdict: "PASS" },
    };
    const node: AgentNode = { kind: "session", session };
    expect([nodeId(node), contextOf(node)]).toEqual(['["session","5f3c"]', "session"]);
    expect(text(node)).toMatchObject({
      label: "topic/[cart]",
      description: "claude-code · 2h · at least $0.42 · 16 Mar 2026, 10:30",
    });
    for (const part of ["4 prompts", "Bash 12, Edit 3", "score 94"]) expect(text(node).tooltip).toContain(part);
    expect(text(node).tooltip).not.toContain("[cart]");
    const runningSession = {
      ...session,
      branch: null,
      ended_at: null,
      duration_ms: null,
      cost_usd: null,
      review: null,
      tools: [],
    };
    expect(text({ kind: "session", session: runningSession })).toMatchObject({
      label: "claude-code",
      description: "16 Mar 2026, 10:30",
    });
    for (const [ms, expected] of [
      [59_400, "59s"],
      [59 * 60_000, "59m"],
      [119 * 60_000, "1h 59m"],
      [3_600_000, "1h"],
    ] as const) {
      expect(text({ kind: "session", session: { ...session, duration_ms: ms } }).description).toContain(` ${expected} `);
    }
  });
  test("shows the latest sessions, and offers all when there are more", async () => {
    const asked: unknown[] = [];
    const call: Store["call"] = async (name, input) => {
      asked.push([name, input]);
      return Promise.resolve<never>(JSON.parse(JSON.stringify({ sessions: [{ session_id: "s1" }], cut: true })));
    };
    const nodes = await agentSource({ call }, async () => "team/app").stored("sessions");
    expect(asked).toEqual([["session trends", { project: "team/app", limit: 50 }]]);
    expect(nodes.map(nodeId)).toEqual(['["session","s1"]', '["all","sessions"]']);
  });
  test("offers actions by kind, state and location of a row", () => {
    expect(contextOf({ kind: "message", row: sampleMessage })).toBe("message-pending");
    expect(contextOf({ kind: "task", row: sampleTask })).toBe("task-running");
    expect(contextOf({ kind: "feedback", row: feedback })).toBe("feedback-in-fix placed");
    expect(contextOf({ kind: "feedback", row: { ...feedback, context_url: null } })).toBe("feedback-in-fix");
  });
  test("parses a file and line from an address, and a prompt from JSON", () => {
    expect(parsePlace("src/cart.ts:12")).toEqual({ file: "src/cart.ts", line: 12 });
    for (const other of [null, "", "https://example.com:443", "src/cart.ts", "src/cart.ts:0"])
      expect(parsePlace(other)).toBeUndefined();
    expect([promptOf('{"prompt":"x"}'), promptOf('{"a":1}'), promptOf("[1]")]).toEqual(["x", '{"a":1}', "[1]"]);
  });
  test("requests one page of a group and offers more when more rows exist", async () => {
    const asked: unknown[] = [];
    const call: Store["call"] = async (name, input) => {
      asked.push([name, input]);
      return Promise.resolve<never>(JSON.parse(JSON.stringify({ rows: [sampleTask], cursor: "next" })));
    };
    const nodes = await agentSource({ call }, async () => "team/app").rows({ section: "tasks", state: "running" }, 50);
    expect(asked).toEqual([["task list", { project: "team/app", state: "running", limit: 50 }]]);
    expect(nodes.map(nodeId)).toEqual(['["task","t1"]', composedKey("more", composedKey("tasks", "running"))]);
  });
  test("finds rows in the wanted states behind any number of other rows", async () => {
    const ports = await openPorts();
    const rows = Array.from({ length: 201 }, (_, n) => ({ id: `done${n}`, state: "done", priority: 90 }));
    const waiting = [
      { id: "last", state: "pending", priority: 1 },
      { id: "held", state: "blocked", priority: 1 },
    ];
    await storePut.call(ports, { store: "tasks", text: JSON.stringify([...rows, ...waiting].map(taskRow)) }, quietCall);
    const call: Store["call"] = async (name, input) => {
      expect(name).toBe("task list");
      return Promise.resolve<never>(JSON.parse(JSON.stringify(await taskList.call(ports, input, quietCall))));
    };
    const scope = async () => undefined;
    const offered = await findRows({ call }, scope, "task", ["pending", "running", "blocked"]);
    expect(offered.map(nodeId)).toEqual(['["task","last"]', '["task","held"]']);
    expect(await findRows({ call }, scope, "task", [])).toHaveLength(200);
  });
});
