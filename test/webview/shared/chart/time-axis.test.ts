import { expect, test } from "vitest";
import { timeLabels } from "../../../../src/webview/shared/chart/time-axis.ts";
import { createTexts } from "../../../../src/webview/shared/texts.ts";

const texts = createTexts({}, "en", "Asia/Tokyo");
const at = (iso: string): number => Date.parse(iso) / 1000;
const day = 86_400;

test("labels match their distance and name the year where it begins", () => {
  const months = ["2025-11-30T15:00Z", "2025-12-31T15:00Z", "2026-01-31T15:00Z"].map(at);
  expect(timeLabels(months, 30 * day, texts)).toEqual(["Dec", "Jan\n2026", "Feb"]);
  expect(timeLabels(["2024-12-31T15:00Z", "2025-12-31T15:00Z"].map(at), 365 * day, texts)).toEqual(["2025", "2026"]);
  expect(timeLabels(["2026-01-04T15:00Z", "2026-01-09T15:00Z"].map(at), 5 * day, texts)).toEqual(["Jan 5", "Jan 10"]);
});

test("hours name their local day where the day begins", () => {
  const hours = ["2026-01-05T13:00Z", "2026-01-05T14:00Z", "2026-01-05T15:00Z"].map(at);
  expect(timeLabels(hours, 3600, texts).map((label) => label.replace("\u202f", " "))).toEqual([
    "10 PM\nJan 5",
    "11 PM",
    "12 AM\nJan 6",
  ]);
});
