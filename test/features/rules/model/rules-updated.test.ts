import { describe, expect, it } from "vitest";
import { effectOf } from "../../../../src/features/rules/model/effect.ts";
import { type RulesUpdate, retiredAt, taughtPeriods } from "../../../../src/features/rules/model/rules-updated.ts";

const update = (seq: number, rules: readonly string[], retired: readonly string[] = []): RulesUpdate => ({
  id: `00000000-0000-7000-8000-00000000000${seq}`,
  at: `2026-04-0${seq}T00:00:00.000Z`,
  device: "d",
  seq,
  project: "shop",
  cause: retired.length > 0 ? "retire" : "update",
  file: "SKILL.md",
  version: seq,
  rules: rules.map((rule) => ({ rule, hits: 3 })),
  retired: [...retired],
});

const day = (number: number): number => Date.UTC(2026, 3, number);

describe("taught and retired periods of a rule", () => {
  const updates = [update(1, ["a", "b"]), update(2, ["a"], ["b"]), update(3, ["a", "b"]), update(4, ["b"])];
  const expectedPeriods = [
    { rule: "a", from: day(1), until: day(4), retired: false },
    { rule: "b", from: day(1), until: day(2), retired: true },
    { rule: "b", from: day(3), until: null, retired: false },
  ];

  it("follow from all updates, in any order", () => {
    expect(taughtPeriods(updates)).toEqual(expectedPeriods);
    expect(taughtPeriods(updates.toReversed())).toEqual(expectedPeriods);
  });

  it("include a retirement until the rule is taught again", () => {
    expect(retiredAt(updates.slice(0, 2))).toEqual(new Map([["b", day(2)]]));
    expect(retiredAt(updates)).toEqual(new Map());
  });
});

describe("the effect of a rule", () => {
  it.each([
    [{ events: 10, units: 4 }, { events: 0, units: 9 }, "too_early"],
    [{ events: 10, units: 9 }, { events: 0, units: 4 }, "too_early"],
    [{ events: 10, units: 10 }, { events: 0, units: 10 }, "helped"],
    [{ events: 0, units: 10 }, { events: 10, units: 10 }, "worse"],
    [{ events: 5, units: 10 }, { events: 4, units: 10 }, "no_effect"],
    [{ events: 0, units: 10 }, { events: 0, units: 10 }, "no_effect"],
  ])("%j before, %j since: %s", (before, after, effect) => expect(effectOf(before, after).effect).toBe(effect));
});
