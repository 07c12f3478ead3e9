import type { ResetView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { count, plain } from "./text.ts";

/** What a reset hides, or what its undoing brought back. */
export function renderReset(view: ResetView, { colors }: Style): string {
  const whose = view.agent === null ? "all agents" : plain(view.agent);
  if (view.undone) {
    const back =
      view.restored_runs === 0
        ? "no run counts again: it hid none, or other resets hide them too"
        : `${count(view.restored_runs, "run")} ${view.restored_runs === 1 ? "counts" : "count"} again`;
    return `${colors.green("Undone")}: the reset of ${whose} is taken back, ${back}`;
  }
  return `${colors.green("Reset")} ${whose}: ${count(view.hidden_runs, "run")} no longer ${view.hidden_runs === 1 ? "counts" : "count"}\nNothing was destroyed. Take it back with:  reward-ledger reset --undo`;
}
