import { describe, expect, test } from "vitest";
import {
  dayNodes,
  fileNodes,
  findingNodes,
  findingTooltip,
  nodeId,
  type RunNode,
  rowText,
  runTooltip,
} from "../../../src/extension/runs/nodes.ts";
import { loadPage, noFilter } from "../../../src/extension/runs/pages.ts";
import type { FindingView, RunDetailView, RunView } from "../../../src/features/reviews/operations/views.ts";
import { english, sampleRun, style } from "../texts.ts";

const finding = (file: string, line: number, message = "Line too long"): FindingView => ({
  category: "style",
  severity: "warning",
  tool: "ruff",
  rule: "E501",
  file,
  line,
  message,
  fixable: true,
  blocking: false,
});
const detail: RunDetailView = {
  run: sampleRun,
  hidden: false,
  summary: "Three things to mend",
  branch: "main",
  commit: "abc",
  changed_files: ["src/b.py"],
  house_rules_version: 2,
  findings: [finding("src/b.py", 9), finding("src/a.py", 4), finding("src/b.py", 2)],
  warnings: [],
  assurance_status: null,
  existing: [],
  existing_count: 0,
  base: null,
  formula: {
    score: 94,
    baseline: 80,
    reward: 1.4,
    streak_pass: 6,
    streak_block: 0,
    bonus: 0.5,
    total: 1.9,
    coins_before: 10.5,
    coins_after: 12.4,
    text: "",
  },
};
const text = (node: RunNode | undefined) => (node === undefined ? undefined : rowText(node, style, english));
const at = (id: string, created_at: string): RunView => ({ ...sampleRun, fact_id: id, run_id: id, created_at });

describe("the Runs view", () => {
  test("groups runs by the ledger's day, newest first, with the day's coins", () => {
    const runs = [at("c", "2026-03-16T09:00:00Z"), at("b", "2026-03-15T23:30:00Z"), at("a", "2026-03-15T10:00:00Z")];
    const nodes = dayNodes(runs, true, style.zone);
    expect(nodes.map(nodeId)).toEqual(['["day","2026-03-16"]', '["day","2026-03-15"]', '["more"]']);
    expect(text(nodes[0])).toMatchObject({ label: "Today", description: "2 · +3.80" });
    expect(text(nodes[1])).toMatchObject({ label: "Yesterday", description: "1 · +1.90" });
    expect(dayNodes(runs, false, style.zone)).toHaveLength(2);
  });
  test("shows a run on one line, and in words for a screen reader", () => {
    const row = text({ kind: "run", run: sampleRun });
    expect(row).toMatchObject({ label: "10:30  score 94  +1.90", description: "claude-code · 3 findings" });
    expect(row?.spoken).toMatch(/^Pass, score 94, \+1\.90 coins, claude-code, 3 findings, 16 Mar 2026/);
    expect(text({ kind: "run", run: { ...sampleRun, findings: 0 } })?.description).toBe("claude-code");
  });
  test("sorts findings by file and line, each with a unique id", () => {
    const files = fileNodes(detail);
    expect(files.map((node) => text(node))).toMatchObject([
      { label: "a.py", description: "src · 1" },
      { label: "b.py", description: "src · 2" },
    ]);
    const lines = files.flatMap((node) => (node.kind === "file" ? findingNodes(node) : []));
    expect(lines.map((node) => text(node)?.description)).toEqual(["E501 · line 4", "E501 · line 2", "E501 · line 9"]);
    expect(new Set([...files, ...lines].map(nodeId)).size).toBe(5);
  });
  test("explains a run and a finding, and their texts cannot inject Markdown", () => {
    expect(runTooltip({ ...sampleRun, mode: "shadow" }, style, english)).toContain("bonus for 6 passes in a row");
    expect(runTooltip({ ...sampleRun, mode: "shadow" }, style, english)).toContain("Shadow mode");
    expect(findingTooltip(finding("a.py", 1, "[x](command:evil)"), english)).not.toContain("](command:evil");
  });
  test("detects whether older runs exist", async () => {
    const all = Array.from({ length: 7 }, (_, index) => at(String(index), sampleRun.created_at));
    const load = async (_filter: unknown, limit: number) => all.slice(0, limit);
    expect(await loadPage(load, noFilter, 5)).toEqual({ runs: all.slice(0, 5), hasMore: true });
    expect(await loadPage(load, noFilter, 7)).toEqual({ runs: all, hasMore: false });
  });
});

test("names that contain separators never give two files or findings of the Runs view the same id", () => {
  const files = ["a", "a:0", "a:0:0", 'a","b'];
  const nodes = fileNodes({ ...detail, findings: files.flatMap((file) => [finding(file, 1), finding(file, 2)]) });
  const ids = nodes.flatMap((node) => [node, ...(node.kind === "file" ? findingNodes(node) : [])]).map(nodeId);
  expect(ids).toHaveLength(12);
  expect(new Set(ids).size).toBe(ids.length);
});
