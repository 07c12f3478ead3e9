import type { TeamResetView } from "../../ports/sync.ts";
import type { Style } from "../../render/terminal/style.ts";
import { absolute } from "../../render/terminal/time.ts";
import { count, plain } from "./text.ts";

/** Resets of a team: who made each, what it hides, and how it is taken back. */
export const teamResetLines = (resets: readonly TeamResetView[], style: Style): readonly string[] =>
  resets.flatMap(({ agent, at, by, hidden_runs }) => {
    const of = agent === null ? "" : ` for ${plain(agent)}`;
    const hides =
      hidden_runs === null
        ? "`reward-ledger sync now` finds out what it hides"
        : `hides ${count(hidden_runs, "run")} from its totals`;
    const undo = agent === null ? "" : ` --agent ${plain(agent)}`;
    return [
      `Team reset${of} by ${plain(by ?? "a former member")} at ${absolute(at, style)}: ${hides}.`,
      `  ${style.colors.dim(`An owner takes it back with:  reward-ledger team reset --undo${undo}`)}`,
    ];
  });
