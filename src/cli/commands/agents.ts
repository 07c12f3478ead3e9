import { agents } from "../../features/reviews/operations/agents.ts";
import { defineCommand } from "../command.ts";
import { noteOfResets } from "../reset-notes.ts";

export default defineCommand(agents, {
  examples: [{ run: "reward-ledger agents", does: "all agents, most coins first" }],
  note: noteOfResets,
  renderer: async () => (await import("../render/agents.ts")).renderAgents,
});
