import type { PairedDifference } from "../../../kernel/statistics/paired.ts";
import type { EvalCompareAnswer } from "../../evals/operations/views.ts";
import type { FindingView, RunView } from "../../reviews/operations/views.ts";

/** A review run with branch and commit of its code, as far as known. */
export type ReportRun = Readonly<{ run: RunView; branch: string | null; commit: string | null }>;

/** A violation. `message` is null unless requested, because messages may quote code. */
export type ReportFinding = Omit<FindingView, "message" | "category"> & Readonly<{ message: string | null }>;

export type ReviewReportView = Readonly<{
  after: ReportRun;
  /** The run compared with; null if none is recorded, and then all differences are null too. */
  before: ReportRun | null;
  score_delta: number | null;
  /** Number of violations that count, i.e. without those in older code. */
  violations: number;
  /** Violations that count and are not in the earlier run. */
  new: readonly ReportFinding[] | null;
  /** Violations that only the earlier run has; also null if the run recorded only a part of the findings in older code. */
  fixed: readonly ReportFinding[] | null;
  /** Number of findings that are not new, including those in older code. */
  unchanged: number | null;
}>;

export type EvalReportView = Readonly<{
  comparison: EvalCompareAnswer;
  /** Change of the pass rate over the tests in both runs, with its 95 % interval; null if there are no such tests. */
  difference: (PairedDifference & Readonly<{ tests: number }>) | null;
}>;

/** The latest runs of a project, with the runs that they are compared with. */
export type ReportView = Readonly<{
  project: string;
  /** What to compare with, as requested. */
  against: string;
  /** Null if no review run is recorded. */
  review: ReviewReportView | null;
  /** The latest eval run of each tier. */
  evals: readonly EvalReportView[];
}>;
