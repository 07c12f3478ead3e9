import { describe, expect, test } from "vitest";
import {
  boundsIn,
  spendLabel,
  spendLevel,
  spendText,
  spendTooltip,
} from "../../../src/extension/format/status-bar-spend-text.ts";
import { levelOf, type SpendStatus } from "../../../src/features/agent/model/spend-limits.ts";
import { english, style } from "../texts.ts";

const part = (spent: number, limit: number): SpendStatus["today"] => ({
  spent: spent * 1_000_000,
  limit: limit * 1_000_000,
  level: levelOf(spent * 1_000_000, limit * 1_000_000),
});
const quiet: SpendStatus = { today: part(3.2, 25), week: part(10, 100), month: part(30, 300), canExtend: true };
const text = (spend: SpendStatus): string => spendText(spend, style, english);

describe("spend in the status bar", () => {
  test("is today's while no limit is near", () => {
    expect([text(quiet), spendLevel(quiet)]).toEqual(["$(credit-card) $3.20 / $25.00", "ok"]);
    expect(spendLabel(quiet, style, english)).toBe("Reward Ledger spend: Today, $3.20 of $25.00");
  });
  test("has four decimals below a cent", () => {
    expect(text({ ...quiet, today: part(0.0042, 25) })).toBe("$(credit-card) $0.0042 / $25.00");
  });
  test("shows a warning icon from 80 % on and an error icon at 100 %, beside the colour", () => {
    expect([19.99, 20, 24.99, 25].map((spent) => spendLevel({ ...quiet, today: part(spent, 25) }))).toEqual([
      "ok",
      "warning",
      "warning",
      "exhausted",
    ]);
    expect(text({ ...quiet, today: part(20, 25) })).toBe("$(warning) $20.00 / $25.00");
    const over = { ...quiet, today: part(26, 25) };
    expect(text(over)).toBe("$(error) $26.00 / $25.00");
    expect(spendLabel(over, style, english)).toContain("A limit is reached: model calls are blocked");
  });
  test("is that of the limit closest to being reached, with its name", () => {
    expect(text({ ...quiet, month: part(299, 300) })).toBe("$(warning) $299.00 / $300.00 · This month");
    expect(text({ ...quiet, today: part(21, 25), week: part(100, 100) })).toBe("$(error) $100.00 / $100.00 · Last seven days");
  });
  test("has every period in its tooltip, and a link to extend only when allowed", () => {
    const bounds = boundsIn("Europe/Berlin", style.now);
    const tooltip = spendTooltip({ ...quiet, today: part(0, 0) }, bounds, style, english);
    for (const expected of ["Today", "Last seven days", "This month", "100 %", "$(error)", "extendBudget"])
      expect(tooltip).toContain(expected);
    expect(spendTooltip({ ...quiet, canExtend: false }, bounds, style, english)).not.toContain("extendBudget");
  });
  test("is counted by days and months in the ledger's zone, even across clock changes", () => {
    const { dayFrom, dayTo, monthFrom, monthTo } = boundsIn("Europe/Berlin", new Date("2026-03-29T12:00:00Z"));
    expect([dayFrom, dayTo, monthFrom, monthTo].map((at) => new Date(at).toISOString())).toEqual([
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T22:00:00.000Z",
      "2026-02-28T23:00:00.000Z",
      "2026-03-31T22:00:00.000Z",
    ]);
    const december = boundsIn("UTC", new Date("2026-12-31T23:59:59Z"));
    expect(new Date(december.monthTo).toISOString()).toBe("2027-01-01T00:00:00.000Z");
  });
});
