import { invalidInput } from "../../../kernel/errors.ts";
import type { Finding } from "./finding.ts";
import { maxScore } from "./report.ts";

/** The score of every report before deductions and bonuses. */
const baseScore = 100;
export const bonusPoints = 5;

export const bonusNames = [
  "all_apis_have_icontract",
  "coverage_90_plus",
  "no_new_suppressions",
  "zero_complexity_violations",
  "zero_loc_violations",
] as const;
export type BonusName = (typeof bonusNames)[number];

const isBonusName = (name: string): name is BonusName => bonusNames.some((known) => known === name);

/** Parses names of bonuses. @throws invalid_input naming every unknown one, sorted */
export function parseBonusNames(names: readonly string[]): readonly BonusName[] {
  const unknown = [...new Set(names.filter((name) => !isBonusName(name)))].sort();
  if (unknown.length > 0) {
    throw invalidInput("the bonuses", [`unknown ${unknown.join(", ")} (known: ${bonusNames.join(", ")})`]);
  }
  return [...new Set(names.filter(isBonusName))];
}

type ScoredFinding = Pick<Finding, "category" | "severity" | "fixable">;

/**
 * Points a finding costs: `ai_bloat` nothing, an error 15 (5 when a tool can fix it), a warning 2, an info 1.
 * Source: specfact code review, scoring table.
 */
export function deductionOf(finding: ScoredFinding): number {
  if (finding.category === "ai_bloat") return 0;
  return {
    error: finding.fixable ? 5 : 15,
    warning: 2,
    info: 1,
  }[finding.severity];
}

/** `clamp(100 − deductions + 5 × bonuses, 0, 120)`, clamped once at the end. */
export function scoreOf(findings: readonly ScoredFinding[], bonuses: readonly BonusName[]): number {
  const deductions = findings.reduce((sum, one) => sum + deductionOf(one), 0);
  const score = baseScore - deductions + bonusPoints * new Set(bonuses).size;
  return Math.min(maxScore, Math.max(0, score));
}

/** What is known about the reviewed files besides the findings; an absent part earns no bonus. */
export type ReviewEvidence = Readonly<{
  /** Percentage of covered lines, by file. Absent when tests were skipped. */
  coverage?: Readonly<Record<string, number>> | undefined;
  /** Text of every reviewed file; null for one that could not be read. */
  sources?: readonly (string | null)[] | undefined;
}>;

const minCoverage = 90;
const suppressionMarks = ["# noqa", "# type: ignore", "# pyright: ignore", "# pylint: disable"] as const;

/**
 * Returns the bonuses that findings and evidence earn. `findings` must be the list before noise suppression and level filter: a
 * bonus computed on a filtered list would let hidden warnings raise the score.
 */
export function earnedBonuses(
  findings: readonly Pick<Finding, "tool" | "rule">[],
  evidence: ReviewEvidence,
): readonly BonusName[] {
  const percentages = Object.values(evidence.coverage ?? {});
  const { sources } = evidence;
  const earned: Readonly<Record<BonusName, boolean>> = {
    all_apis_have_icontract: !findings.some((one) => one.rule === "MISSING_ICONTRACT"),
    coverage_90_plus: percentages.length > 0 && percentages.every((percent) => percent >= minCoverage),
    no_new_suppressions:
      sources?.every((source) => source !== null && !suppressionMarks.some((mark) => source.includes(mark))) ?? false,
    zero_complexity_violations: !findings.some((one) => one.tool === "radon"),
    zero_loc_violations: !findings.some((one) => one.tool === "ruff" && one.rule === "E501"),
  };
  return bonusNames.filter((name) => earned[name]);
}
