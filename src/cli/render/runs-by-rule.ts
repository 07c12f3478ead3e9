import type { RunView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { runTable } from "./history.ts";

/** The runs that broke a rule, newest first. */
export function renderBreaking(runs: readonly RunView[], style: Style): string {
  if (runs.length === 0) return "No run broke that rule.\nSee the broken rules:  reward-ledger violations";
  return runTable(runs, style);
}
