import { describe, expect, it } from "vitest";
import { hoverText } from "../../../src/extension/findings/hover-text.ts";
import type { FindingView } from "../../../src/features/reviews/operations/views.ts";
import { english, sampleRun, style } from "../texts.ts";

const finding: FindingView = {
  category: "style",
  severity: "warning",
  tool: "ruff",
  rule: "E501",
  file: "src/cart.ts",
  line: 7,
  message: "Line too long",
  fixable: false,
  blocking: false,
};
const trend = { rule: "E501", count: 14, runs: 6, previous: 11 };
const textOf = (
  over: Partial<
    Readonly<{
      finding: FindingView;
      trend: typeof trend | (Omit<typeof trend, "previous"> & { previous: number | null });
      period: string;
      isChanged: boolean;
    }>
  > = {},
) =>
  hoverText(
    over.finding ?? finding,
    sampleRun,
    over.trend ?? trend,
    { period: over.period ?? "90d", isChanged: over.isChanged ?? false },
    style,
    english,
  );

describe("the hover of a finding", () => {
  it("shows rule, count, trend and source", () => {
    expect(textOf().split("\n\n").slice(0, 2)).toEqual([
      "**E501** · 14 findings · 6 runs in the last 90 days, ↑ 3 more than in the period before",
      "Found by ruff\\: claude\\-code, Pass, 16 Mar 2026, 10\\:30",
    ]);
  });
  it.each([
    [14, "as many as in the period before"],
    [20, "↓ 6 fewer than in the period before"],
    [0, "none in the period before"],
  ])("compares with %i in the period before", (previous, expected) => {
    expect(textOf({ trend: { ...trend, previous } })).toContain(expected);
  });
  it("makes no comparison for all time", () => {
    const text = textOf({ trend: { ...trend, previous: null }, period: "all" });
    expect(text).not.toContain("period before");
    expect(text).not.toContain("days");
  });
  it("reports that the file has changed only when it has", () => {
    expect(textOf({ isChanged: true })).toContain("has changed since this run");
    expect(textOf()).not.toContain("has changed since this run");
  });
  it("links to the rule's runs, a prompt and the run, with all required arguments", () => {
    const links = [...textOf().matchAll(/\(command:rewardLedger\.(\w+)\?([^)]*)\)/g)];
    expect(links.map(([, name, args]) => [name, JSON.parse(decodeURIComponent(args ?? ""))])).toEqual([
      ["showRuleRuns", [{ rule: "E501" }]],
      ["copyPrompt", [{ finding }]],
      ["openRun", [{ run: { fact_id: sampleRun.fact_id, run_id: sampleRun.run_id, agent: sampleRun.agent } }]],
    ]);
  });
  it("shows rule and tool names as plain text, whatever they contain", () => {
    const text = textOf({ finding: { ...finding, rule: "[x](command:workbench.action.quit)", tool: "a<b>\n# c" } });
    expect(text).not.toMatch(/(?<!\\)\[x/);
    expect(text).not.toContain("\n# c");
    expect(text).not.toContain("<b>");
  });
  it("keeps links intact, whatever the message contains", () => {
    const hostile = { ...finding, message: 'a) b ( c "d" `e` \n f' };
    const links = [...textOf({ finding: hostile }).matchAll(/\(command:rewardLedger\.copyPrompt\?([^)]*)\)/g)];
    expect(links.length).toBe(1);
  });
});
