import { importRuns } from "../../features/intake/operations/import.ts";
import { defineCommand } from "../command.ts";

export default defineCommand(importRuns, {
  examples: [
    { run: "reward-ledger import reports/", does: "every report below a folder" },
    { run: "reward-ledger import a.json b.json --agent codex", does: "files, for one agent" },
    { run: "reward-ledger import .specfact/ledger.json", does: "replay the runs of a specfact ledger" },
  ],
  renderer: async () => (await import("../render/import.ts")).renderImport,
});
