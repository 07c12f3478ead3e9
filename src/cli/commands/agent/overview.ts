import { overview } from "../../../operations/agent/overview.ts";
import { defineCommand } from "../../command.ts";

export const show = defineCommand(overview, {
  examples: [{ run: "reward-ledger overview", does: "all at a glance" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderOverview,
});
