import type { Ledger, Ports, Queries } from "../../../ports/ports.ts";
import type { TeamResetView } from "../../../ports/sync.ts";
import { undoCommand } from "../../shared/team-resets.ts";
import { isoOf } from "../../shared/units.ts";
import type { ResetInForceView } from "./views.ts";

/** The user's own resets that hide runs, oldest first; with an agent, those that apply to it, if it has recorded runs. */
export const ownResets = (ledger: Ledger, agent?: string): Promise<readonly ResetInForceView[]> =>
  ledger.ask(({ review }) => {
    if (agent !== undefined && !review.recordedAgents().includes(agent)) return [];
    return review
      .resets(agent)
      .filter(({ team, hiddenRuns }) => !team && hiddenRuns > 0)
      .map((reset) => ({ agent: reset.agent, at: isoOf(reset.at), hidden_runs: reset.hiddenRuns }));
  });

/** Resets of the team, oldest first; with an agent, those that apply to it. */
export async function teamResets({ sync }: Ports, agent?: string): Promise<readonly TeamResetView[]> {
  return (await (await sync()).teamResets()).filter(
    (reset) => agent === undefined || reset.agent === null || reset.agent === agent,
  );
}

/** Returns a warning about those runs that are already recorded but hidden by a reset; empty if there are none. */
export function hiddenRunWarnings(
  { review }: Queries,
  runs: readonly Readonly<{ project: string | null; agent: string; runId: string }>[],
): readonly string[] {
  const resets = review.resets();
  if (resets.length === 0) return [];
  const hidden = runs.filter(({ project, agent, runId }) => review.recordedRun(project, agent, runId)?.hidden);
  const agents = new Set(hidden.map(({ agent }) => agent));
  const [latest] = resets
    .filter(({ agent }) => agents.size > 0 && (agent === null || agents.has(agent)))
    .sort((a, b) => b.at - a.at);
  if (latest === undefined) return [];
  const { agent, at, team } = latest;
  const resetText = `the ${team ? "team's " : ""}reset of ${agent ?? "all agents"} at ${isoOf(at)}`;
  const subject =
    hidden.length === 1 ? "1 known run does not count: it was" : `${hidden.length} known runs do not count: they were`;
  return [`${subject} recorded before ${resetText}. \`${undoCommand(team ? "team reset" : "reset", agent)}\` takes it back.`];
}

type ResetFilter = Readonly<{
  agent?: string | undefined;
  project?: string | undefined;
  team?: boolean;
  member?: string | undefined;
}>;

/** Names what a list of runs leaves out: runs before a team reset; if the list is empty, runs that the user's own resets hide. */
export async function resetsNote(
  list: readonly unknown[],
  ports: Ports,
  { agent, team, member }: ResetFilter,
): Promise<string | null> {
  if (team === true) {
    const hasResets = (await teamResets(ports, agent)).length > 0;
    return hasResets
      ? "Runs from before a reset of the team are left out: `reward-ledger status --team` shows its resets."
      : null;
  }
  if (member !== undefined || list.length > 0 || (await ownResets(ports.ledger, agent)).length === 0) return null;
  return "Runs are hidden by a reset: `reward-ledger reset --undo` takes it back.";
}
