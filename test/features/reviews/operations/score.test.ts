import { describe, expect, it } from "vitest";
import { score } from "../../../../src/features/reviews/operations/score.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeFinding, repeatFinding } from "../../../support/findings.ts";
import { temporaryFolder, writeFiles } from "../../../support/folder.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

describe("score", () => {
  it("returns a report that can be recorded unchanged, and explains its score", async () => {
    const ports = await openPorts();
    const findings = [
      makeFinding({ severity: "error" }),
      makeFinding({ severity: "error", fixable: true }),
      ...repeatFinding(3),
      makeFinding({ severity: "info" }),
      makeFinding({ category: "ai_bloat", severity: "info" }),
      makeFinding({ tool: "pylint", rule: "R0801" }),
      makeFinding({ tool: "radon", rule: "CC15" }),
    ];
    const view = await score.call(ports, { text: JSON.stringify(findings) }, quietCall);
    expect(view).toMatchObject({
      timestamp: "2026-04-01T12:00:00.000Z",
      // 100 − 15 − 5 − 4 × 2 − 1 + 2 × 5
      score: 81,
      reward_delta: 1,
      overall_verdict: "FAIL",
      ci_exit_code: 1,
      summary: "8 findings, 1 blocking.",
      scoring: {
        deductions: [
          { kind: "blocking", findings: 1, points: 15 },
          { kind: "fixable", findings: 1, points: 5 },
          { kind: "warning", findings: 4, points: 8 },
          { kind: "info", findings: 1, points: 1 },
          { kind: "ai_bloat", findings: 1, points: 0 },
        ],
        bonuses: ["all_apis_have_icontract", "zero_loc_violations"],
        suppressed: 1,
        below_level: 0,
      },
    });
    expect(view.run_id).toMatch(/^review-[0-9a-f-]{36}$/);
    const recorded = await update.call(ports, { text: JSON.stringify(view) }, quietCall);
    expect(recorded).toMatchObject({ recorded: true, run: { score: 81, verdict: "FAIL", run_id: view.run_id } });
  });

  it("bases bonuses on all findings, including those below the level", async () => {
    const ports = await openPorts();
    const findings = [
      makeFinding({ tool: "ruff", rule: "E501", severity: "info" }),
      makeFinding({ tool: "radon", rule: "CC15" }),
    ];
    const view = await score.call(ports, { text: JSON.stringify({ findings }), level: "error" }, quietCall);
    expect(view).toMatchObject({ score: 105, findings: [], scoring: { bonuses: ["all_apis_have_icontract"], below_level: 2 } });
  });

  it("uses coverage and source files to decide bonuses", async () => {
    const cwd = writeFiles(temporaryFolder(), { "clean.py": "x = 1\n", "noisy.py": "x = 1  # noqa\n" });
    const ports = await openPorts({ cwd });
    const bonusesOf = async (input: Readonly<Record<string, unknown>>, source: readonly string[]) =>
      (await score.call(ports, { text: JSON.stringify({ findings: [], ...input }), source }, quietCall)).scoring.bonuses;
    const always = ["all_apis_have_icontract", "zero_complexity_violations", "zero_loc_violations"];
    expect(await bonusesOf({}, [])).toEqual(always);
    expect(await bonusesOf({ coverage: { "clean.py": 95 } }, ["clean.py"])).toEqual([
      "all_apis_have_icontract",
      "coverage_90_plus",
      "no_new_suppressions",
      "zero_complexity_violations",
      "zero_loc_violations",
    ]);
    expect(await bonusesOf({ coverage: { "clean.py": 95 }, tests_skipped: true }, ["noisy.py"])).toEqual(always);
    expect(await bonusesOf({}, ["clean.py", "missing.py"])).toEqual(always);
  });

  it("applies named bonuses, and rejects unknown ones", async () => {
    const ports = await openPorts();
    const view = await score.call(ports, { text: "[]", bonus: ["coverage_90_plus", "no_new_suppressions"] }, quietCall);
    expect(view.score).toBe(120);
    const unknown = score.call(ports, { text: "[]", bonus: ["zzz", "aaa"] }, quietCall);
    await expect(unknown).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining("unknown aaa, zzz") });
  });

  it.each([
    ['[{"severity":"critical"}]', "findings[0].severity: must be one of error, warning, info"],
    ["{}", "findings: is missing"],
    ["[{", "it ends in the middle"],
  ])("refuses %s", async (text, message) => {
    const ports = await openPorts();
    await expect(score.call(ports, { text }, quietCall)).rejects.toThrow(message);
  });
});
