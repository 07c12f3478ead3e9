import { digest } from "../../../features/agent/operations/digest.ts";
import { overview } from "../../../features/agent/operations/overview.ts";
import { defineCommand } from "../../command.ts";

export const show = defineCommand(overview, {
  examples: [{ run: "reward-ledger overview", does: "all at a glance" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderOverview,
});

export const week = defineCommand(digest, {
  examples: [{ run: "reward-ledger digest > week.md", does: "the week as Markdown" }],
  renderer: async () => (view) => view.markdown,
});
