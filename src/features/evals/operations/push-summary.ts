import type { ErrorView } from "../../../kernel/ledger-error.ts";
import type { EvalImportView, EvalPushView } from "./views.ts";

type Rejection = EvalImportView["rejected"][number];

export const toRejection = (file: string, { message, code, hint }: ErrorView): Rejection => ({
  file,
  error: message,
  code,
  hint,
});

/** Counts runs, and lists problems by file. `files`: number of files, each part of a merged run included. */
export function summarizePush(views: readonly EvalPushView[]): Omit<EvalImportView, "runs" | "skipped"> {
  const merged = views.flatMap(({ file, parts }) => (parts === undefined ? [] : [{ file, parts }]));
  return {
    files: views.reduce((sum, { parts }) => sum + (parts?.length ?? 1), 0),
    recorded: views.filter(({ recorded }) => recorded).length,
    duplicates: views.filter(({ reason }) => reason === "duplicate").length,
    warnings: views.flatMap((view) =>
      view.reason === "rejected" ? [] : view.warnings.map((message) => ({ file: view.file, message })),
    ),
    rejected: views.flatMap((view) => (view.reason === "rejected" ? [toRejection(view.file, view.error)] : [])),
    ...(merged.length === 0 ? {} : { merged }),
  };
}
