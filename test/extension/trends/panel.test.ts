import { describe, expect, test } from "vitest";
import { trendsHtml } from "../../../src/extension/trends/html.ts";
import { receivePanelMessage } from "../../../src/extension/trends/requests.ts";
import { notFound } from "../../../src/kernel/errors.ts";
import {
  type HostMessage,
  type PanelHost,
  type PanelMethod,
  type PanelNotice,
  trendsApi,
} from "../../../src/protocol/trends-panel.ts";

type Call = Readonly<{ operation: string; input: unknown }>;

function openPanel(change: Partial<PanelHost> = {}) {
  const calls: Call[] = [];
  const replies: Extract<HostMessage, { type: "reply" }>[] = [];
  const notices: PanelNotice[] = [];
  const refusals: string[] = [];
  const unexpected = async (): Promise<never> => {
    throw new Error("not asked for");
  };
  const host: PanelHost = {
    call: async (operation, input) => {
      calls.push({ operation, input });
      return unexpected();
    },
    connections: unexpected,
    changeConnection: unexpected,
    firstDay: (days) => `${days} days ago`,
    openFinding: unexpected,
    copy: unexpected,
    save: unexpected,
    ...change,
  };
  const receive = (raw: unknown): Promise<void> =>
    receivePanelMessage(raw, {
      host,
      reply: (message) => void replies.push(message),
      notice: (message) => void notices.push(message),
      refused: (reason) => void refusals.push(reason),
    });
  return { calls, replies, notices, refusals, receive };
}

const filter = {
  agent: "codex",
  compare_with: null,
  project: "shop",
  whose: "ana@example.org",
  period: "30d",
  since: null,
  until: null,
} as const;
const custom = { ...filter, whose: "team", period: "custom", since: "2026-03-01" } as const;
const evals = { tier: "e2e", suite: null, branch: "main" };
const id = "0195a000-0000-7000-8000-000000000001";

/** Every request that the store answers, with the operation that answers it and that operation's input. */
const requests: readonly (readonly [method: PanelMethod, params: object, operation: string, input: object])[] = [
  ["trends", filter, "trends", { agent: "codex", project: "shop", member: "ana@example.org", period: "30d" }],
  ["trends", custom, "trends", { agent: "codex", project: "shop", team: true, period: "custom", since: "2026-03-01" }],
  ["ruleEffects", filter, "rule effects", { agent: "codex", project: "shop", member: "ana@example.org", period: "30d" }],
  ["run", { fact_id: id }, "show", { fact_id: id }],
  [
    "runsBreaking",
    { rule: "E501", filter, limit: 200 },
    "breaking",
    { rule: "E501", limit: 200, agent: "codex", project: "shop", member: "ana@example.org", since: "30 days ago" },
  ],
  [
    "runsBreaking",
    { rule: "E501", filter: custom, limit: 200 },
    "breaking",
    { rule: "E501", limit: 200, agent: "codex", project: "shop", team: true, since: "2026-03-01" },
  ],
  [
    "evals",
    { filter, evals },
    "eval overview",
    { project: "shop", branch: "main", member: "ana@example.org", period: "30d", tier: "e2e" },
  ],
  [
    "costs",
    { filter: custom, evals },
    "eval spending",
    { project: "shop", branch: "main", team: true, period: "custom", since: "2026-03-01", tier: "e2e" },
  ],
  ["spend", filter, "spend trends", { member: "ana@example.org", period: "30d" }],
  ["sessions", filter, "session trends", { project: "shop", member: "ana@example.org", period: "30d" }],
  [
    "evalTest",
    { test: { tier: "unit", suite: "", name: "adds" }, filter, evals },
    "eval test",
    { project: "shop", branch: "main", member: "ana@example.org", period: "30d", tier: "unit", suite: "", name: "adds" },
  ],
  ["evalRun", { run: id, whose: null, compare: true }, "eval run", { run: id, compare: true }],
];

