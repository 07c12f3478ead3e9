import type { ExportView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { count, plain } from "./text.ts";

/** The exported text itself, or where it was written. */
export function renderExport(view: ExportView, { colors }: Style): string {
  if (view.content !== null) return view.content;
  return `${colors.green("Exported")} ${count(view.runs, "run")} as ${view.format}${view.out === null ? "" : ` to ${plain(view.out)}`}`;
}
