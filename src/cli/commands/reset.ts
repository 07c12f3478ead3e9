import { reset } from "../../features/reviews/operations/reset.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(reset, {
  examples: [
    { run: "reward-ledger reset --confirm", does: "count anew from zero" },
    { run: "reward-ledger reset --confirm --agent codex", does: "the same for one agent" },
    { run: "reward-ledger reset --undo", does: "take the newest reset back" },
  ],
  renderer: async () => (await import("../render/reset.ts")).renderReset,
});
