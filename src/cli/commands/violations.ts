import { violations } from "../../features/reviews/operations/violations.ts";
import { defineCommand } from "../command.ts";
import { noteOfResets } from "../reset-notes.ts";

export default defineCommand(violations, {
  examples: [
    { run: "reward-ledger violations --last 20", does: "rules broken in the newest twenty runs" },
    { run: "reward-ledger violations --since 2026-03-01", does: "rules broken since a day" },
  ],
  note: noteOfResets,
  renderer: async () => (await import("../render/violations.ts")).renderViolations,
});
