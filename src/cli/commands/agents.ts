import { agents } from "../../features/reviews/operations/agents.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(agents, {
  examples: [{ run: "reward-ledger agents", does: "all agents, most coins first" }],
  renderer: async () => (await import("../render/agents.ts")).renderAgents,
});
