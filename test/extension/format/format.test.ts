import { describe, expect, test } from "vitest";
import { coinChange, coins, pointChange, streakText } from "../../../src/extension/format/figures.ts";
import { batchChoice } from "../../../src/extension/format/intake.ts";
import { labelBesideIcons, labelText } from "../../../src/extension/format/label.ts";
import { commandLink, plainBesideIcons } from "../../../src/extension/format/markdown.ts";
import { barLabel, barText, statusTooltip, welcomeTooltip } from "../../../src/extension/format/status-bar-text.ts";
import { dayOf, dayText, firstDay, fullTime } from "../../../src/extension/format/time-text.ts";
import { plain } from "../../../src/render/markdown/escape.ts";
import { table } from "../../../src/render/markdown/table.ts";
import { english, sampleStatus, style } from "../texts.ts";

describe("figures", () => {
  test("coins have two decimals and the typographic minus", () => {
    expect([coins(7.3), coins(0), coins(-3.1), coinChange(1.9), coinChange(-1), coinChange(0)]).toEqual([
      "7.30",
      "0.00",
      "−3.10",
      "+1.90",
      "−1.00",
      "+0.00",
    ]);
    expect([20, 0, -8, -1].map((value) => pointChange(value, english))).toEqual([
      "+20 points",
      "+0 points",
      "−8 points",
      "−1 point",
    ]);
  });
  test("a streak is shown in words, and omitted when there is none", () => {
    expect(streakText(6, 0, english)).toBe("6 passes in a row");
    expect(streakText(1, 0, english)).toBe("1 pass");
    expect(streakText(0, 3, english)).toBe("3 fails in a row");
    expect(streakText(0, 1, english)).toBe("1 fail");
    expect(streakText(0, 0, english)).toBeUndefined();
  });
});

describe("status bar", () => {
  test("shows only streaks that are long enough", () => {
    expect(barText(sampleStatus)).toBe("$(reward-ledger-coin) 12.40 $(flame)6");
    expect(barText({ ...sampleStatus, streak_pass: 5 })).toBe("$(reward-ledger-coin) 12.40 $(flame)5");
    expect(barText({ ...sampleStatus, streak_pass: 4 })).toBe("$(reward-ledger-coin) 12.40");
    expect(barText({ ...sampleStatus, streak_pass: 0, streak_block: 3 })).toBe("$(reward-ledger-coin) 12.40 $(error)3");
    expect(barText({ ...sampleStatus, streak_pass: 0, streak_block: 2 })).toBe("$(reward-ledger-coin) 12.40");
    expect(barText(undefined)).toBe("$(reward-ledger-coin) 0.00");
  });
  test("has a label for screen readers", () => {
    expect(barLabel(sampleStatus, english)).toBe("Reward Ledger: claude-code has 12.40 coins, 6 passes in a row");
    expect(barLabel(undefined, english)).toBe("Reward Ledger: no run recorded yet");
  });
});

describe("tooltip", () => {
  const text = statusTooltip(sampleStatus, [{ ...sampleStatus, agent: "codex", coins: -3.1 }], null, style, english);

  test("shows coins, streak, last run, rules and the other agents", () => {
    for (const part of [
      "claude\\-code",
      "12\\.40",
      "6 passes in a row",
      "best 9",
      "Pass",
      "E501",
      "codex",
      "−3\\.10",
      "all projects",
    ]) {
      expect(text).toContain(part);
    }
    expect(text.split("\n").filter((line) => line.startsWith("|"))).toHaveLength(9);
  });
  test("shows the time in the ledger's zone", () => {
    expect(text).toContain("16 Mar 2026, 10:30".replaceAll(":", "\\:"));
  });
  test("truncates a long list of agents", () => {
    const many = Array.from({ length: 9 }, (_, index) => ({ ...sampleStatus, agent: `agent${index}` }));
    const cut = statusTooltip(sampleStatus, many, "team/app", style, english);
    expect(cut).toContain("agent4");
    expect(cut).not.toContain("agent5");
    expect(cut).toContain("and 4 more");
  });
  test("links only to the product's commands", () => {
    const links = [...`${text}${welcomeTooltip(english)}`.matchAll(/\(command:([^)?]+)/g)].map((match) => match[1]);
    expect(links.every((link) => link?.startsWith("rewardLedger."))).toBe(true);
  });
  test("does not let agents or rules create links, icons or cells", () => {
    const hostile = statusTooltip(
      { ...sampleStatus, agent: "[x](command:evil)", top_violations: [{ rule: "a|b $(bug) `c`\n\n# d", count: 1 }] },
      [],
      null,
      style,
      english,
    );
    expect(hostile).not.toContain("](command:evil");
    expect(hostile).not.toMatch(/(?<!\\)\|b/);
    expect(hostile).toContain("\\\\\\$(bug)");
  });
});

