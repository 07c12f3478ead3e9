import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Standing, step, zeroStanding } from "../../../../src/features/reviews/model/coins-and-streaks.ts";
import { explainEarning } from "../../../../src/features/reviews/model/explain.ts";
import { type Verdict, verdicts } from "../../../../src/features/reviews/model/report.ts";

describe("the worked example", () => {
  const chain: readonly (readonly [number, number, Verdict, number, string, number, number])[] = [
    [1, 20, "PASS", 0, "2.00", 1, 0],
    [2, 5, "PASS", 0, "2.50", 2, 0],
    [3, -20, "PASS_WITH_ADVISORY", 0, "0.50", 3, 0],
    [4, 7, "PASS", 0, "1.20", 4, 0],
    [5, 0, "PASS", 5, "1.70", 5, 0],
    [6, 40, "PASS", 5, "6.20", 6, 0],
    [7, 5, "FAIL", 0, "6.70", 0, 1],
    [8, -36, "FAIL", 0, "3.10", 0, 2],
    [9, 30, "FAIL", -10, "5.10", 0, 3],
    [10, -80, "FAIL", -10, "-3.90", 0, 4],
    [11, 20, "PASS", 0, "-1.90", 1, 0],
  ];

  it.each(chain)("run %i", (index, _delta, _verdict, bonus, coins, pass, block) => {
    let standing = zeroStanding;
    let earned = 0;
    for (const [, rewardDelta, verdict] of chain.slice(0, index)) {
      const { after, earning } = step(standing, { rewardDelta, verdict });
      standing = after;
      earned = earning.bonusTenths;
    }
    expect(earned).toBe(bonus);
    expect((standing.coinTenths / 10).toFixed(2)).toBe(coins);
    expect([standing.streakPass, standing.streakBlock]).toEqual([pass, block]);
  });
});

describe("single steps", () => {
  const standing = (coinTenths: number, streakPass: number, streakBlock: number): Standing => ({
    coinTenths,
    streakPass,
    streakBlock,
  });

  it.each([
    ["85 from zero", zeroStanding, 5, "PASS", standing(5, 1, 0)],
    ["87 from zero", zeroStanding, 7, "PASS", standing(7, 1, 0)],
    ["85 as the fifth pass", standing(10, 4, 0), 5, "PASS", standing(20, 5, 0)],
    ["80 with a blocker as the third fail", standing(20, 0, 2), 0, "FAIL", standing(10, 0, 3)],
    ["110 with a blocker earns coins", zeroStanding, 30, "FAIL", standing(30, 0, 1)],
    ["the largest gain", standing(0, 4, 0), 40, "PASS", standing(45, 5, 0)],
    ["the largest loss", standing(0, 0, 2), -80, "FAIL", standing(-90, 0, 3)],
  ] as const)("%s", (_name, before, rewardDelta, verdict, after) => {
    expect(step(before, { rewardDelta, verdict }).after).toEqual(after);
  });
});

const anyRun = fc.record({ rewardDelta: fc.integer({ min: -80, max: 40 }), verdict: fc.constantFrom(...verdicts) });

describe("any sequence of runs", () => {
  it("keeps one streak at zero, keeps each change within its range, and sums up to the coins", () => {
    fc.assert(
      fc.property(fc.array(anyRun), (runs) => {
        let standing = zeroStanding;
        let sum = 0;
        for (const run of runs) {
          const { after, earning } = step(standing, run);
          expect(Math.min(after.streakPass, after.streakBlock)).toBe(0);
          expect(after.streakPass + after.streakBlock).toBeGreaterThan(0);
          expect(earning.coinDeltaTenths).toBeGreaterThanOrEqual(-90);
          expect(earning.coinDeltaTenths).toBeLessThanOrEqual(45);
          expect(after.coinTenths - standing.coinTenths).toBe(earning.coinDeltaTenths);
          sum += earning.coinDeltaTenths;
          standing = after;
        }
        expect(standing.coinTenths).toBe(sum);
      }),
    );
  });
});

describe("explainEarning", () => {
  it.each([
    [
      { score: 94, rewardDelta: 14, streakPass: 6, streakBlock: 0, bonusTenths: 5, coinDeltaTenths: 19 },
      "(94 − 80) / 10 = +1.40; streak of 6 passes (5 or more): +0.50; together +1.90",
    ],
    [
      { score: 44, rewardDelta: -36, streakPass: 0, streakBlock: 3, bonusTenths: -10, coinDeltaTenths: -46 },
      "(44 − 80) / 10 = −3.60; streak of 3 fails (3 or more): −1.00; together −4.60",
    ],
    [{ score: 80, rewardDelta: 0, streakPass: 1, streakBlock: 0, bonusTenths: 0, coinDeltaTenths: 0 }, "(80 − 80) / 10 = +0.00"],
  ])("%j", (run, text) => expect(explainEarning(run)).toBe(text));
});
