import { spendAdd, spendSummary } from "../../../features/agent/operations/spend.ts";
import { defineCommand } from "../../command.ts";

export const add = defineCommand(spendAdd, {
  examples: [
    {
      run: "reward-ledger spend add --model claude-sonnet-4-5 --call-site plan --input-tokens 1200 --output-tokens 300 --usd 0.0081",
      does: "record a call",
    },
  ],
  renderer: async () => (await import("../../render/agent/money.ts")).renderSpendAdd,
});

export const summary = defineCommand(spendSummary, {
  examples: [
    { run: "reward-ledger spend summary --month", does: "this month by model" },
    { run: "reward-ledger spend summary --week --by-task", does: "seven days by task" },
  ],
  renderer: async () => (await import("../../render/agent/money.ts")).renderSpendSummary,
});
