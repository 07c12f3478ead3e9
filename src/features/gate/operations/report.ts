import type { Category, Finding, Severity } from "../../reviews/model/finding.ts";
import type { ReportInput } from "../../reviews/model/report.ts";
import { scoreOf } from "../../reviews/model/score.ts";
import type { FindingSeverity, PassName } from "../model/pass-result.ts";
import type { GateRunView } from "./views.ts";

const categories: Readonly<Record<PassName, Category>> = {
  static: "clean_code",
  functional: "testing",
  architectural: "architecture",
  security: "security",
  prose: "style",
  adversarial: "contracts",
  feedback: "contracts",
};

const severities: Readonly<Record<FindingSeverity, Severity>> = {
  blocking: "error",
  significant: "warning",
  minor: "info",
  info: "info",
};

/** A failed pass is evidence of a problem (FAIL); a pass that could not run leaves the evidence incomplete (UNKNOWN). */
function assuranceOf({ verdict, passes }: GateRunView): string {
  if (verdict === "pass") return "PASS";
  return verdict === "block" || passes.some(({ status }) => status === "fail") ? "FAIL" : "UNKNOWN";
}

/** Returns the run as a ReviewReport. Its verdict is never better than the gate's. */
export function reportOf(view: GateRunView): string {
  const findings = view.passes.flatMap(({ pass, findings: found }) =>
    found.map(
      ({ severity, description, file, line }): Finding => ({
        category: categories[pass],
        severity: severities[severity],
        tool: "reward-ledger gate",
        rule: `gate/${pass}`,
        // A finding on the change as a whole is placed at its root.
        file: file ?? ".",
        line: line ?? 1,
        message: description,
        fixable: false,
        evidence_refs: null,
      }),
    ),
  );
  const report: Omit<ReportInput, "ci_exit_code" | "reward_delta"> = {
    schema_version: "1.6",
    run_id: `gate-${view.id}`,
    timestamp: view.at,
    overall_verdict: view.verdict === "pass" ? null : "FAIL",
    assurance_status: assuranceOf(view),
    score: scoreOf(findings, []),
    findings,
    summary: `Review gate: ${view.verdict}`,
    house_rules_updates: [],
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
