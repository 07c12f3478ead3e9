import type { Ledger, Ports } from "../../../ports/ports.ts";
import type { TeamResetView } from "../../../ports/sync.ts";
import { isoOf } from "../../shared/units.ts";
import type { ResetInForceView } from "./views.ts";

/** The user's own resets that hide runs, oldest first; with an agent those that concern it, if runs of it are recorded. */
export const ownResets = (ledger: Ledger, agent?: string): Promise<readonly ResetInForceView[]> =>
  ledger.ask(({ review }) => {
    if (agent !== undefined && !review.recordedAgents().includes(agent)) return [];
    return review
      .resets(agent)
      .filter(({ team, hiddenRuns }) => !team && hiddenRuns > 0)
      .map((reset) => ({ agent: reset.agent, at: isoOf(reset.at), hidden_runs: reset.hiddenRuns }));
  });

/** Resets of the team, oldest first; with an agent those that concern it. */
export async function teamResets({ sync }: Ports, agent?: string): Promise<readonly TeamResetView[]> {
  return (await (await sync()).teamResets()).filter(
    (reset) => agent === undefined || reset.agent === null || reset.agent === agent,
  );
}
