import type { ReviewRecorded } from "./recorded.ts";

/**
 * Whether two recordings with the same agent and run id say the same. Report and mode must agree; its time only when both reports
 * carried one; issue and house rules only when both name one. Project, branch, commit and changed files tell where it was recorded,
 * and do not count.
 *
 * Both must have been parsed by the schema of their kind: parsed reports have their keys in one order, so that their JSON compares.
 */
export function sameRun(a: ReviewRecorded, b: ReviewRecorded): boolean {
  const timed = a.timestamp_given && b.timestamp_given;
  const content = ({ report, mode }: ReviewRecorded): string =>
    JSON.stringify([timed ? report : { ...report, timestamp: null }, mode]);
  return (
    content(a) === content(b) && agree(a.issue_number, b.issue_number) && agree(a.house_rules_version, b.house_rules_version)
  );
}

const agree = (a: number | null, b: number | null): boolean => a === null || b === null || a === b;
