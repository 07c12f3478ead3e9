import type { Finding } from "../../../src/features/reviews/model/finding.ts";
import { ciExitCode, deriveVerdict, rewardBaseline } from "../../../src/features/reviews/model/report.ts";
import type { FixtureReport } from "../../support/fixtures.ts";

/** A finding with the given values, and defaults for the rest. */
export const finding = (overrides: Partial<Finding> & Pick<Finding, "rule">): Finding => ({
  category: "style",
  severity: "warning",
  tool: "ruff",
  file: "src/cart.ts",
  line: 7,
  message: `${overrides.rule} is broken here`,
  fixable: false,
  evidence_refs: null,
  ...overrides,
});

/** A report dated some minutes ago. 94 earns 1.40 coins, 60 costs 2.00. */
export function report(runId: string, score: number, findings: readonly Finding[] = [], minutesAgo = 10): FixtureReport {
  const verdict = deriveVerdict(score, findings);
  return {
    schema_version: "1.0",
    run_id: runId,
    timestamp: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
    overall_verdict: verdict,
    ci_exit_code: ciExitCode(verdict),
    score,
    reward_delta: score - rewardBaseline,
    findings,
    summary: `Reviewed ${runId}.`,
    house_rules_updates: [],
  };
}
