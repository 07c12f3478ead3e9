import { expect, it } from "vitest";
import { agentKinds } from "../../src/features/agent/model/kinds.ts";
import { repairJsonColumns } from "../../src/ledger/repair-draft.ts";

it("names every repaired place of a JSON cell, regardless of their number", () => {
  const entry = [...agentKinds].find(([, { store }]) => store.columns.some(({ holds }) => holds === "json"));
  const column = entry?.[1].store.columns.find(({ holds }) => holds === "json")?.name;
  if (entry === undefined || column === undefined) throw new TypeError("no store has a column of JSON");
  const halves = Array.from({ length: 200_000 }, () => "\ud83d");
  const draft = { kind: entry[0], project: null, data: { row: { [column]: JSON.stringify(halves) } } };
  const { replaced } = repairJsonColumns(draft);
  expect(replaced).toHaveLength(halves.length);
  expect(replaced[0]).toBe(`${column}[0]`);
});
