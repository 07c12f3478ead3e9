import { describe, expect, it } from "vitest";
import { categories, severities } from "../../../../src/features/reviews/model/finding.ts";
import { disputesOf, normalizeReport, report, reportInput } from "../../../../src/features/reviews/model/report.ts";
import { problemsOf } from "../../../../src/kernel/zod-messages.ts";
import { makeFinding, makeReport } from "../../../support/findings.ts";

const now = new Date("2026-04-01T12:00:00.000Z");

const normalize = (over: Readonly<Record<string, unknown>> = {}) => normalizeReport(reportInput.parse(makeReport(over)), now);

function problems(value: unknown): readonly string[] {
  const parsed = reportInput.safeParse(value, { reportInput: true });
  return parsed.success ? [] : problemsOf(parsed.error);
}

const problemsWith = (over: Readonly<Record<string, unknown>>): readonly string[] => problems(makeReport(over));
const findingProblems = (over: Readonly<Record<string, unknown>>): readonly string[] =>
  problemsWith({ findings: [{ ...makeFinding(), ...over }] });

describe("a minimal report", () => {
  it("is accepted and every derived field is filled in", () => {
    expect(normalize()).toEqual({
      mode: "enforce",
      timestampGiven: true,
      report: {
        schema_version: "1.0",
        run_id: "review-run-001",
        timestamp: "2026-03-16T00:00:00.000Z",
        overall_verdict: "PASS",
        ci_exit_code: 0,
        score: 85,
        reward_delta: 5,
        findings: [],
        summary: "ok",
        house_rules_updates: [],
      },
    });
  });

  it("keeps the field order of the format", () => {
    const full = normalize({ assurance_status: "UNKNOWN", overall_verdict: "PASS", ci_exit_code: 1, score: 60 }).report;
    const other = normalize({ overall_verdict: "FAIL", ci_exit_code: 1 }).report;
    for (const one of [full, other, normalize().report]) {
      expect(Object.keys(one)).toEqual(Object.keys(report.unwrap().shape).filter((name) => Object.hasOwn(one, name)));
    }
    expect(new Set([...Object.keys(full), ...Object.keys(other)])).toEqual(new Set(Object.keys(report.unwrap().shape)));
  });

  it("uses the current time when it has no timestamp, and marks that as not given", () => {
    const parsed = normalizeReport(reportInput.parse({ run_id: "r", score: 80, summary: "s" }), now);
    expect(parsed.report.timestamp).toBe("2026-04-01T12:00:00.000Z");
    expect(parsed.timestampGiven).toBe(false);
  });

  it("ignores keys it does not know", () => {
    expect(normalize({ colour: "red" }).report).not.toHaveProperty("colour");
  });
});

describe("derivation", () => {
  it("overwrites the stated verdict, exit code and reward", () => {
    const { report: derived } = normalize({ score: 60, overall_verdict: "FAIL", ci_exit_code: 1, reward_delta: 40 });
    expect(derived).toMatchObject({ overall_verdict: "PASS_WITH_ADVISORY", ci_exit_code: 0, reward_delta: -20 });
  });

  it("fails on a blocking finding whatever the score", () => {
    const findings = [makeFinding({ severity: "error" })];
    expect(normalize({ score: 120, findings }).report).toMatchObject({
      overall_verdict: "FAIL",
      ci_exit_code: 1,
      reward_delta: 40,
    });
  });

  it("does not treat a fixable error as blocking", () => {
    expect(normalize({ findings: [makeFinding({ severity: "error", fixable: true })] }).report.overall_verdict).toBe("PASS");
  });

  it("detects shadow mode from exit code 0 on a failed report", () => {
    const shadow = normalize({ score: 20, ci_exit_code: 0 });
    expect(shadow.mode).toBe("shadow");
    expect(shadow.report).toMatchObject({ overall_verdict: "FAIL", ci_exit_code: 1, reward_delta: -60 });
    expect(normalize({ score: 20, ci_exit_code: 1 }).mode).toBe("enforce");
    expect(normalize({ score: 20 }).mode).toBe("enforce");
    expect(normalize({ score: 90, ci_exit_code: 0 }).mode).toBe("enforce");
  });
});

