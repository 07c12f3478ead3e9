import type { Finding } from "../model/finding.ts";
import { deductionOf } from "../model/score.ts";
import type { ScoreView } from "./views.ts";

type DeductionKind = ScoreView["scoring"]["deductions"][number]["kind"];

function kindOf(one: Finding): DeductionKind {
  if (one.category === "ai_bloat") return "ai_bloat";
  if (one.severity === "error") return one.fixable ? "fixable" : "blocking";
  return one.severity;
}

/** Sums the points that findings cost, by kind of finding. */
export function deductionsOf(findings: readonly Finding[]): ScoreView["scoring"]["deductions"] {
  const kinds = ["blocking", "fixable", "warning", "info", "ai_bloat"] as const;
  return kinds.flatMap((kind) => {
    const ofKind = findings.filter((one) => kindOf(one) === kind);
    const points = ofKind.reduce((sum, one) => sum + deductionOf(one), 0);
    return ofKind.length === 0 ? [] : [{ kind, findings: ofKind.length, points }];
  });
}
