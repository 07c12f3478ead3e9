import { expect, it } from "vitest";
import { durationText } from "../../../../src/features/sessions/model/duration.ts";

it.each([
  [59_999, "<1m"],
  [60_000, "1m"],
  [59 * 60_000 + 59_999, "59m"],
  [3_600_000, "1h"],
  [5_400_000, "1h30m"],
  // One second short of two hours is not shown as an hour and 60 minutes.
  [7_199_000, "1h59m"],
  [7_180_000, "1h59m"],
  [7_200_000, "2h"],
])("%i ms is shown as %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
