import { score } from "../../features/reviews/operations/score.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(score, {
  examples: [
    { run: "reward-ledger score --from findings.json --source src/a.py", does: "what a list of findings would score" },
    { run: "reward-ledger score --json < findings.json | reward-ledger update", does: "score and record in one go" },
  ],
  renderer: async () => (await import("../render/score.ts")).renderScore,
});
