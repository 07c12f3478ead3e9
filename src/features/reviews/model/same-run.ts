import type { ReviewRecorded } from "./recorded.ts";

/**
 * Whether two recordings with the same agent and run id say the same. Report and mode must agree; its time only when both reports
 * carried one; issue, house rules and what was stated of the verdict only when both name one. What is derived follows from the rest,
 * and a recording without an assurance status may be of a program that did not keep it. Project, branch, commit and changed files tell where it was recorded,
 * and do not count. Nor does whether letters are composed: the same file may be read on systems that differ in it.
 *
 * Both must have been parsed by the schema of their kind: parsed reports have their keys in one order, so that their JSON compares.
 */
export function sameRun(a: ReviewRecorded, b: ReviewRecorded): boolean {
  const timed = a.timestamp_given && b.timestamp_given;
  const assured = agree(a.report.assurance_status, b.report.assurance_status);
  const sameMode = a.mode === b.mode || a.report.assurance_status !== b.report.assurance_status;
  const content = ({ report }: ReviewRecorded): string => {
    const { schema_version, timestamp, score, findings, summary, house_rules_updates } = report;
    return JSON.stringify([schema_version, timed ? timestamp : null, score, findings, summary, house_rules_updates]).normalize(
      "NFC",
    );
  };
  return (
    content(a) === content(b) &&
    assured &&
    sameMode &&
    agree(a.report.stated_verdict, b.report.stated_verdict) &&
    agree(a.issue_number, b.issue_number) &&
    agree(a.house_rules_version, b.house_rules_version)
  );
}

const agree = <T>(a: T | null | undefined, b: T | null | undefined): boolean =>
  (a ?? null) === null || (b ?? null) === null || a === b;
