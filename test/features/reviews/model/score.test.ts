import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Finding, severities } from "../../../../src/features/reviews/model/finding.ts";
import { ciExitCode, deriveVerdict, rewardBaseline } from "../../../../src/features/reviews/model/report.ts";
import {
  type BonusName,
  bonusNames,
  earnedBonuses,
  parseBonusNames,
  scoreOf,
} from "../../../../src/features/reviews/model/score.ts";
import { filterByLevel, isNoise } from "../../../../src/features/reviews/model/severity-filter.ts";
import { makeFinding, repeatFinding } from "../../../support/findings.ts";

const blocker = makeFinding({ severity: "error" });

describe("the scoring table", () => {
  const rows: readonly (readonly [string, readonly Finding[], readonly BonusName[], number, number, string, number])[] = [
    ["no findings, no bonus", [], [], 100, 20, "PASS", 0],
    ["1 blocking error", [blocker], [], 85, 5, "FAIL", 1],
    ["1 fixable error", [makeFinding({ severity: "error", fixable: true })], [], 95, 15, "PASS", 0],
    ["3 warnings", repeatFinding(3), [], 94, 14, "PASS", 0],
    ["7 warnings", repeatFinding(7), [], 86, 6, "PASS", 0],
    ["20 warnings", repeatFinding(20), [], 60, -20, "PASS_WITH_ADVISORY", 0],
    ["28 warnings", repeatFinding(28), [], 44, -36, "FAIL", 1],
    ["50 ai_bloat infos", repeatFinding(50, { category: "ai_bloat", severity: "info" }), [], 100, 20, "PASS", 0],
    ["no findings and 5 bonuses (125 clamped)", [], bonusNames, 120, 40, "PASS", 0],
    ["1 blocking error and 5 bonuses", [blocker], bonusNames, 110, 30, "FAIL", 1],
    ["60 warnings (−20 clamped)", repeatFinding(60), [], 0, -80, "FAIL", 1],
    [
      "an ai_bloat error blocks and costs nothing",
      [makeFinding({ category: "ai_bloat", severity: "error" })],
      [],
      100,
      20,
      "FAIL",
      1,
    ],
    ["1 info", [makeFinding({ severity: "info" })], [], 99, 19, "PASS", 0],
  ];

  it.each(rows)("%s", (_name, findings, bonuses, score, delta, verdict, exitCode) => {
    expect(scoreOf(findings, bonuses)).toBe(score);
    expect(scoreOf(findings, bonuses) - rewardBaseline).toBe(delta);
    expect(deriveVerdict(score, findings)).toBe(verdict);
    expect(ciExitCode(deriveVerdict(score, findings))).toBe(exitCode);
  });

  it("clamps once at the end, so bonuses offset deductions below zero first", () => {
    expect(scoreOf(repeatFinding(52), bonusNames)).toBe(100 - 104 + 25);
  });

  it("counts a repeated bonus once", () => {
    expect(scoreOf(repeatFinding(10), ["coverage_90_plus", "coverage_90_plus"])).toBe(85);
  });

  it("stays within 0..120 and never rises with a further finding", () => {
    const anyFinding = fc
      .record({ severity: fc.constantFrom(...severities), fixable: fc.boolean() })
      .map((over) => makeFinding(over));
    fc.assert(
      fc.property(fc.array(anyFinding), anyFinding, fc.subarray([...bonusNames]), (findings, further, bonuses) => {
        const score = scoreOf(findings, bonuses);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(120);
        expect(scoreOf([...findings, further], bonuses)).toBeLessThanOrEqual(score);
      }),
    );
  });
});

describe("verdict thresholds", () => {
  it.each([
    [70, "PASS"],
    [69, "PASS_WITH_ADVISORY"],
    [50, "PASS_WITH_ADVISORY"],
    [49, "FAIL"],
    [120, "PASS"],
    [0, "FAIL"],
  ])("a score of %i without blocking findings is %s", (score, verdict) => {
    expect(deriveVerdict(score, [])).toBe(verdict);
  });
});