describe("report validation", () => {
  it.each([
    [null, "(root): must be an object"],
    [[], "(root): must be an object"],
    ["text", "(root): must be an object"],
    [{}, "run_id: is missing"],
  ])("%j is rejected: %s", (value, problem) => {
    expect(problems(value)).toContain(problem);
  });

  it.each([
    [{ run_id: " " }, "run_id: must not be blank"],
    [{ run_id: 7 }, "run_id: must be text"],
    [{ summary: "" }, "summary: must not be blank"],
    [{ schema_version: "" }, "schema_version: must not be blank"],
    [{ schema_version: "2.0" }, "schema_version: is of a version this program does not know (it knows 1.x)"],
    [{ schema_version: "10" }, "schema_version: is of a version this program does not know (it knows 1.x)"],
    [{ score: "85" }, "score: must be a number"],
    [{ score: 85.5 }, "score: must be an integer"],
    [{ score: -1 }, "score: must be at least 0"],
    [{ score: 121 }, "score: must be at most 120"],
    [{ score: true }, "score: must be a number"],
    [{ score: null }, "score: must be a number"],
    [{ reward_delta: "5" }, "reward_delta: must be a number"],
    [{ overall_verdict: "OK" }, "overall_verdict: must be one of PASS, PASS_WITH_ADVISORY, FAIL"],
    [{ ci_exit_code: 2 }, "ci_exit_code: must be one of 0, 1"],
    [{ findings: {} }, "findings: must be a list"],
    [{ findings: ["x"] }, "findings[0]: must be an object"],
    [{ house_rules_updates: [1] }, "house_rules_updates[0]: must be text"],
    [{ timestamp: null }, "timestamp: must be text"],
    [{ timestamp: 1_773_619_200 }, "timestamp: must be text"],
    [{ timestamp: "yesterday" }, "timestamp: must be an ISO-8601 time such as 2026-03-16T00:00:00Z"],
  ])("%j is rejected: %s", (over, problem) => {
    expect(problemsWith(over)).toContain(problem);
  });

  it.each(["1", "1.0", "1.7"])("schema version %s is accepted", (schema_version) => {
    expect(problemsWith({ schema_version })).toEqual([]);
  });
});

describe("finding validation", () => {
  it.each(categories)("category %s is accepted", (category) => expect(findingProblems({ category })).toEqual([]));
  it.each(severities)("severity %s is accepted", (severity) => expect(findingProblems({ severity })).toEqual([]));

  it("names the path and the allowed values", () => {
    const findings = [makeFinding(), makeFinding(), makeFinding(), { ...makeFinding(), severity: "critical" }];
    expect(problemsWith({ findings })).toEqual(["findings[3].severity: must be one of error, warning, info"]);
  });

  it.each([
    [{ category: "performance" }, "findings[0].category: must be one of clean_code, security"],
    [{ tool: "  " }, "findings[0].tool: must not be blank"],
    [{ rule: "" }, "findings[0].rule: must not be blank"],
    [{ file: "\t" }, "findings[0].file: must not be blank"],
    [{ message: "\n" }, "findings[0].message: must not be blank"],
    [{ line: 0 }, "findings[0].line: must be at least 1"],
    [{ line: 1.5 }, "findings[0].line: must be an integer"],
    [{ line: "3" }, "findings[0].line: must be a number"],
    [{ line: undefined }, "findings[0].line: is missing"],
    [{ fixable: "yes" }, "findings[0].fixable: must be true or false"],
  ])("%j is rejected: %s", (over, problem) => {
    expect(findingProblems(over)[0]).toMatch(problem);
  });

  it("keeps texts untrimmed", () => {
    const findings = [makeFinding({ rule: " spaced rule " })];
    expect(normalize({ findings }).report.findings[0]?.rule).toBe(" spaced rule ");
  });
});

