import { expect, it } from "vitest";
import { editorWords } from "../../../src/render/markdown/words.ts";

const now = new Date("2026-03-20T12:00:00.000Z");
const { ago } = editorWords({ locale: "en", zone: "UTC", now }, (message) => message);

it.each([
  ["2026-03-20T12:04:00.000Z", "now"],
  ["2026-03-20T11:59:45.000Z", "now"],
  ["2026-03-20T11:59:00.000Z", "1 minute ago"],
  ["2026-03-20T11:00:20.000Z", "1 hour ago"],
  ["2026-03-17T12:00:00.000Z", "3 days ago"],
  // A time in the future, from a wrong clock, is shown as date and time.
  ["2026-03-20T14:00:00.000Z", "Mar 20, 2026, 2:00 PM"],
])("%s is shown as %s", (iso, text) => {
  expect(ago(iso).replaceAll("\u202f", " ")).toBe(text);
});
