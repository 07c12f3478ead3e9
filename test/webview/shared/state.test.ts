import { expect, test } from "vitest";
import * as state from "../../../src/webview/shared/state.ts";
import { defaultFilter, initialState, type PanelAction, reduce } from "../../../src/webview/shared/state.ts";
import { tabIds } from "../../../src/webview/tabs.ts";

const parseState = (value: unknown) => state.parseState(value, tabIds);

const reduceAll = (...actions: readonly PanelAction[]) => actions.reduce(reduce, initialState);

test("saved state is restored unchanged", () => {
  const state = reduceAll(
    { type: "filter", filter: { agent: "claude-code", compare_with: "codex", period: "custom", since: "2026-01-01" } },
    { type: "tab", tab: "violations" },
    { type: "present", tab: "coins", as: "table" },
    { type: "zoom", zoom: { min: 1, max: 2 } },
    { type: "toggleAgent", agent: "codex" },
    { type: "openRule", rule: "E501" },
    { type: "openRun", factId: "f" },
    { type: "scroll", top: 40 },
  );
  expect(parseState(JSON.parse(JSON.stringify(state)))).toEqual(state);
});

test("invalid state is replaced by its default", () => {
  expect(parseState(undefined)).toEqual(initialState);
  expect(parseState("text")).toEqual(initialState);
  expect(
    parseState({
      tab: "nothing",
      presentation: { coins: "picture", nothing: "table" },
      filter: { period: "2y", since: "yesterday", agent: 7 },
      zoom: { min: 2, max: 1 },
      scrollTop: -1,
    }),
  ).toEqual(initialState);
});

test("a comparison requires another agent", () => {
  expect(reduceAll({ type: "filter", filter: { compare_with: "codex" } }).filter.compare_with).toBeNull();
  const sameAgent = reduceAll(
    { type: "filter", filter: { agent: "a", compare_with: "b" } },
    { type: "filter", filter: { agent: "b" } },
  );
  expect(sameAgent.filter).toMatchObject({ agent: "b", compare_with: null });
});

test("days belong to the custom period, and a filter change ends a zoom", () => {
  const custom = reduceAll(
    { type: "zoom", zoom: { min: 1, max: 2 } },
    { type: "filter", filter: { period: "custom", since: "2026-01-01", until: "2026-01-02" } },
  );
  expect(custom.zoom).toBeNull();
  expect(reduce(custom, { type: "filter", filter: { period: "30d" } }).filter).toEqual({ ...defaultFilter, period: "30d" });
});

test("closing a run returns to its rule, and closing the drawer closes both", () => {
  const run = reduceAll({ type: "openRule", rule: "E501" }, { type: "openRun", factId: "f" });
  expect(reduce(run, { type: "closeRun" })).toMatchObject({ openRule: "E501", openRun: null });
  expect(reduce(run, { type: "closeDrawer" })).toMatchObject({ openRule: null, openRun: null });
  expect(reduce(run, { type: "openRule", rule: "F841" })).toMatchObject({ openRule: "F841", openRun: null });
});

test("the state of the Costs tab is restored, and invalid parts take their default", () => {
  const costs = {
    hiddenModels: ["=claude-opus-4-6", "rest"],
    hiddenSpend: [],
    hiddenHosts: [],
    outcomesBy: "model",
    outcomes: "table",
    spend: "chart",
    sessions: "chart",
  } as const;
  expect(parseState({ ...initialState, costs }).costs).toEqual(costs);
  const invalidState = { hiddenModels: "all", hiddenSpend: [7, "others"], outcomesBy: 3, outcomes: "picture", spend: null };
  expect(parseState({ costs: invalidState }).costs).toEqual({ ...initialState.costs, hiddenSpend: ["others"] });
  expect(parseState({ costs: [] }).costs).toEqual(initialState.costs);
  const changed = reduce(initialState, { type: "costs", costs: { hiddenModels: ["rest"], spend: "table" } });
  expect(changed.costs).toEqual({ ...initialState.costs, hiddenModels: ["rest"], spend: "table" });
  expect(reduce(changed, { type: "resetFilter" }).costs).toEqual({ ...initialState.costs, spend: "table" });
});
