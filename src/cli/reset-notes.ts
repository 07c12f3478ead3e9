import { ownResets, teamResets } from "../features/reviews/operations/resets-in-force.ts";
import type { Ports } from "../ports/ports.ts";

type Asked = Readonly<{ agent?: string | undefined; project?: string | undefined; team?: boolean; member?: string | undefined }>;

/** What a list of runs leaves out: runs from before a reset of the team; where it is empty, those that own resets hide. */
export async function noteOfResets(
  list: readonly unknown[],
  ports: Ports,
  { agent, team, member }: Asked,
): Promise<string | null> {
  if (team === true) {
    const some = (await teamResets(ports, agent)).length > 0;
    return some ? "Runs from before a reset of the team are left out: `reward-ledger status --team` shows its resets." : null;
  }
  if (member !== undefined || list.length > 0 || (await ownResets(ports.ledger, agent)).length === 0) return null;
  return "Runs are hidden by a reset: `reward-ledger reset --undo` takes it back.";
}
