import { expect, test } from "vitest";
import { reasonText } from "../../../src/features/evals/documents/figures.ts";
import { type HealthReason, healthReasonText } from "../../../src/features/evals/model/health.ts";
import { reasonWords } from "../../../src/webview/evals/health-words.ts";
import { createTexts } from "../../../src/webview/shared/texts.ts";
import { english } from "../../extension/texts.ts";

const texts = createTexts({}, "en", "UTC");

const reasons: readonly HealthReason[] = [
  { kind: "few", results: 1 },
  { kind: "few", results: 2 },
  { kind: "all-passed", results: 5 },
  { kind: "all-failed", results: 5 },
  { kind: "turned-red", count: 1, before: 1 },
  { kind: "turned-red", count: 4, before: 6 },
  { kind: "turned-green", count: 1, before: 1 },
  { kind: "turned-green", count: 4, before: 6 },
  { kind: "one-fail", count: 1 },
  { kind: "one-fail", count: 7 },
  { kind: "one-pass", count: 1 },
  { kind: "one-pass", count: 7 },
  { kind: "changes", changes: 4, results: 9 },
  { kind: "disagrees", times: 1 },
  { kind: "disagrees", times: 3 },
];

test.each(reasons)("the command line, the tree and the panel give the same reason: %j", (reason) => {
  const text = healthReasonText(reason);
  expect(reasonText(reason, { t: english }).toLowerCase()).toBe(text);
  expect(reasonWords(texts, reason).toLowerCase()).toBe(text);
});
