import * as z from "zod";
import { message, plain } from "../../../kernel/privacy.ts";
import { timestamp } from "../../../kernel/timestamp.ts";
import { type Finding, finding, text } from "./finding.ts";
import { isBlocking } from "./is-blocking.ts";

export const verdicts = ["PASS", "PASS_WITH_ADVISORY", "FAIL"] as const;
export type Verdict = (typeof verdicts)[number];

export const maxScore = 120;
/** The score that neither earns nor costs: `reward_delta = score - rewardBaseline`. */
export const rewardBaseline = 80;
const minPassScore = 70;
const minAdvisoryScore = 50;

/** Derives the verdict from score and findings: any blocking finding fails; else 70 and above passes, 50 to 69 with advisory. */
export function deriveVerdict(score: number, findings: readonly Pick<Finding, "severity" | "fixable">[]): Verdict {
  if (findings.some(isBlocking)) return "FAIL";
  if (score >= minPassScore) return "PASS";
  return score >= minAdvisoryScore ? "PASS_WITH_ADVISORY" : "FAIL";
}

/** The latest minor version of the format whose rules are known; additions of later versions are not read. */
const knownMinor = 6;

/**
 * The assurance statuses of the format, each with the best verdict that it allows: a run with incomplete evidence (`UNKNOWN`)
 * fails, and one with nothing to review passes with advisory at best. `FAIL` sets no limit here: such a report states the verdict
 * FAIL.
 */
const bestByStatus: ReadonlyMap<string, Verdict> = new Map([
  ["PASS", "PASS"],
  ["FAIL", "PASS"],
  ["UNKNOWN", "FAIL"],
  ["NOT_APPLICABLE", "PASS_WITH_ADVISORY"],
]);

const stricter = (a: Verdict, b: Verdict): Verdict => (verdicts.indexOf(a) < verdicts.indexOf(b) ? b : a);

/** The parts of a report that determine its verdict and reward. */
export type VerdictInput = Readonly<{
  score: number;
  findings: readonly Pick<Finding, "severity" | "fixable">[];
  assurance_status?: string | null | undefined;
  stated_verdict?: Verdict | null | undefined;
}>;

/**
 * Returns the verdict of score and findings, limited by the assurance status. If the format does not define the status, the
 * evidence counts as unknown (FAIL), unless the report states a verdict.
 */
function boundedVerdict({ score, findings, assurance_status = null, stated_verdict = null }: VerdictInput): Verdict {
  const derived = deriveVerdict(score, findings);
  if (assurance_status === null) return derived;
  return stricter(derived, bestByStatus.get(assurance_status) ?? (stated_verdict === null ? "FAIL" : "PASS"));
}

/**
 * Returns the verdict that counts. A report with an assurance status is based on more than its score: the verdict it states can
 * make the result stricter, never milder. Without a status, the stated verdict is ignored.
 */
export function verdictOf(report: VerdictInput): Verdict {
  const bounded = boundedVerdict(report);
  const { assurance_status = null, stated_verdict = null } = report;
  return assurance_status === null || stated_verdict === null ? bounded : stricter(bounded, stated_verdict);
}

/**
 * Returns the reward of a run. With incomplete evidence (`UNKNOWN`), or if the run fails although score and findings pass, the
 * reward is never positive, but can be negative.
 */
export function rewardDeltaOf(report: VerdictInput): number {
  const delta = report.score - rewardBaseline;
  const failsForEvidence = verdictOf(report) === "FAIL" && deriveVerdict(report.score, report.findings) !== "FAIL";
  return failsForEvidence || report.assurance_status === "UNKNOWN" ? Math.min(0, delta) : delta;
}

/** The exit code of a continuous-integration step for a verdict. */
export const ciExitCode = (verdict: Verdict): 0 | 1 => (verdict === "FAIL" ? 1 : 0);

/** The minor version of a schema 1.x. */
const minorOf = (schemaVersion: string): number => Number(/^1\.(\d+)/.exec(schemaVersion)?.[1] ?? 0);

/** The first minor version whose reports have an assurance status. */
const assuredMinor = 6;

/** Normalizes the spelling of a status: `not applicable` → `NOT_APPLICABLE`. */
const assuranceStatus = text.transform((value) =>
  value
    .trim()
    .toUpperCase()
    .replace(/[\s-]+/g, "_"),
);

const schemaVersion = text.refine((value) => /^1(\.|$)/.test(value), "is of a version this program does not know (it knows 1.x)");

/**
 * A ReviewReport as tools write it. Unknown keys are ignored. Derived fields are checked for their type and then replaced by
 * `normalizeReport`. JSON integers only: `"85"` and `85.5` are refused.
 */
export const reportInput = z
  .object({
    schema_version: schemaVersion.default("1.0"),
    run_id: text.normalize("NFC"),
    timestamp: timestamp.optional(),
    overall_verdict: z.enum(verdicts).nullable().default(null),
    assurance_status: assuranceStatus.nullish(),
    // Written by exports of this program, whose `overall_verdict` is the derived one.
    stated_verdict: z.enum(verdicts).nullish(),
    stated_exit_code: z.literal([0, 1]).nullish(),
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
    schema_version: plain(text),
    run_id: plain(text.normalize("NFC")),
    timestamp: z.iso.datetime({ precision: 3 }),
    overall_verdict: z.enum(verdicts),
    ci_exit_code: z.literal([0, 1]),
    assurance_status: plain(text).nullish(),
    /** What the report stated, if it differs from what follows from the report. */
    stated_verdict: z.enum(verdicts).nullish(),
    stated_exit_code: z.literal([0, 1]).nullish(),
    score: z.int().min(0).max(maxScore),
    reward_delta: z.int(),
    findings: z.array(finding).readonly(),
    summary: message(text),
    house_rules_updates: z.array(message(z.string())).readonly(),
  })
  .readonly();