describe("earnedBonuses", () => {
  it("returns the three bonuses that depend on findings alone when there are no findings", () => {
    expect(earnedBonuses([], {})).toEqual(["all_apis_have_icontract", "zero_complexity_violations", "zero_loc_violations"]);
  });

  it.each([
    ["zero_loc_violations", makeFinding({ tool: "ruff", rule: "E501" })],
    ["zero_complexity_violations", makeFinding({ tool: "radon", rule: "CC15" })],
    ["zero_complexity_violations", makeFinding({ tool: "radon", rule: "tool_error", category: "tool_error" })],
    ["all_apis_have_icontract", makeFinding({ tool: "contract_runner", rule: "MISSING_ICONTRACT" })],
  ] as const)("withholds %s for a matching finding", (bonus, finding) => {
    expect(earnedBonuses([finding], {})).not.toContain(bonus);
  });

  it("keeps zero_loc_violations when another tool reports E501 and another rule comes from ruff", () => {
    const findings = [makeFinding({ tool: "flake8", rule: "E501" }), makeFinding({ tool: "ruff", rule: "F401" })];
    expect(earnedBonuses(findings, {})).toContain("zero_loc_violations");
  });

  it.each([
    [{ "a.py": 90, "b.py": 100 }, true],
    [{ "a.py": 89.9, "b.py": 100 }, false],
    [{}, false],
    [undefined, false],
  ])("coverage %j earns coverage_90_plus: %s", (coverage, earned) => {
    expect(earnedBonuses([], { coverage }).includes("coverage_90_plus")).toBe(earned);
  });

  it.each([
    [["x = 1\n"], true],
    [["x = 1  # noqa: E501\n"], false],
    [["y = f()  # type: ignore[arg-type]\n"], false],
    [["# pyright: ignore\n"], false],
    [["# pylint: disable=W0212\n"], false],
    [["x = 1\n", null], false],
    [undefined, false],
  ])("sources %j earn no_new_suppressions: %s", (sources, earned) => {
    expect(earnedBonuses([], { sources }).includes("no_new_suppressions")).toBe(earned);
  });
});

describe("parseBonusNames", () => {
  it("keeps known names without duplicates", () => {
    expect(parseBonusNames(["coverage_90_plus", "coverage_90_plus"])).toEqual(["coverage_90_plus"]);
  });

  it("reports all unknown names, sorted", () => {
    expect(() => parseBonusNames(["zebra", "coverage_90_plus", "alpha", "zebra"])).toThrow("unknown alpha, zebra (known: ");
  });
});

describe("isNoise", () => {
  const inTests = ["contract_runner/MISSING_ICONTRACT", "basedpyright/reportMissingImports"].concat(
    "basedpyright/reportAttributeAccessIssue",
    "pylint/W0212",
  );

  it.each(inTests)("matches %s only in a folder named tests", (key) => {
    const [tool = "", rule = ""] = key.split("/");
    expect(isNoise(makeFinding({ tool, rule, file: "pkg/tests/test_a.py" }))).toBe(true);
    expect(isNoise(makeFinding({ tool, rule, file: "tests\\unit\\test_a.py" }))).toBe(true);
    expect(isNoise(makeFinding({ tool, rule, file: "src/a.py" }))).toBe(false);
    expect(isNoise(makeFinding({ tool, rule, file: "src/mytests/a.py" }))).toBe(false);
  });

  it("matches pylint R0801 everywhere", () => {
    expect(isNoise(makeFinding({ tool: "pylint", rule: "R0801", file: "src/a.py" }))).toBe(true);
  });

  it("matches crosshair reports about ledger states built from arbitrary values", () => {
    const message = "ValidationError: 1 validation error for LedgerState\nagent\n  Input should be a valid string";
    expect(isNoise(makeFinding({ tool: "crosshair", message }))).toBe(true);
    expect(isNoise(makeFinding({ tool: "crosshair", message: `x ${message}` }))).toBe(false);
    expect(isNoise(makeFinding({ tool: "pylint", message }))).toBe(false);
  });
});

describe("filterByLevel", () => {
  const findings = severities.map((severity) => makeFinding({ severity }));

  it.each([
    ["error", ["error"]],
    ["warning", ["error", "warning"]],
    [undefined, ["error", "warning", "info"]],
  ] as const)("%s keeps %j", (level, expected) => {
    expect(filterByLevel(findings, level).map((one) => one.severity)).toEqual(expected);
  });
});
