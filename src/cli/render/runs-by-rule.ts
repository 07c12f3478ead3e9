import type { RunView } from "../../features/reviews/operations/views.ts";
import { runTable } from "./history.ts";
import type { Style } from "./style.ts";

/** The runs that broke a rule, newest first. */
export function renderBreaking(runs: readonly RunView[], style: Style): string {
  if (runs.length === 0) return "No run broke that rule.\nSee the broken rules:  reward-ledger violations";
  return runTable(runs, style);
}
