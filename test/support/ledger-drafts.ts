import type { Draft } from "../../src/kernel/fact.ts";
import { type FixtureRun, type HistoryOptions, makeHistory } from "./fixtures.ts";

/** The draft that is created when a run is recorded. */
export const draftOf = (run: FixtureRun, overrides: Readonly<Record<string, unknown>> = {}): Draft => ({
  kind: "review.recorded",
  project: run.project,
  data: {
    agent: run.agent,
    report: run.report,
    timestamp_given: true,
    mode: run.report.ci_exit_code === 0 && run.report.overall_verdict === "FAIL" ? "shadow" : "enforce",
    issue_number: run.issue_number,
    changed_files: run.changed_files,
    house_rules_version: null,
    branch: null,
    commit: null,
    ...overrides,
  },
});

export const resetDraft = (agent: string | null): Draft => ({ kind: "review.reset", project: null, data: { agent } });
export const undoDraft = (reset: string): Draft => ({ kind: "review.reset_undone", project: null, data: { reset } });

/** Drafts of a generated history. */
export const draftsOf = (options: HistoryOptions): readonly Draft[] => makeHistory(options).map((run) => draftOf(run));
