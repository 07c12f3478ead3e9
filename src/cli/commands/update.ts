import { update } from "../../features/reviews/operations/update.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(update, {
  examples: [
    { run: "specfact code review run --json | reward-ledger update", does: "record what a tool just wrote" },
    { run: "reward-ledger update --from review-report.json --agent codex", does: "record a file for another agent" },
    { run: "reward-ledger update --issue 42 --changed-file src/a.ts < report.json", does: "say what the run worked on" },
  ],
  renderer: async () => (await import("../render/update.ts")).renderUpdate,
});
