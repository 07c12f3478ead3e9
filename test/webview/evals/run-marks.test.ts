import { expect, test } from "vitest";
import { runRemarks } from "../../../src/features/evals/documents/figures.ts";
import { markWords } from "../../../src/webview/evals/run-marks.ts";
import { createTexts } from "../../../src/webview/shared/texts.ts";
import { english } from "../../extension/texts.ts";

const texts = createTexts({}, "en", "UTC");
const plain = { partial: false, timestamp_given: true, stated_at: null };

test("a run is marked in the command line's words, and with the time that its file states", () => {
  expect(markWords(texts, plain)).toBe("");
  const marked = { partial: true, timestamp_given: false, stated_at: "2026-05-01T10:00:00.000Z" };
  expect(markWords(texts, marked)).toMatch(/^incomplete, time unknown, dated ahead: .*2026/);
  for (const one of [{ partial: true }, { timestamp_given: false }]) {
    expect(markWords(texts, { ...plain, ...one })).toBe(runRemarks({ ...plain, ...one }, { t: english }));
  }
});
