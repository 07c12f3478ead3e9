import type { ReviewRecorded } from "./review-recorded.ts";

/**
 * Whether two recordings with the same agent and run id have the same content. Report and mode must be equal. Times are compared
 * only if both reports had one; issue, house rules, assurance status and stated verdict only if both have one. If only one has an
 * assurance status, modes are not compared either: a program that did not store the status may have recorded the other. Derived
 * fields follow from the rest and are not compared. Nor are project, branch, commit and changed files, which say where the run
 * was recorded, nor Unicode composition, as the same file may be read on systems that differ in it.
 *
 * Both must have been parsed by the schema of their kind: parsed reports have their keys in one order, so that their JSON is
 * comparable.
 */
export function sameRun(a: ReviewRecorded, b: ReviewRecorded): boolean {
  const bothTimed = a.timestamp_given && b.timestamp_given;
  const statusAgrees = agree(a.report.assurance_status, b.report.assurance_status);
  const sameMode = a.mode === b.mode || a.report.assurance_status !== b.report.assurance_status;
  const content = ({ report }: ReviewRecorded): string => {
    const { schema_version, timestamp, score, findings, summary, house_rules_updates } = report;
    return JSON.stringify([
      schema_version,
      bothTimed ? timestamp : null,
      score,
      findings,
      summary,
      house_rules_updates,
    ]).normalize("NFC");
  };
  return (
    content(a) === content(b) &&
    statusAgrees &&
    sameMode &&
    agree(a.report.stated_verdict, b.report.stated_verdict) &&
    agree(a.issue_number, b.issue_number) &&
    agree(a.house_rules_version, b.house_rules_version)
  );
}

const agree = <T>(a: T | null | undefined, b: T | null | undefined): boolean =>
  (a ?? null) === null || (b ?? null) === null || a === b;
