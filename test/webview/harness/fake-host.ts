import type { HostMessage, PanelNotice, PanelRequest } from "../../../src/protocol/trends-panel.ts";
import { connections } from "./connections.ts";
import { type Costs, costsOf } from "./costs.ts";
import { type EvalsLedger, evalsLedger, evalsOf } from "./evals.ts";
import { type Ledger, ledgerOf } from "./ledger.ts";
import { ruleEffects } from "./rule-effects.ts";
import { scenarioNames, scenarioOf } from "./scenario.ts";

/*
 * Runs in the page before the panel and replaces VS Code and the extension's host: it provides `acquireVsCodeApi`, answers
 * requests from a ledger in memory, keeps the state in session storage so that it survives a reload, and records the messages it
 * receives.
 */

type PanelMessage = PanelRequest | PanelNotice;
/** What tests read and control: the messages of the panel, and how the host answers. */
export type HarnessControl = { told: PanelMessage[]; failing: boolean; delayMs: number; say(message: HostMessage): void };

declare global {
  interface Window {
    harness: HarnessControl;
    acquireVsCodeApi(): unknown;
  }
}

const stateKey = "panel state";
const parameters = new URLSearchParams(location.search);
const scenario = scenarioNames.find((name) => name === parameters.get("scenario")) ?? "sixty";
const locale = parameters.get("locale") ?? "en";
const ledger: Ledger = ledgerOf(scenarioOf(scenario));
// Created on first use, because some scenarios have hundreds of thousands of results.
const lazyEvals: { evals?: EvalsLedger } = {};
function evals(): EvalsLedger {
  lazyEvals.evals ??= evalsLedger(evalsOf(scenario), scenarioOf(scenario).now);
  return lazyEvals.evals;
}

const costs: Costs = costsOf(scenario);

const control: HarnessControl = {
  told: [],
  failing: false,
  delayMs: 0,
  say: (message) => window.postMessage(message, location.origin),
};

function answer(request: PanelRequest): HostMessage {
  const { id } = request;
  if (control.failing) {
    const error = {
      code: "store_unreadable",
      message: "Failed to read /home/dev/.reward-ledger/index.sqlite: permission denied",
      hint: "Check the permissions of the home, then run `reward-ledger doctor`.",
    } as const;
    return { type: "reply", id, ok: false, error };
  }
  switch (request.method) {
    case "trends":
      return { type: "reply", id, ok: true, result: ledger.trends(request.params) };
    case "ruleEffects":
      return { type: "reply", id, ok: true, result: ruleEffects(ledger.trends(request.params), request.params) };
    case "run": {
      const result = ledger.run(request.params.fact_id);
      if (result !== undefined) return { type: "reply", id, ok: true, result };
      const error = { code: "not_found", message: "Failed to find this run", hint: "It may have been reset." } as const;
      return { type: "reply", id, ok: false, error };
    }
    case "runsBreaking": {
      const { rule, filter, limit } = request.params;
      return { type: "reply", id, ok: true, result: ledger.runsBreaking(rule, filter, limit) };
    }
    case "evals":
      return { type: "reply", id, ok: true, result: evals().overview(request.params.filter, request.params.evals) };
    case "costs":
      return { type: "reply", id, ok: true, result: costs.costs(request.params.filter, request.params.evals) };
    case "spend":
      return { type: "reply", id, ok: true, result: costs.spend(request.params) };
    case "sessions":
      return { type: "reply", id, ok: true, result: costs.sessions(request.params) };
    case "evalTest": {
      const { test, filter, evals: chosen } = request.params;
      return { type: "reply", id, ok: true, result: evals().test(test, filter, chosen) };
    }
    case "evalRun": {
      const result = evals().run(request.params.run, request.params.compare);
      if (result !== undefined) return { type: "reply", id, ok: true, result };
      const error = { code: "not_found", message: "Failed to find this run", hint: "It may have been reset." } as const;
      return { type: "reply", id, ok: false, error };
    }
    case "connections":
      return { type: "reply", id, ok: true, result: connections };
    case "changeConnection":
    case "openFinding":
    case "copy":
      return { type: "reply", id, ok: true, result: null };
    case "save":
      return { type: "reply", id, ok: true, result: { saved: true } };
    default:
      return request satisfies never;
  }
}

window.harness = control;
window.acquireVsCodeApi = () => ({
  postMessage(message: PanelMessage): void {
    control.told.push(message);
    // Structured clone and a separate task, as between a webview and its host.
    if (message.type === "request") setTimeout(() => control.say(answer(message)), control.delayMs);
    if (message.type === "ready") control.say({ type: "init", locale, strings: {} });
  },
  getState(): unknown {
    const stored = sessionStorage.getItem(stateKey);
    return stored === null ? undefined : JSON.parse(stored);
  },
  setState(state: unknown): void {
    sessionStorage.setItem(stateKey, JSON.stringify(state));
  },
});
