import { storeExport } from "../../../features/agent/operations/export-rows.ts";
import { storeImport } from "../../../features/agent/operations/import-home.ts";
import type { StoreExportView } from "../../../features/agent/operations/views.ts";
import { defineCommand } from "../../command.ts";
import { confirmReplace } from "../../confirm-replace.ts";

/** Only rows as JSON are one JSON document; other forms come inside of one. */
const exportJson = (view: StoreExportView): string =>
  view.content === null || view.format !== "json" ? JSON.stringify(view) : view.content;

export const exportRows = defineCommand(storeExport, {
  examples: [
    { run: "reward-ledger store export spend --format csv --out spend.csv", does: "for a spreadsheet" },
    { run: "reward-ledger store export learnings_log --format native", does: "the lines of learnings.log" },
  ],
  renderer: async () => (await import("../../render/agent/transfer.ts")).renderStoreExport,
  json: exportJson,
  interview: confirmReplace,
});

export const importHome = defineCommand(storeImport, {
  examples: [{ run: "reward-ledger store import ~/.gaia/coder", does: "take over what an agent has kept there" }],
  renderer: async () => (await import("../../render/agent/transfer.ts")).renderStoreImport,
});
