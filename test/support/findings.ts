import type { Finding } from "../../src/features/reviews/model/finding.ts";

/** A finding with default values for everything that a test does not set. */
export const makeFinding = (overrides: Partial<Finding> = {}): Finding => ({
  category: "style",
  severity: "warning",
  tool: "biome",
  rule: "style/useConst",
  file: "src/a.ts",
  line: 1,
  message: "This let declares a variable that is only assigned once.",
  fixable: false,
  evidence_refs: null,
  ...overrides,
});

/** The same finding, repeated. */
export const repeatFinding = (count: number, overrides: Partial<Finding> = {}): readonly Finding[] =>
  Array.from({ length: count }, () => makeFinding(overrides));

/** The smallest report that the format accepts, with the test's overrides. */
export const makeReport = (overrides: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  run_id: "review-run-001",
  timestamp: "2026-03-16T00:00:00Z",
  score: 85,
  findings: [],
  summary: "ok",
  ...overrides,
});
