import type { Words } from "../../../kernel/document.ts";
import type { EvalRunView } from "../../evals/operations/views.ts";
import type { ReportRun } from "../operations/views.ts";

const shortCommit = 10;

/** Branch and short commit of a run: `main 1f2e3d4c5b`. */
const revisionText = (branch: string | null, commit: string | null): string =>
  [branch ?? "", (commit ?? "").slice(0, shortCommit)].filter((part) => part !== "").join(" ");

/** Describes a review run in one line. */
export const runText = ({ run, branch, commit }: ReportRun, { time }: Words): string =>
  [run.run_id, run.agent, revisionText(branch, commit), time(run.created_at)].filter((part) => part !== "").join(" · ");

/** Describes an eval run in one line. @param short shortens its id */
export const evalRunText = (run: EvalRunView, short: (id: string) => string, { time }: Words): string =>
  [short(run.id), revisionText(run.git_branch, run.git_sha), time(run.timestamp)].filter((part) => part !== "").join(" · ");

/** Formats a change with its sign; no change is `±0`. */
export const signed = (value: number, text: (size: number) => string): string =>
  value === 0 ? `±${text(0)}` : `${value < 0 ? "−" : "+"}${text(Math.abs(value))}`;

/** Explains why there is nothing to compare with. */
export const missingText = (against: string, { t }: Words): string =>
  against === "previous" ? t("none: it is the first run") : t("none: no run of {0} is recorded", against);