describe("messages of the panel", () => {
  test.each(requests)("%s is answered by an operation: %j", async (method, params, operation, input) => {
    const { calls, replies, receive } = openPanel();
    await receive({ type: "request", id: 3, method, params });
    expect(calls).toEqual([{ operation, input }]);
    expect(replies).toMatchObject([{ id: 3, ok: false, error: { message: "Unexpected failure: not asked for" } }]);
  });
  test("every request is tested here, or answered by VS Code itself", () => {
    const byVsCode = ["connections", "changeConnection", "openFinding", "copy", "save"];
    expect([...new Set([...requests.map(([method]) => method), ...byVsCode])].sort()).toEqual(Object.keys(trendsApi).sort());
  });
  test("a request receives the result of its method", async () => {
    const { replies, receive } = openPanel({
      save: async ({ suggested_name: name, text }) => ({ saved: name === "a.csv" && text === "x" }),
    });
    await receive({ type: "request", id: 7, method: "save", params: { suggested_name: "a.csv", text: "x" } });
    expect(replies).toEqual([{ type: "reply", id: 7, ok: true, result: { saved: true } }]);
  });
  test("an agent's connection is changed only for an existing action and agent", async () => {
    const changes: unknown[] = [];
    const { replies, receive } = openPanel({
      changeConnection: async (change) => {
        changes.push(change);
        return null;
      },
    });
    const change = { host: "codex", action: "remove_project" };
    await receive({ type: "request", id: 1, method: "changeConnection", params: change });
    await receive({ type: "request", id: 2, method: "changeConnection", params: { ...change, host: "other" } });
    await receive({ type: "request", id: 3, method: "changeConnection", params: { ...change, action: "delete" } });
    expect(changes).toEqual([change]);
    expect(replies.map(({ ok }) => ok)).toEqual([true, false, false]);
  });
  test("a failed request receives the error", async () => {
    const { replies, receive } = openPanel({
      openFinding: async () => {
        throw notFound("a.py", "Open its folder.");
      },
    });
    const params = { fact_id: "0195a000-0000-7000-8000-000000000001", file: "a.py", line: 1 };
    await receive({ type: "request", id: 8, method: "openFinding", params });
    expect(replies).toMatchObject([{ id: 8, ok: false, error: { code: "not_found", hint: "Open its folder." } }]);
  });
  test("an invalid request receives an error and is not executed", async () => {
    const { replies, refusals, receive } = openPanel();
    await receive({ type: "request", id: 9, method: "run", params: { fact_id: "no uuid" } });
    await receive({ type: "request", id: 10, method: "delete", params: {} });
    expect(replies.map(({ id, ok }) => ({ id, ok }))).toEqual([
      { id: 9, ok: false },
      { id: 10, ok: false },
    ]);
    expect(refusals).toHaveLength(2);
  });
  test("notices are forwarded, and anything else is rejected", async () => {
    const { replies, notices, refusals, receive } = openPanel();
    await receive({ type: "ready" });
    await receive({ type: "command", command: "import" });
    for (const raw of [{ type: "command", command: "reset" }, null, "ready", { type: "request" }]) await receive(raw);
    expect(notices).toEqual([{ type: "ready" }, { type: "command", command: "import" }]);
    expect(refusals).toHaveLength(4);
    expect(replies).toEqual([]);
  });
});

describe("the panel's document", () => {
  const html = trendsHtml({
    nonce: "n0nce",
    cspSource: "https://webview",
    script: "https://webview/trends.js?a&b",
    style: "https://webview/trends.css",
    title: 'Trends "<x>"',
    locale: "de",
  });
  test("allows only its own script and style", () => {
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1];
    expect(policy).toBe(
      "default-src 'none'; script-src 'nonce-n0nce'; style-src https://webview; font-src https://webview; img-src https://webview data:",
    );
  });
  test("has no inline script, style or handler", () => {
    expect(html.match(/<script[^>]*>/g)).toEqual(['<script nonce="n0nce" src="https://webview/trends.js?a&amp;b">']);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
    expect(html).toContain('<html lang="de">');
    expect(html).not.toContain("<x>");
  });
});
