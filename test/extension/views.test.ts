import { describe, expect, test } from "vitest";
import { coalesce } from "../../src/extension/coalesce.ts";
import { candidatePaths } from "../../src/extension/findings/finding-place.ts";
import {
  dayNodes,
  fileNodes,
  findingNodes,
  findingTooltip,
  nodeId,
  type RunNode,
  rowText,
  runTooltip,
} from "../../src/extension/runs/nodes.ts";
import { loadPage, noFilter } from "../../src/extension/runs/pages.ts";
import { statusNodes } from "../../src/extension/status/nodes.ts";
import { createProjects } from "../../src/extension/workspace/projects.ts";
import type { FindingView, RunDetailView, RunView } from "../../src/features/reviews/operations/views.ts";
import { english, run, standing, style } from "./texts.ts";

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
  run,
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
const at = (id: string, created_at: string): RunView => ({ ...run, fact_id: id, run_id: id, created_at });

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
    const row = text({ kind: "run", run });
    expect(row).toMatchObject({ label: "10:30  score 94  +1.90", description: "claude-code · 3 findings" });
    expect(row?.spoken).toMatch(/^Pass, score 94, \+1\.90 coins, claude-code, 3 findings, 16 Mar 2026/);
    expect(text({ kind: "run", run: { ...run, findings: 0 } })?.description).toBe("claude-code");
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
    expect(runTooltip({ ...run, mode: "shadow" }, style, english)).toContain("bonus for 6 passes in a row");
    expect(runTooltip({ ...run, mode: "shadow" }, style, english)).toContain("Shadow mode");
    expect(findingTooltip(finding("a.py", 1, "[x](command:evil)"), english)).not.toContain("](command:evil");
  });
  test("detects whether older runs exist", async () => {
    const all = Array.from({ length: 7 }, (_, index) => at(String(index), run.created_at));
    const load = async (_filter: unknown, limit: number) => all.slice(0, limit);
    expect(await loadPage(load, noFilter, 5)).toEqual({ runs: all.slice(0, 5), hasMore: true });
    expect(await loadPage(load, noFilter, 7)).toEqual({ runs: all, hasMore: false });
  });
});

describe("the Status view", () => {
  const nodes = statusNodes({ shown: standing, others: [{ ...standing, agent: "codex", top_violations: [] }] }, style, english);

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

describe("names that contain separators", () => {
  test("never give two rows of the Status view the same id", () => {
    const named = (agent: string, rules: readonly string[]) => ({
      ...standing,
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
  test("never give two files or findings of the Runs view the same id", () => {
    const files = ["a", "a:0", "a:0:0", 'a","b'];
    const nodes = fileNodes({ ...detail, findings: files.flatMap((file) => [finding(file, 1), finding(file, 2)]) });
    const ids = nodes.flatMap((node) => [node, ...(node.kind === "file" ? findingNodes(node) : [])]).map(nodeId);
    expect(ids).toHaveLength(12);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("locations of findings", () => {
  const folders = [
    { path: "/work/lib", project: "team/lib" },
    { path: "/work/app", project: "team/app" },
  ];
  test("are looked up in the run's project first", () => {
    expect(candidatePaths("src/a.py", "team/app", folders)).toEqual(["/work/app/src/a.py", "/work/lib/src/a.py"]);
    expect(candidatePaths("src/a.py", null, folders)).toEqual(["/work/lib/src/a.py", "/work/app/src/a.py"]);
  });
  test("are never outside the workspace", () => {
    expect(candidatePaths("../../etc/passwd", "team/app", folders)).toEqual([]);
    expect(candidatePaths("/etc/passwd", "team/app", folders)).toEqual([]);
    expect(candidatePaths(".", "team/app", folders)).toEqual([]);
    expect(candidatePaths("/work/app/a.py", "team/app", folders)).toEqual(["/work/app/a.py"]);
    expect(candidatePaths("..a/b.py", "team/app", [{ path: "/work/app", project: null }])).toEqual(["/work/app/..a/b.py"]);
  });
});

describe("projects of folders", () => {
  const memory = (values = new Map<string, unknown>()) => ({
    get: (key: string) => values.get(key),
    update: async (key: string, value: unknown) => void values.set(key, value),
  });
  test("are queried once and remembered for the next window", async () => {
    const store = memory();
    const asked: string[] = [];
    const changes: string[] = [];
    const ask = async (folder: string): Promise<string> => {
      asked.push(folder);
      return "team/app";
    };
    const projects = createProjects(ask, store, () => void changes.push("changed"));
    expect(projects.known("/work/app")).toBeUndefined();
    expect(await Promise.all([projects.ask("/work/app"), projects.ask("/work/app")])).toEqual(["team/app", "team/app"]);
    expect([asked.length, changes.length]).toEqual([1, 1]);
    expect(createProjects(ask, store, () => undefined).known("/work/app")).toBe("team/app");
  });
  test("are queried again after a failure, and are null until then", async () => {
    const state = { fails: true };
    const ask = async (): Promise<string> => {
      if (state.fails) throw new Error("no answer");
      return "team/app";
    };
    const projects = createProjects(ask, memory(), () => undefined);
    expect(await projects.of(["/work/app"])).toEqual([{ path: "/work/app", project: null }]);
    state.fails = false;
    expect(await projects.of(["/work/app"])).toEqual([{ path: "/work/app", project: "team/app" }]);
  });
});

test("calls in quick succession are coalesced into one", async () => {
  const done: number[] = [];
  const wish = coalesce(10, () => void done.push(done.length));
  wish.soon();
  wish.soon();
  await expect.poll(() => done).toEqual([0]);
  wish.soon();
  await expect.poll(() => done).toEqual([0, 1]);
  wish.soon();
  wish.dispose();
});
