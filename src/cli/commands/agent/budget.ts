import { budgetExtend, budgetSet, budgetShow } from "../../../features/agent/operations/budget.ts";
import { defineCommand } from "../../command.ts";

export const show = defineCommand(budgetShow, {
  examples: [{ run: "reward-ledger budget show --check", does: "fails when nothing may be spent" }],
  renderer: async () => (await import("../../render/agent/money.ts")).renderBudget,
});

export const set = defineCommand(budgetSet, {
  examples: [
    { run: "reward-ledger budget set --daily 10", does: "lower the ceiling of a day" },
    { run: "reward-ledger budget set --daily 40 --confirm", does: "raise it" },
  ],
  renderer: async () => (await import("../../render/agent/money.ts")).renderBudget,
});

export const extend = defineCommand(budgetExtend, {
  examples: [{ run: 'reward-ledger budget extend 15 --reason "release day"', does: "grant more for today" }],
  renderer: async () => (await import("../../render/agent/money.ts")).renderBudget,
});
