import { status } from "../../features/reviews/operations/status.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(status, {
  examples: [
    { run: "reward-ledger status", does: "coins, streaks and top violations" },
    { run: "reward-ledger status --agent codex --project acme/shop", does: "one agent in one project" },
    { run: "reward-ledger status --json | jq .coins", does: "the number for a script" },
  ],
  renderer: async () => (await import("../render/status.ts")).renderStatus,
});
