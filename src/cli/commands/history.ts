import { history } from "../../operations/history.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(history, {
  examples: [
    { run: "reward-ledger history --limit 20", does: "the newest twenty runs, oldest first" },
    { run: "reward-ledger history --agent codex --since 2026-03-01", does: "an agent's runs since a day" },
  ],
  renderer: async () => (await import("../render/history.ts")).renderHistory,
});
