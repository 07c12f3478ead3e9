import type { PairedDifference } from "../../../kernel/statistics/paired.ts";
import type { EvalCompareAnswer } from "../../evals/operations/views.ts";
import type { FindingView, RunView } from "../../reviews/operations/views.ts";

/** A review run with the code that it is about, as far as that is known. */
export type ReportRun = Readonly<{ run: RunView; branch: string | null; commit: string | null }>;

/** A violation; its message is null unless it was asked for, as messages may quote code. */
export type ReportFinding = Omit<FindingView, "message" | "category"> & Readonly<{ message: string | null }>;

export type ReviewReportView = Readonly<{
  after: ReportRun;
  /** The run that it is compared with; null where none is recorded, and then so is every difference. */
  before: ReportRun | null;
  score_delta: number | null;
  /** Those that count. */
  violations: number;
  /** Of those that count. */
  new: readonly ReportFinding[] | null;
  /** Null too where the run kept only a part of what was found in older code. */
  fixed: readonly ReportFinding[] | null;
  /** Those of older code too. */
  unchanged: number | null;
}>;

export type EvalReportView = Readonly<{
  comparison: EvalCompareAnswer;
  /** How the pass rate of the tests that both runs have changed, with its 95 % interval; null where there are none. */
  difference: (PairedDifference & Readonly<{ tests: number }>) | null;
}>;

/** The newest runs of a project, beside those that they are compared with. */
export type ReportView = Readonly<{
  project: string;
  /** What to compare with, as it was asked. */
  against: string;
  /** Null where no review run is recorded. */
  review: ReviewReportView | null;
  /** The latest eval run of each tier. */
  evals: readonly EvalReportView[];
}>;
