import { describe, expect, test } from "vitest";
import { createTreeRows, type TreeRows } from "../../src/extension/tree-rows.ts";

type Children = Readonly<Record<string, readonly string[]>>;

/** A tree of names over a shelf that may change. Like VS Code, a redraw discards everything, then requests the expanded rows. */
function makeTree(expanded: readonly string[]) {
  const state = { shelf: {} as Children, visible: true, broken: false, asked: [] as string[], redraws: 0 };
  const gates: (() => void)[] = [];
  const rows: TreeRows<string> = createTreeRows<string>({
    childrenOf: async (node) => {
      state.asked.push(node ?? "(roots)");
      await new Promise<void>((open) => gates.push(open));
      if (state.broken) throw new Error("the store does not answer");
      return state.shelf[node ?? ""] ?? [];
    },
    idOf: (node) => `id ${node}`,
    textOf: (node) => {
      if (node === "undrawable") throw new Error("the row cannot be drawn");
      return node;
    },
    isVisible: () => state.visible,
    redraw: () => {
      state.redraws += 1;
    },
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) {
      for (const open of gates.splice(0)) open();
      await Promise.resolve();
    }
  };
  const draw = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    const visit = async (node: string | undefined): Promise<void> => {
      for (const child of await rows.children(node)) {
        found.push(child);
        if (expanded.includes(child)) await visit(child);
      }
    };
    const drawing = visit(undefined);
    await settle();
    await drawing;
    return found;
  };
  return { state, rows, settle, draw };
}

describe("a tree that is refreshed", () => {
  test("fetches every visible row before it is redrawn, and is redrawn without fetching", async () => {
    const { state, rows, settle, draw } = makeTree(["inbox"]);
    state.shelf = { "": ["inbox", "tasks"], inbox: ["first"], tasks: ["mend"] };
    expect(await draw()).toEqual(["inbox", "first", "tasks"]);
    state.shelf = { ...state.shelf, inbox: ["first", "second"] };
    state.asked = [];
    rows.refresh();
    expect(state.redraws).toBe(0);
    await settle();
    expect([state.redraws, state.asked]).toEqual([1, ["(roots)", "inbox"]]);
    expect(await draw()).toEqual(["inbox", "first", "second", "tasks"]);
    expect(state.asked).toEqual(["(roots)", "inbox"]);
  });

  test("is not redrawn without a change", async () => {
    const { state, rows, settle, draw } = makeTree(["inbox"]);
    state.shelf = { "": ["inbox"], inbox: ["first"] };
    await draw();
    rows.refresh();
    await settle();
    expect(state.redraws).toBe(0);
  });

  test("fetches rows that are expanded later, and fetches them again after a change", async () => {
    const { state, rows, settle, draw } = makeTree([]);
    state.shelf = { "": ["inbox"], inbox: ["first"] };
    await draw();
    const expanding = rows.children("inbox");
    await settle();
    expect(await expanding).toEqual(["first"]);
    state.shelf = { ...state.shelf, inbox: ["second"] };
    rows.refresh();
    await settle();
    expect(state.redraws).toBe(1);
  });

  test("fetches once more when something changes during a fetch, and is redrawn once", async () => {
    const { state, rows, settle, draw } = makeTree([]);
    state.shelf = { "": ["first"] };
    await draw();
    state.shelf = { "": ["second"] };
    state.asked = [];
    rows.refresh();
    rows.refresh();
    rows.refresh();
    await settle();
    expect(state.redraws).toBe(1);
    expect(state.asked).toEqual(["(roots)", "(roots)"]);
    expect(await draw()).toEqual(["second"]);
  });

  test("no longer fetches collapsed rows", async () => {
    const expanded = ["inbox"];
    const { state, rows, settle, draw } = makeTree(expanded);
    state.shelf = { "": ["inbox"], inbox: ["first"] };
    await draw();
    expanded.pop();
    state.shelf = { "": ["inbox", "tasks"], inbox: ["first"] };
    rows.refresh();
    await settle();
    await draw();
    state.asked = [];
    rows.refresh();
    await settle();
    expect(state.asked).toEqual(["(roots)"]);
  });

  test.each([
    ["a store that does not answer", { broken: true }, "the store does not answer"],
    ["a row that cannot be drawn", { shelf: { "": ["undrawable"] } }, "the row cannot be drawn"],
  ])("is redrawn for %s, reports it, and is redrawn again after recovery", async (_, fault, message) => {
    const { state, rows, settle, draw } = makeTree([]);
    state.shelf = { "": ["first"] };
    await draw();
    Object.assign(state, fault);
    rows.refresh();
    await settle();
    expect(state.redraws).toBe(1);
    await expect(draw()).rejects.toThrow(message);
    Object.assign(state, { broken: false, shelf: { "": ["second"] } });
    rows.refresh();
    await settle();
    expect(state.redraws).toBe(2);
    expect(await draw()).toEqual(["second"]);
  });

  test("fetches nothing while hidden, and current rows when shown", async () => {
    const { state, rows, settle, draw } = makeTree([]);
    state.shelf = { "": ["first"] };
    await draw();
    state.visible = false;
    state.asked = [];
    rows.refresh();
    await settle();
    expect([state.redraws, state.asked]).toEqual([1, []]);
    state.shelf = { "": ["second"] };
    expect(await draw()).toEqual(["second"]);
  });
});
