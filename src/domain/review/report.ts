import * as z from "zod";
import { type Finding, finding, isBlocking, text } from "./finding.ts";
import { timestamp } from "./timestamp.ts";

export const verdicts = ["PASS", "PASS_WITH_ADVISORY", "FAIL"] as const;
export type Verdict = (typeof verdicts)[number];

export const maxScore = 120;
/** The score that neither earns nor costs: `reward_delta = score - rewardBaseline`. */
export const rewardBaseline = 80;
const passFrom = 70;
const advisoryFrom = 50;

/** Score and findings decide the verdict: any blocking finding fails; else 70 and above passes, 50 to 69 passes with advice. */
export function deriveVerdict(score: number, findings: readonly Pick<Finding, "severity" | "fixable">[]): Verdict {
  if (findings.some(isBlocking)) return "FAIL";
  if (score >= passFrom) return "PASS";
  return score >= advisoryFrom ? "PASS_WITH_ADVISORY" : "FAIL";
}

/** The exit code a continuous-integration step takes from a verdict. */
export const ciExitCode = (verdict: Verdict): 0 | 1 => (verdict === "FAIL" ? 1 : 0);

const schemaVersion = text.refine((value) => /^1(\.|$)/.test(value), "is of a version this program does not know (it knows 1.x)");

/**
 * A ReviewReport as tools write it. Unknown keys are ignored. Derived fields are checked for their type and then replaced by
 * `normalizeReport`. JSON integers only: `"85"` and `85.5` are refused.
 */
export const reportInput = z
  .object({
    schema_version: schemaVersion.default("1.0"),
    run_id: text,
    timestamp: timestamp.optional(),
    overall_verdict: z.enum(verdicts).nullable().default(null),
    ci_exit_code: z.literal([0, 1]).nullable().default(null),
    score: z.int().min(0).max(maxScore),
    reward_delta: z.int().nullable().default(null),
    findings: z.array(finding).readonly().default([]),
    summary: text,
    house_rules_updates: z.array(z.string()).readonly().default([]),
  })
  .readonly();

export type ReportInput = z.infer<typeof reportInput>;

/** A report with every derived field filled in, in the field order of the format. */
export const report = z
  .object({
    schema_version: text,
    run_id: text,
    timestamp: z.iso.datetime({ precision: 3 }),
    overall_verdict: z.enum(verdicts),
    ci_exit_code: z.literal([0, 1]),
    score: z.int().min(0).max(maxScore),
    reward_delta: z.int(),
    findings: z.array(finding).readonly(),
    summary: text,
    house_rules_updates: z.array(z.string()).readonly(),
  })
  .readonly();

export type ReviewReport = z.infer<typeof report>;

/** `shadow`: the producer reported exit code 0 although the verdict is FAIL, so that a gate is tried without enforcing it. */
export const reviewModes = ["enforce", "shadow"] as const;
export type ReviewMode = (typeof reviewModes)[number];

/**
 * Derives verdict, exit code and reward from score and findings; what the report said of them is overwritten, except that
 * an exit code of 0 on a FAIL marks shadow mode.
 * @param now used when the report carries no time of its own
 */
export function normalizeReport(
  input: ReportInput,
  now: Date,
): Readonly<{ report: ReviewReport; mode: ReviewMode; timestampGiven: boolean }> {
  const verdict = deriveVerdict(input.score, input.findings);
  const exitCode = ciExitCode(verdict);
  return {
    report: {
      schema_version: input.schema_version,
      run_id: input.run_id,
      timestamp: input.timestamp ?? now.toISOString(),
      overall_verdict: verdict,
      ci_exit_code: exitCode,
      score: input.score,
      reward_delta: input.score - rewardBaseline,
      findings: input.findings,
      summary: input.summary,
      house_rules_updates: input.house_rules_updates,
    },
    mode: input.ci_exit_code === 0 && exitCode === 1 ? "shadow" : "enforce",
    timestampGiven: input.timestamp !== undefined,
  };
}
