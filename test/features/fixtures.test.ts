import { describe, expect, it } from "vitest";
import { blockPenaltyTenths, passBonusTenths, step, zeroStanding } from "../../src/features/reviews/model/coins-and-streaks.ts";
import { normalizeReport, reportInput } from "../../src/features/reviews/model/report.ts";
import { makeHistory } from "../support/fixtures.ts";

describe("makeHistory", () => {
  it("returns the same runs for the same seed, and different runs for another", () => {
    expect(makeHistory({ seed: 7, runs: 60 })).toEqual(makeHistory({ seed: 7, runs: 60 }));
    expect(makeHistory({ seed: 8, runs: 60 })).not.toEqual(makeHistory({ seed: 7, runs: 60 }));
  });

  it("returns valid reports with correct derived fields, at unique increasing times", () => {
    const history = makeHistory({ seed: 3, runs: 400 });
    for (const { report } of history) {
      const { report: derived } = normalizeReport(reportInput.parse(report), new Date(0));
      expect({ ...derived, ci_exit_code: report.ci_exit_code }).toEqual(report);
    }
    const times = history.map((run) => Date.parse(run.report.timestamp));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(new Set(history.map((run) => run.report.run_id)).size).toBe(400);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "includes every verdict and both streak bonuses for every agent with 40 runs (seed %i)",
    (seed) => {
      for (const agent of ["a", "b"]) {
        const runs = makeHistory({ seed, runs: 40, agents: [agent] });
        let standing = zeroStanding;
        const bonuses = runs.map(({ report }) => {
          const { after, earning } = step(standing, { rewardDelta: report.reward_delta, verdict: report.overall_verdict });
          standing = after;
          return earning.bonusTenths;
        });
        expect(new Set(runs.map((run) => run.report.overall_verdict))).toEqual(new Set(["PASS", "PASS_WITH_ADVISORY", "FAIL"]));
        expect(bonuses).toContain(passBonusTenths);
        expect(bonuses).toContain(blockPenaltyTenths);
      }
    },
  );

  it("returns about six findings per run", () => {
    const history = makeHistory({ seed: 1, runs: 3000 });
    const findings = history.reduce((sum, run) => sum + run.report.findings.length, 0);
    expect(findings / history.length).toBeGreaterThan(5);
    expect(findings / history.length).toBeLessThan(8);
  });
});