export type ReviewReport = z.infer<typeof report>;

/** `shadow`: the producer reported exit code 0 although the verdict is FAIL, so that a gate is tried without enforcing it. */
export const reviewModes = ["enforce", "shadow"] as const;
export type ReviewMode = (typeof reviewModes)[number];

/**
 * Reads the assurance status and the stated verdict of a report. The status `FAIL` counts as a stated FAIL. A report that states
 * FAIL without the status that its version requires gets the status `UNKNOWN`, as it gives no reason for the FAIL.
 */
function statementOf(input: ReportInput): Pick<VerdictInput, "assurance_status" | "stated_verdict"> {
  const stated = input.stated_verdict ?? input.overall_verdict;
  const status = input.assurance_status ?? null;
  const lacksStatus = status === null && stated === "FAIL" && minorOf(input.schema_version) >= assuredMinor;
  return { assurance_status: lacksStatus ? "UNKNOWN" : status, stated_verdict: status === "FAIL" ? "FAIL" : stated };
}

/**
 * Derives verdict, exit code and reward and overwrites those of the report, except that an exit code of 0 on a FAIL marks shadow
 * mode. A stated verdict or exit code that differs is kept in a field of its own.
 * @param now used if the report has no time of its own
 */
export function normalizeReport(
  input: ReportInput,
  now: Date,
): Readonly<{ report: ReviewReport; mode: ReviewMode; timestampGiven: boolean }> {
  const { score, findings } = input;
  const { assurance_status, stated_verdict: stated = null } = statementOf(input);
  const verdictInput = { score, findings, assurance_status, stated_verdict: stated };
  const verdict = verdictOf(verdictInput);
  const exitCode = ciExitCode(verdict);
  const isShadow = input.ci_exit_code === 0 && exitCode === 1;
  const statedExit = input.stated_exit_code ?? (isShadow ? null : input.ci_exit_code);
  return {
    report: {
      schema_version: input.schema_version,
      run_id: input.run_id,
      timestamp: input.timestamp ?? now.toISOString(),
      overall_verdict: verdict,
      ci_exit_code: exitCode,
      ...(typeof assurance_status === "string" ? { assurance_status } : {}),
      ...(stated === null || stated === boundedVerdict({ ...verdictInput, stated_verdict: null })
        ? {}
        : { stated_verdict: stated }),
      ...(statedExit === null || statedExit === exitCode ? {} : { stated_exit_code: statedExit }),
      score,
      reward_delta: rewardDeltaOf(verdictInput),
      findings,
      summary: input.summary,
      house_rules_updates: input.house_rules_updates,
    },
    mode: isShadow ? "shadow" : "enforce",
    timestampGiven: input.timestamp !== undefined,
  };
}

/** Whether `disputesOf` finds anything, such as a stated verdict that score and findings contradict. */
export const isDisputed = (report: ReviewReport): boolean => disputesOf(report).length > 0;

/** Lists where a report's statements differ from what follows from it, and what counts; one line each. */
export function disputesOf(report: ReviewReport): readonly string[] {
  const { schema_version, assurance_status, stated_verdict, stated_exit_code, overall_verdict } = report;
  const derived = deriveVerdict(report.score, report.findings);
  const lines: string[] = [];
  if (minorOf(schema_version) > knownMinor) {
    lines.push(
      `schema_version: ${schema_version} is newer than what this program knows (1.${knownMinor}); only what it knows was read`,
    );
  }
  if (typeof assurance_status === "string" && !bestByStatus.has(assurance_status)) {
    lines.push(`assurance_status: ${assurance_status} is none that this program knows (${[...bestByStatus.keys()].join(", ")})`);
  }
  const bounded = boundedVerdict(report);
  if (bounded !== derived) {
    const earns = rewardDeltaOf(report) === report.score - rewardBaseline ? "" : " and earns nothing";
    lines.push(
      `assurance_status: ${assurance_status}, so that the run is ${bounded}${earns}; score and findings alone give ${derived}`,
    );
  }
  if (typeof stated_verdict === "string" && (stated_verdict !== derived || stated_verdict !== overall_verdict)) {
    const field = assurance_status === "FAIL" && stated_verdict === "FAIL" ? "assurance_status" : "overall_verdict";
    const other = bounded === derived ? `score and findings give ${derived}` : `assurance_status gives ${bounded}`;
    lines.push(`${field}: the report says ${stated_verdict}, its ${other}; ${overall_verdict} counts`);
  }
  if (typeof stated_exit_code === "number") {
    lines.push(`ci_exit_code: the report says ${stated_exit_code}, its verdict ${overall_verdict} gives ${report.ci_exit_code}`);
  }
  return lines;
}
