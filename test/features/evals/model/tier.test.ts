import { describe, expect, test } from "vitest";
import { chooseTiers, parseModelTier } from "../../../../src/features/evals/model/tier.ts";

describe("words for tiers", () => {
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
  ])("%j is %s", (word, tier) => {
    expect(parseModelTier(word)).toBe(tier);
  });
});

describe("the tiers of a run", () => {
  test("nothing said: standard for both", () => {
    expect(chooseTiers({})).toEqual({
      tier: "standard",
      judgeTier: "standard",
      model: "claude-sonnet-4-6",
      judgeModel: "claude-sonnet-4-6",
      warnings: [],
    });
  });

  test.each(["", "  "])("%j counts as unset and is not warned of", (value) => {
    expect(chooseTiers({ option: value, tier: value, judgeTier: value })).toMatchObject({ tier: "standard", warnings: [] });
  });

  test("an option goes before EVAL_TIER, the judge follows unless it has a tier of its own", () => {
    expect(chooseTiers({ option: "fast", tier: "full" })).toMatchObject({ tier: "fast", judgeTier: "fast" });
    expect(chooseTiers({ tier: "full" })).toMatchObject({ model: "claude-opus-4-6", judgeModel: "claude-opus-4-6" });
    expect(chooseTiers({ tier: "full", judgeTier: "Haiku" })).toMatchObject({ tier: "full", judgeTier: "fast" });
  });

  test("an unknown tier is standard with a warning, an unknown judge tier is the run's with a warning", () => {
    expect(chooseTiers({ tier: "constructor" })).toMatchObject({
      tier: "standard",
      warnings: ['EVAL_TIER: "constructor" is not a tier (fast (haiku), standard (sonnet), full (opus)); standard is used'],
    });
    const choice = chooseTiers({ tier: "opus", judgeTier: "best" });
    expect(choice).toMatchObject({ tier: "full", judgeTier: "full" });
    expect(choice.warnings).toHaveLength(1);
  });

  test("an unknown option does not give way to the variable", () => {
    const choice = chooseTiers({ option: "turbo", tier: "full" });
    expect(choice.tier).toBe("standard");
    expect(choice.warnings).toHaveLength(1);
  });

  test("the models are configurable", () => {
    const models = { fast: "small", standard: "medium", full: "large" };
    expect(chooseTiers({ tier: "fast", judgeTier: "full" }, models)).toMatchObject({ model: "small", judgeModel: "large" });
  });
});