describe("evidence references", () => {
  const evidence = (ref: Readonly<Record<string, unknown>>): readonly string[] => findingProblems({ evidence_refs: [ref] });
  const at = "findings[0].evidence_refs[0]";

  it.each([
    [{ path: "a.py" }],
    [{ artifact_id: "trace-1" }],
    [{ start_line: 3 }],
    [{ path: "a.py", start_line: 3, end_line: 3, description: "here" }],
  ])("%j is accepted", (ref) => expect(evidence(ref)).toEqual([]));

  it.each([
    [{}, `${at}: needs a path, an artifact_id or a start_line`],
    [{ description: "only words" }, `${at}: needs a path, an artifact_id or a start_line`],
    // Both checks fail, and the first one is reported.
    [{ end_line: 3 }, `${at}: needs a path, an artifact_id or a start_line`],
    [{ path: "a.py", end_line: 3 }, `${at}.end_line: needs a start_line`],
    [{ start_line: 4, end_line: 3 }, `${at}.end_line: must not be before start_line`],
    [{ path: " " }, `${at}.path: must not be blank`],
    [{ path: "a.py", description: "" }, `${at}.description: must not be blank`],
    [{ artifact_id: "" }, `${at}.artifact_id: must not be blank`],
    [{ start_line: 0 }, `${at}.start_line: must be at least 1`],
    [{ path: "a.py", start_line: 1, end_line: 0 }, `${at}.end_line: must be at least 1`],
  ])("%j is rejected: %s", (ref, problem) => expect(evidence(ref)).toEqual([problem]));

  it("have null for absent fields, and are null when absent", () => {
    const findings = [makeFinding(), { ...makeFinding(), evidence_refs: [{ path: "a.py" }] }];
    expect(normalize({ findings }).report.findings.map((one) => one.evidence_refs)).toEqual([
      null,
      [{ path: "a.py", start_line: null, end_line: null, artifact_id: null, description: null }],
    ]);
  });
});

