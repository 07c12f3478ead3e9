import { expect, it } from "vitest";
import { noMatch } from "../../../src/features/shared/no-match.ts";
import { pipeStyle } from "../../cli/style.ts";
import { renderTerminal } from "../../support/documents.ts";

const textFor = (explicitInput: Readonly<Record<string, unknown>>): string =>
  renderTerminal((words) => {
    const block = noMatch(explicitInput, "reward-ledger history", words);
    return block === undefined ? [] : [block];
  }, pipeStyle);

it("says that nothing matches the filters, and how to see everything", () => {
  const expected = "Nothing matches these filters.\nList everything:  reward-ledger history";
  for (const input of [{ agent: "codex" }, { limit: 3, since: "2030-01-01" }, { where: ["state=running"] }, { team: true }])
    expect(textFor(input)).toBe(expected);
});

it("leaves the message to the list if no filter is given", () => {
  for (const input of [
    {},
    { limit: 3 },
    { over: 5 },
    { store: "tasks", cursor: "c", order: "id" },
    { where: [], current: false, project: undefined },
  ])
    expect(textFor(input)).toBe("");
});
