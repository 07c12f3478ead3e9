import { rebuild } from "../../features/maintenance/operations/rebuild.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(rebuild, {
  examples: [{ run: "reward-ledger rebuild", does: "build the index again from the journal" }],
  renderer: async () => (await import("../render/rebuild.ts")).renderRebuild,
});