describe("assurance status", () => {
  const blocking = [{ category: "security", severity: "error", tool: "t", rule: "r", file: "a.py", line: 1, message: "m" }];
  it.each([
    // status, score, findings, stated → verdict, reward
    ["UNKNOWN", 115, [], "FAIL", "FAIL", 0],
    ["UNKNOWN", 115, [], "PASS", "FAIL", 0],
    ["UNKNOWN", 115, [], null, "FAIL", 0],
    ["UNKNOWN", 60, [], "FAIL", "FAIL", -20],
    ["UNKNOWN", 40, [], "FAIL", "FAIL", -40],
    ["UNKNOWN", 100, blocking, "FAIL", "FAIL", 0],
    ["NOT_APPLICABLE", 120, [], "PASS_WITH_ADVISORY", "PASS_WITH_ADVISORY", 40],
    ["NOT_APPLICABLE", 120, [], "FAIL", "FAIL", 0],
    ["NOT_APPLICABLE", 40, [], "PASS_WITH_ADVISORY", "FAIL", -40],
    ["COMPLETE", 115, [], "PASS", "PASS", 35],
    ["COMPLETE", 115, [], "FAIL", "FAIL", 0],
    ["COMPLETE", 60, [], "PASS", "PASS_WITH_ADVISORY", -20],
    ["COMPLETE", 115, [], null, "FAIL", 0],
    ["COMPLETE", 80, [], null, "FAIL", 0],
    ["COMPLETE", 60, [], null, "FAIL", -20],
    ["constructor", 115, [], null, "FAIL", 0],
    ["PASS", 115, [], null, "PASS", 35],
    [null, 115, [], "FAIL", "PASS", 35],
  ])("%s, score %i, %j, stated %s: %s and a reward of %i", (status, score, findings, stated, verdict, reward) => {
    const { report: one } = normalize({ assurance_status: status, score, findings, overall_verdict: stated });
    expect([one.overall_verdict, one.reward_delta, one.ci_exit_code]).toEqual([verdict, reward, verdict === "FAIL" ? 1 : 0]);
    // Reading the result again, as from an export, gives the same report.
    expect(normalizeReport(reportInput.parse(one), now).report).toEqual(one);
  });

  it.each(["unknown", " UNKNOWN ", "Unknown\t"])("%j is read as UNKNOWN", (status) => {
    const { report: one } = normalize({ assurance_status: status, score: 115 });
    expect(one).toMatchObject({ assurance_status: "UNKNOWN", overall_verdict: "FAIL", reward_delta: 0 });
  });

  it.each(["not applicable", "Not-Applicable", "not_applicable"])("%j is read as NOT_APPLICABLE", (status) => {
    const { report: one } = normalize({ assurance_status: status, score: 115 });
    expect(one).toMatchObject({ assurance_status: "NOT_APPLICABLE", overall_verdict: "PASS_WITH_ADVISORY" });
  });

  it.each([null, "PASS"])("FAIL fails a report with the stated verdict %s", (stated) => {
    const { report: one } = normalize({ assurance_status: "FAIL", overall_verdict: stated, score: 115 });
    expect(one).toMatchObject({ overall_verdict: "FAIL", ci_exit_code: 1, reward_delta: 0 });
    expect(normalizeReport(reportInput.parse(one), now).report).toEqual(one);
  });

  it.each([
    ["1.6", "FAIL", "FAIL"],
    ["1.10", "FAIL", "FAIL"],
    ["1.5", "FAIL", "PASS"],
    ["1.6", "PASS", "PASS"],
    ["1.6", null, "PASS"],
  ])("missing from a report of schema %s with the stated verdict %s: %s", (schema_version, stated, verdict) => {
    const { report: one } = normalize({ schema_version, overall_verdict: stated, score: 115 });
    expect(one.overall_verdict).toBe(verdict);
    expect(normalizeReport(reportInput.parse(one), now).report).toEqual(one);
  });

  it.each([
    [{}, []],
    [
      { assurance_status: "PARTIAL", score: 115 },
      [/^assurance_status: PARTIAL is none that this program knows/, /PARTIAL, so that the run is FAIL and earns nothing;/],
    ],
    [
      { assurance_status: "PARTIAL", overall_verdict: "PASS", score: 115 },
      [/^assurance_status: PARTIAL is none that this program knows/],
    ],
    [
      { assurance_status: "PARTIAL", overall_verdict: "PASS", score: 60 },
      [
        /^assurance_status: PARTIAL is none that this program knows/,
        /^overall_verdict: the report says PASS, .* PASS_WITH_ADVISORY counts$/,
      ],
    ],
    [{ overall_verdict: "PASS", ci_exit_code: 0, score: 90 }, []],
    [{ overall_verdict: "FAIL", score: 90 }, [/^overall_verdict: the report says FAIL, .* give PASS; PASS counts$/]],
    [{ ci_exit_code: 1, score: 90 }, [/^ci_exit_code: the report says 1, its verdict PASS gives 0$/]],
    [{ ci_exit_code: 0, score: 10 }, []],
    [
      { assurance_status: "UNKNOWN", score: 115, overall_verdict: "FAIL", ci_exit_code: 1 },
      [/^assurance_status: UNKNOWN, so that the run is FAIL and earns nothing;/],
    ],
    [{ assurance_status: "NOT_APPLICABLE", score: 120 }, [/^assurance_status: NOT_APPLICABLE, .* PASS_WITH_ADVISORY;/]],
    [
      { assurance_status: "UNKNOWN", overall_verdict: "PASS", score: 115 },
      [
        /^assurance_status: UNKNOWN, so that the run is FAIL/,
        /^overall_verdict: the report says PASS, its assurance_status gives FAIL; FAIL counts$/,
      ],
    ],
    [
      { assurance_status: "NOT_APPLICABLE", overall_verdict: "FAIL", score: 115 },
      [
        /^assurance_status: NOT_APPLICABLE, /,
        /^overall_verdict: the report says FAIL, its assurance_status gives PASS_WITH_ADVISORY; FAIL counts$/,
      ],
    ],
    [
      { assurance_status: "FAIL", score: 115 },
      [/^assurance_status: the report says FAIL, its score and findings give PASS; FAIL counts$/],
    ],
    [{ schema_version: "1.6" }, []],
    [{ schema_version: "1.17" }, [/^schema_version: 1\.17 is newer/]],
  ])("and stated values of %j: disputes are listed", (over, lines) => {
    expect(disputesOf(normalize(over).report)).toEqual(lines.map((line) => expect.stringMatching(line)));
  });
});
