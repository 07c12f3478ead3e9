import type { ReadRun } from "../../shared/input/input-file.ts";
import type { ReviewRecorded } from "../model/recorded.ts";
import { ciExitCode, rewardDeltaOf, verdictOf } from "../model/report.ts";
import type { RunDraft } from "./review.ts";

/** Returns the identity of a run as one text. */
export const runKey = ({ project, data: { agent, report } }: RunDraft): string => JSON.stringify([project, agent, report.run_id]);

/**
 * Completes a partial run from a full version of the same run where the partial one has placeholders: summary, suggestions, mode.
 * A ledger that is imported together with its reports, or that this program exported, then repeats the runs instead of
 * contradicting them.
 */
export function completed(one: ReadRun, known: ReviewRecorded): ReadRun {
  const { summary, house_rules_updates, schema_version, assurance_status, stated_verdict, stated_exit_code } = known.report;
  const { data } = one.draft;
  const judged = { ...data.report, assurance_status, stated_verdict, stated_exit_code };
  const overall_verdict = verdictOf(judged);
  const derived = { overall_verdict, ci_exit_code: ciExitCode(overall_verdict), reward_delta: rewardDeltaOf(judged) };
  const report = { ...judged, ...derived, schema_version, summary, house_rules_updates };
  return { ...one, partial: false, draft: { ...one.draft, data: { ...data, mode: known.mode, report } } };
}

/** Returns the full (not partial) runs, by key. */
export const fullRuns = (runs: readonly ReadRun[]): ReadonlyMap<string, ReviewRecorded> =>
  new Map(runs.filter((one) => !one.partial).map(({ draft }) => [runKey(draft), draft.data]));
