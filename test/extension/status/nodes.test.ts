import { describe, expect, test } from "vitest";
import { statusNodes } from "../../../src/extension/status/nodes.ts";
import { english, sampleStatus, style } from "../texts.ts";

describe("the Status view", () => {
  const nodes = statusNodes(
    { shown: sampleStatus, others: [{ ...sampleStatus, agent: "codex", top_violations: [] }] },
    style,
    english,
  );

  test("expands the agent shown and lists the others collapsed", () => {
    expect(nodes.map(({ label, description, expanded }) => ({ label, description, expanded }))).toEqual([
      { label: "claude-code", description: "12.40 · 6 passes in a row", expanded: true },
      { label: "codex", description: "12.40 · 6 passes in a row", expanded: false },
    ]);
  });
  test("shows coins, streak, verdict, runs and the most broken rules", () => {
    expect(nodes[0]?.children?.map(({ label, description }) => [label, description])).toEqual([
      ["Coins", "12.40"],
      ["Streak", "6 passes in a row · best 9"],
      ["Last verdict", expect.stringMatching(/^Pass · \+14 points · 16 Mar 2026, 10:30$/)],
      ["Runs", "12"],
      ["Most broken rules", ""],
    ]);
    expect(nodes[0]?.children?.at(-1)?.children?.map(({ label, description, rule }) => [label, description, rule])).toEqual([
      ["E501", "7", "E501"],
      ["C901", "2", "C901"],
    ]);
    expect(nodes[1]?.children).toHaveLength(4);
  });
  test("gives every row a unique id", () => {
    const ids = nodes.flatMap((node) => [
      node.id,
      ...(node.children ?? []).flatMap((child) => [child.id, ...(child.children ?? []).map(({ id }) => id)]),
    ]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("names that contain separators never give two rows of the Status view the same id", () => {
  const named = (agent: string, rules: readonly string[]) => ({
    ...sampleStatus,
    agent,
    top_violations: rules.map((rule) => ({ rule, count: 1 })),
  });
  const shown = statusNodes(
    { shown: named("a", ["b:c", 'b","c']), others: [named("a:b", ["c"]), named('a","b', ["c"])] },
    style,
    english,
  );
  const all = shown.flatMap((node) => [node, ...(node.children ?? [])]).flatMap((node) => [node, ...(node.children ?? [])]);
  const ids = [...new Set(all)].map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(15);
  expect(new Set(ids).size).toBe(ids.length);
});
