import { describe, expect, test } from "vitest";
import { trendsHtml } from "../../src/extension/trends/html.ts";
import { type PanelAnswers, receivePanelMessage } from "../../src/extension/trends/requests.ts";
import { notFound } from "../../src/kernel/errors.ts";
import type { HostMessage, PanelNotice } from "../../src/protocol/trends-panel.ts";

function panel(change: Partial<PanelAnswers> = {}) {
  const replies: Extract<HostMessage, { type: "reply" }>[] = [];
  const notices: PanelNotice[] = [];
  const refusals: string[] = [];
  const unexpected = async (): Promise<never> => {
    throw new Error("not asked for");
  };
  const answers: PanelAnswers = {
    trends: unexpected,
    run: unexpected,
    runsBreaking: unexpected,
    evals: unexpected,
    costs: unexpected,
    spend: unexpected,
    evalTest: unexpected,
    evalRun: unexpected,
    openFinding: unexpected,
    copy: unexpected,
    save: unexpected,
    ...change,
  };
  const receive = (raw: unknown): Promise<void> =>
    receivePanelMessage(raw, {
      answers,
      reply: (message) => void replies.push(message),
      notice: (message) => void notices.push(message),
      refused: (reason) => void refusals.push(reason),
    });
  return { replies, notices, refusals, receive };
}

describe("messages of the panel", () => {
  test("a request gets the answer of its method", async () => {
    const { replies, receive } = panel({ save: async (name, text) => ({ saved: name === "a.csv" && text === "x" }) });
    await receive({ type: "request", id: 7, method: "save", params: { suggested_name: "a.csv", text: "x" } });
    expect(replies).toEqual([{ type: "reply", id: 7, ok: true, result: { saved: true } }]);
  });
  test("a request that fails gets the error", async () => {
    const { replies, receive } = panel({
      openFinding: async () => {
        throw notFound("a.py", "Open its folder.");
      },
    });
    const params = { fact_id: "0195a000-0000-7000-8000-000000000001", file: "a.py", line: 1 };
    await receive({ type: "request", id: 8, method: "openFinding", params });
    expect(replies).toMatchObject([{ id: 8, ok: false, error: { code: "not_found", hint: "Open its folder." } }]);
  });
  test("a request that does not parse gets an error and is not carried out", async () => {
    const { replies, refusals, receive } = panel();
    await receive({ type: "request", id: 9, method: "run", params: { fact_id: "no uuid" } });
    await receive({ type: "request", id: 10, method: "delete", params: {} });
    expect(replies.map(({ id, ok }) => ({ id, ok }))).toEqual([
      { id: 9, ok: false },
      { id: 10, ok: false },
    ]);
    expect(refusals).toHaveLength(2);
  });
  test("notices are passed on, anything else is refused", async () => {
    const { replies, notices, refusals, receive } = panel();
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
  test("allows its own script and style and nothing else", () => {
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
