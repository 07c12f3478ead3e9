import type { ParsedRun } from "../../shared/input/input-file.ts";
import { ciExitCode, rewardDeltaOf, verdictOf } from "../model/report.ts";
import type { ReviewRecorded } from "../model/review-recorded.ts";
import type { RunDraft } from "./review.ts";

/** Returns the identity of a run as one text. */
export const runKey = ({ project, data: { agent, report } }: RunDraft): string => JSON.stringify([project, agent, report.run_id]);

/**
 * Completes a partial run from a full version of the same run where the partial one has placeholders: summary, suggestions, mode.
 * A ledger that is imported together with its reports, or that this program exported, then repeats the runs instead of
 * contradicting them.
 */
export function completeRun(run: ParsedRun, fullRun: ReviewRecorded): ParsedRun {
  const { summary, house_rules_updates, schema_version, assurance_status, stated_verdict, stated_exit_code } = fullRun.report;
  const { data } = run.draft;
  const verdictInput = { ...data.report, assurance_status, stated_verdict, stated_exit_code };
  const overall_verdict = verdictOf(verdictInput);
  const derived = { overall_verdict, ci_exit_code: ciExitCode(overall_verdict), reward_delta: rewardDeltaOf(verdictInput) };
  const report = { ...verdictInput, ...derived, schema_version, summary, house_rules_updates };
  return { ...run, partial: false, draft: { ...run.draft, data: { ...data, mode: fullRun.mode, report } } };
}

/** Returns the full (not partial) runs, by key. */
export const fullRuns = (runs: readonly ParsedRun[]): ReadonlyMap<string, ReviewRecorded> =>
  new Map(runs.filter((one) => !one.partial).map(({ draft }) => [runKey(draft), draft.data]));
