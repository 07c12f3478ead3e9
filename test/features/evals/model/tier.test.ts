import { describe, expect, test } from "vitest";
import { chooseTiers, parseModelTier } from "../../../../src/features/evals/model/tier.ts";

describe("parseModelTier", () => {
  test.each([
    ["fast", "fast"],
    ["haiku", "fast"],
    ["standard", "standard"],
    ["sonnet", "standard"],
    ["full", "full"],
    ["opus", "full"],
    ["  OPUS\n", "full"],
    ["constructor", undefined],
    ["__proto__", undefined],
    ["toString", undefined],
    ["", undefined],
  ])("maps %j to %s", (word, tier) => {
    expect(parseModelTier(word)).toBe(tier);
  });
});

describe("chooseTiers", () => {
  test("defaults to standard for run and judge", () => {
    expect(chooseTiers({})).toEqual({
      tier: "standard",
      judgeTier: "standard",
      model: "claude-sonnet-4-6",
      judgeModel: "claude-sonnet-4-6",
      warnings: [],
    });
  });

  test.each(["", "  "])("treats %j as unset, without a warning", (value) => {
    expect(chooseTiers({ option: value, tier: value, judgeTier: value })).toMatchObject({ tier: "standard", warnings: [] });
  });

  test("prefers the option over EVAL_TIER, and uses the run's tier for the judge unless set separately", () => {
    expect(chooseTiers({ option: "fast", tier: "full" })).toMatchObject({ tier: "fast", judgeTier: "fast" });
    expect(chooseTiers({ tier: "full" })).toMatchObject({ model: "claude-opus-4-6", judgeModel: "claude-opus-4-6" });
    expect(chooseTiers({ tier: "full", judgeTier: "Haiku" })).toMatchObject({ tier: "full", judgeTier: "fast" });
  });

  test("replaces an unknown tier by standard and an unknown judge tier by the run's, with a warning", () => {
    expect(chooseTiers({ tier: "constructor" })).toMatchObject({
      tier: "standard",
      warnings: ['EVAL_TIER: "constructor" is not a tier (fast (haiku), standard (sonnet), full (opus)); standard is used'],
    });
    const choice = chooseTiers({ tier: "opus", judgeTier: "best" });
    expect(choice).toMatchObject({ tier: "full", judgeTier: "full" });
    expect(choice.warnings).toHaveLength(1);
  });

  test("uses standard instead of the variable when the option is unknown", () => {
    const choice = chooseTiers({ option: "turbo", tier: "full" });
    expect(choice.tier).toBe("standard");
    expect(choice.warnings).toHaveLength(1);
  });

  test("uses configured models", () => {
    const models = { fast: "small", standard: "medium", full: "large" };
    expect(chooseTiers({ tier: "fast", judgeTier: "full" }, models)).toMatchObject({ model: "small", judgeModel: "large" });
  });
});
