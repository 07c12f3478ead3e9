import { expect, it } from "vitest";
import { sparkline } from "../../../src/render/terminal/sparkline.ts";

it("draws the minimum lowest and the maximum highest, and clamps values beyond them", () => {
  expect(sparkline([0, 15, 60, 120], { minimum: 0, maximum: 120 })).toBe("▁▁▄█");
  expect(sparkline([-40, 500], { minimum: 0, maximum: 120 })).toBe("▁█");
});

it("draws equal values at half height", () => {
  expect(sparkline([7, 7], { minimum: 7, maximum: 7 })).toBe("▄▄");
});

it("draws nothing for an empty list", () => {
  expect(sparkline([], { minimum: 0, maximum: 1 })).toBe("");
});
