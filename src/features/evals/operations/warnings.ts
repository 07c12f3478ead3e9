import type { EvalPushView } from "./views.ts";

/** Warnings about recorded and already known runs, by file. */
export const warningsOf = (views: readonly EvalPushView[]): readonly Readonly<{ file: string; message: string }>[] =>
  views.flatMap((view) => (view.reason === "rejected" ? [] : view.warnings.map((message) => ({ file: view.file, message }))));