describe("markdown", () => {
  test("escapes Markdown syntax and strips control characters", () => {
    expect(plain("a_b*c")).toBe("a\\_b\\*c");
    expect(plain("http://x.y")).toBe("http\\://x\\.y");
    expect(plain("two\nlines")).toBe("two lines");
    expect(plain("\u001b[31mred\u202e \u009b2Jx")).toBe("red  x");
  });
  test("escapes icons only where they are rendered, and only valid icons", () => {
    expect(plain("$(bug)")).toBe("\\$(bug)");
    expect(plainBesideIcons("$(bug) $(x y) $(")).toBe("\\\\\\$(bug) \\$(x y) \\$(");
    expect(labelBesideIcons("$(sync~spin) $(x y)")).toBe("\\$(sync~spin) $(x y)");
    expect(labelText("$(bug)")).toBe("$(bug)");
  });
  test("keeps labels on one line and short", () => {
    expect(labelText("a\nb\u001b]0;title\u0007\u0008\u202ec")).toBe("a b c");
    expect(labelText("x".repeat(100_000))).toHaveLength(500);
  });
  test("formats tables and command links", () => {
    expect(table(["a", "b"], ["left", "right"], [["1", "2"]])).toBe("| a | b |\n| :-- | --: |\n| 1 | 2 |");
    expect(commandLink("Go", "x.y", { a: 1 })).toBe("[Go](command:x.y?%5B%7B%22a%22%3A1%7D%5D)");
  });
});

describe("times", () => {
  test("a day depends on the time zone", () => {
    expect(dayOf("2026-03-15T23:30:00Z", "Europe/Berlin")).toBe("2026-03-16");
    expect(dayOf("2026-03-15T23:30:00Z", "UTC")).toBe("2026-03-15");
  });
  test("recent days are shown in words", () => {
    expect(dayText("2026-03-16T00:10:00Z", style)).toBe("Today");
    expect(dayText("2026-03-15T12:00:00Z", style)).toBe("Yesterday");
    expect(dayText("2026-03-10T12:00:00Z", style)).toMatch(/^Tue,? 10 Mar$/);
    expect(dayText("2025-12-31T12:00:00Z", style)).toMatch(/^Wed,? 31 Dec 2025$/);
    // A run from tomorrow, recorded by a clock that is ahead of this one, is dated like any other.
    expect(dayText("2026-03-17T12:00:00Z", style)).toMatch(/^Tue,? 17 Mar$/);
  });
  test("a period of several days ends today", () => {
    expect(firstDay(7, style)).toBe("2026-03-10");
    expect(firstDay(1, style)).toBe("2026-03-16");
    // Across the change to summer time, where a day has 23 hours.
    expect(firstDay(3, { ...style, now: new Date("2026-03-30T00:30:00+02:00") })).toBe("2026-03-28");
  });
});

test("a batch of automatic recordings shows what it recorded and what that earned", () => {
  const batch = { batch: "b", at: "2026-03-16T09:30:00.000Z", projects: ["acme/shop"], taken_back: 0 };
  expect(batchChoice({ ...batch, reviews: 2, evals: 1, coins: 3.4 }, style, english).description).toBe(
    "2 runs · 1 eval run · +3.40 coins · acme/shop",
  );
  expect(batchChoice({ ...batch, projects: [], reviews: 1, evals: 0, coins: -1 }, style, english)).toEqual({
    label: fullTime(batch.at, style),
    description: "1 run · −1.00 coins",
  });
});
