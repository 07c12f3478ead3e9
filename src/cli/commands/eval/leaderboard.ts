import { evalLeaderboard } from "../../../features/evals/operations/leaderboard.ts";
import { defineCommand } from "../../command.ts";

export const leaderboard = defineCommand(evalLeaderboard, {
  examples: [
    { run: "reward-ledger eval leaderboard", does: "who ran how many evals this week, and how they went" },
    { run: "reward-ledger eval leaderboard --days 30 --project acme/shop", does: "a month of one project" },
  ],
  renderer: async () => (await import("../../render/eval/leaderboard.ts")).renderLeaderboard,
});
