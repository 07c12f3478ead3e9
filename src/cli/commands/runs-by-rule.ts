import { breaking } from "../../features/reviews/operations/runs-by-rule.ts";
import { defineCommand } from "../command.ts";
import { noteOfResets } from "../reset-notes.ts";

export default defineCommand(breaking, {
  examples: [{ run: "reward-ledger breaking E501", does: "the runs that broke a rule, newest first" }],
  note: noteOfResets,
  renderer: async () => (await import("../render/runs-by-rule.ts")).renderBreaking,
});
