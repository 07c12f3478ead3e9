import { invalidReport } from "../../../kernel/errors.ts";
import { repairTexts, replacementWarnings } from "../../../kernel/repair-surrogates.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import { intakeMark } from "../../intake/model/undo.ts";
import { disputesOf, normalizeReport, type ReviewMode, type ReviewReport, reportInput } from "../model/report.ts";
import { type ReviewRecorded, reviewRecorded } from "../model/review-recorded.ts";
import { findingProblems, findingsOf } from "./findings.ts";

/**
 * A parsed report: all derived fields filled in, with the mode and whether the report had a time. Warnings name what could not be
 * used unchanged, one line each.
 */
export type ParsedReview = Readonly<{
  report: ReviewReport;
  mode: ReviewMode;
  timestampGiven: boolean;
  warnings: readonly string[];
}>;

/**
 * Parses a value as a review report.
 * @param target the source of the value, for messages
 * @param now used as the time of a report that has none
 * @throws invalid_report with one line per problem
 */
export function parseReview(value: unknown, target: string, now: Date): ParsedReview {
  const repaired = repairTexts(value);
  const problems = findingProblems(findingsOf(repaired.value));
  if (problems.length > 0) throw invalidReport(target, problems);
  const parsed = reportInput.safeParse(repaired.value, { reportInput: true });
  if (!parsed.success) throw invalidReport(target, problemsOf(parsed.error));
  const normalized = normalizeReport(parsed.data, now);
  return { ...normalized, warnings: [...disputesOf(normalized.report), ...replacementWarnings(repaired.replaced)] };
}

/** A run's fields about code that is not its own. */
export type OlderCodeFields = Pick<ReviewRecorded, "base" | "existing" | "existing_count">;

/** Details of a run that its recorder adds to the report. Absent parts are unknown. */
export type RunContext = Readonly<{
  agent: string;
  project: string | null;
  issueNumber?: number | null | undefined;
  changedFiles?: readonly string[] | undefined;
  houseRulesVersion?: number | null | undefined;
  branch?: string | null | undefined;
  commit?: string | null | undefined;
  /** Findings of older code, and the commit that separates old from new. */
  older?: OlderCodeFields | undefined;
  /** Batch of automatic recordings that it belongs to. */
  batch?: string | undefined;
}>;

const sortedUnique = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

/** The draft of a run's fact, with its data still typed. */
export type RunDraft = Readonly<{ kind: typeof reviewRecorded.kind; project: string | null; data: ReviewRecorded }>;

/** The draft of a run that was read, and the warnings about it. */
export type ReadDraft = Readonly<{ draft: RunDraft; warnings: readonly string[] }>;

/** Builds the draft of a recorded run. Without changed files, the files of the findings are used. Both are sorted and unique. */
export function draftOf({ report, mode, timestampGiven }: Omit<ParsedReview, "warnings">, context: RunContext): RunDraft {
  const changedFiles = context.changedFiles ?? [];
  const data: ReviewRecorded = {
    agent: context.agent,
    report,
    timestamp_given: timestampGiven,
    mode,
    issue_number: context.issueNumber ?? null,
    changed_files: sortedUnique(changedFiles.length > 0 ? changedFiles : report.findings.map((one) => one.file)),
    house_rules_version: context.houseRulesVersion ?? null,
    branch: context.branch ?? null,
    commit: context.commit ?? null,
    ...context.older,
    ...intakeMark(context.batch),
  };
  return { kind: reviewRecorded.kind, project: context.project, data };
}
