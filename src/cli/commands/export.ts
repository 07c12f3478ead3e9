import { exportRuns } from "../../features/reviews/operations/export.ts";
import type { ExportView } from "../../features/reviews/operations/views.ts";
import { defineCommand } from "../command.ts";
import { confirmReplace } from "../confirm-replace.ts";
import { count } from "../render/text.ts";

/** An export prints what its format says; a table of commas is no JSON document and comes inside of one. */
const exportJson = (view: ExportView): string =>
  view.content === null || view.format === "csv" ? JSON.stringify(view) : view.content;

export default defineCommand(exportRuns, {
  examples: [
    { run: "reward-ledger export --out ledger.json", does: "all review runs, to be imported again" },
    { run: "reward-ledger export --format csv > runs.csv", does: "one line a run, for a spreadsheet" },
    { run: "reward-ledger export --format specfact --agent codex", does: "a ledger.json of one agent" },
  ],
  renderer: async () => (await import("../render/export.ts")).renderExport,
  json: exportJson,
  interview: confirmReplace,
  note: ({ content, runs, format }) => (content === null ? null : `${count(runs, "run")} exported as ${format}`),
});
