import type { Ports } from "../../../ports/ports.ts";
import { autoMergeObjections } from "../../agent/model/auto-merge.ts";
import { selfEdits } from "../../agent/model/self-edits.ts";
import { readEmBinding } from "../../agent/operations/binding-files.ts";
import { readTierStanding } from "../../agent/operations/tiers.ts";
import type { GateFeedback } from "./pass.ts";

/**
 * Returns the reasons against merging without a human that follow from the bound human's settings and the agent's record.
 * @param feedback the feedback that the change fixes; null: it is not a fix @throws invalid_input (`em.toml`), unreadable_file
 */
export async function mergeObjections(
  ports: Pick<Ports, "agentFiles" | "surroundings" | "ledger" | "clock">,
  agent: string,
  feedback: GateFeedback | null,
): Promise<readonly string[]> {
  if (feedback === null) return ["the change is no self-fix"];
  const { fixClass } = feedback;
  if (fixClass === null) return ["the feedback names no kind of fix"];
  const { read } = await readEmBinding(ports);
  if (read === null) return ["no human is bound who allows it"];
  const { auto_merge_classes } = read.value;
  return ports.ledger.ask((queries) => {
    const { tier } = readTierStanding(queries, read.value, ports.clock.now());
    const history = queries.agent.list(selfEdits, {}).rows;
    return autoMergeObjections(fixClass, { auto_merge_classes, tier: tier(agent), history });
  });
}
