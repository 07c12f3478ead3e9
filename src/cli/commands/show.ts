import { show } from "../../features/reviews/operations/show.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(show, {
  examples: [{ run: "reward-ledger show review-7d0f", does: "findings, and how the coins came about" }],
  renderer: async () => (await import("../render/show.ts")).renderShow,
});
