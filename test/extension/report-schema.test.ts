import { describe, expect, test } from "vitest";
import { reviewReportSchema } from "../../scripts/schema/review-report.ts";
import { reportInput } from "../../src/features/reviews/model/report.ts";
import { schemaEditor } from "./schema-editor.ts";

const finding = { category: "style", severity: "warning", tool: "ruff", rule: "E501", file: "a.py", line: 1, message: "long" };
const report = { run_id: "r", timestamp: "2026-03-16T00:00:00Z", score: 85, findings: [], summary: "ok" };
const withFinding = (change: object) => ({ ...report, findings: [{ ...finding, ...change }] });
const withEvidence = (evidence: object) => withFinding({ evidence_refs: [evidence] });

describe("the schema agrees with the ledger", () => {
  const accepted: readonly (readonly [string, unknown])[] = [
    ["the least report", { run_id: "r", score: 0, summary: "s" }],
    ["unknown keys", { ...report, extra: true }],
    ["the highest score", { ...report, score: 120 }],
    ["a newer 1.x", { ...report, schema_version: "1.7" }],
    ["nulls where they are allowed", { ...report, overall_verdict: null, ci_exit_code: null, reward_delta: null }],
    ["a finding", withFinding({})],
    ["a finding without evidence", withFinding({ evidence_refs: null })],
    ["evidence by path", withEvidence({ path: "a.py" })],
    ["evidence by artifact", withEvidence({ artifact_id: "x", path: null })],
    ["evidence by lines", withEvidence({ start_line: 3, end_line: 4 })],
  ];
  const refused: readonly (readonly [string, unknown])[] = [
    ["no object", []],
    ["no run id", { score: 1, summary: "s" }],
    ["a blank run id", { ...report, run_id: " " }],
    ["no score", { run_id: "r", summary: "s" }],
    ["a score above 120", { ...report, score: 121 }],
    ["a negative score", { ...report, score: -1 }],
    ["half a point", { ...report, score: 85.5 }],
    ["a score as text", { ...report, score: "85" }],
    ["an unknown version", { ...report, schema_version: "2.0" }],
    ["version 10", { ...report, schema_version: "10" }],
    ["an unknown verdict", { ...report, overall_verdict: "MAYBE" }],
    ["exit code 2", { ...report, ci_exit_code: 2 }],
    ["an unknown category", withFinding({ category: "performance" })],
    ["an unknown severity", withFinding({ severity: "critical" })],
    ["line 0", withFinding({ line: 0 })],
    ["a blank message", withFinding({ message: "" })],
    ["evidence of nothing", withEvidence({})],
    ["evidence of a description alone", withEvidence({ description: "d" })],
    ["an end without a start", withEvidence({ path: "a.py", end_line: 4 })],
    ["a blank path", withEvidence({ path: " " })],
  ];
  const { problems } = schemaEditor(reviewReportSchema());

  test.each(accepted)("accepts %s", async (_name, value) => {
    expect(reportInput.safeParse(value).success).toBe(true);
    expect(await problems(value)).toEqual([]);
  });
  test.each(refused)("rejects %s", async (_name, value) => {
    expect(reportInput.safeParse(value).success).toBe(false);
    expect(await problems(value)).not.toEqual([]);
  });
});

describe("editing with the schema", () => {
  const { completions, hover } = schemaEditor(reviewReportSchema());

  test("offers the keys of a report", async () => {
    expect(await completions("{ | }")).toEqual(expect.arrayContaining(["run_id", "score", "summary", "findings", "timestamp"]));
  });
  test("offers a complete finding", async () => {
    expect(await completions('{ "findings": [ | ] }')).toContain("finding");
  });
  test("offers severities", async () => {
    expect(await completions('{ "findings": [{ "severity": | }] }')).toEqual(
      expect.arrayContaining(['"error"', '"warning"', '"info"']),
    );
  });
  test.each([
    ['{ "sc|ore": 1 }', "80 neither earns nor costs"],
    ['{ "findings": [{ "ru|le": "x" }] }', "broken rule"],
    ['{ "findings": [{ "evidence_refs": [{ "pa|th": "x" }] }] }', "File of the evidence"],
  ])("explains %s", async (text, part) => {
    expect(await hover(text)).toContain(part);
  });
});
