import { stringify } from "csv-stringify/sync";
import * as z from "zod";
import { cancelled, usage } from "../../../kernel/errors.ts";
import { csvText } from "../../../kernel/escape.ts";
import type { Ledger } from "../../../ports/ports.ts";
import { force } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { writeOutput } from "../../shared/write-output.ts";
import { storeExportDocument } from "../documents/stores.ts";
import type { Row } from "../model/column-types.ts";
import { logLine } from "../model/log-line.ts";
import type { Store } from "../model/store.ts";
import { trimmedText } from "./fields.ts";
import { withDollars } from "./rows.ts";
import { requireStore } from "./store.ts";
import type { StoreExportView } from "./views.ts";

const pageSize = 1000;

async function allRows(ledger: Ledger, store: Store, signal: AbortSignal): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    if (signal.aborted) throw cancelled("the export");
    const page = await ledger.ask(({ agent }) => agent.list(store, { limit: pageSize, cursor }));
    rows.push(...page.rows);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

const formats = ["json", "jsonl", "csv", "native"] as const;

function contentOf(store: Store, format: (typeof formats)[number], rows: readonly Row[]): string {
  const shown = rows.map((row) => withDollars(store, row));
  switch (format) {
    case "json":
      return `${JSON.stringify(shown, null, 2)}\n`;
    case "jsonl":
      return shown.map((row) => `${JSON.stringify(row)}\n`).join("");
    case "csv": {
      const columns = [...store.columns.map(({ name }) => name), ...Object.values(store.dollars)];
      return stringify([...shown], { header: true, columns, cast: { string: (text) => csvText(text) } });
    }
    case "native":
      return rows.map((row) => `${nativeLine(store, row)}\n`).join("");
    default:
      return format satisfies never;
  }
}

function nativeLine(store: Store, row: Row): string {
  const line = logLine(store, row);
  if (line !== null) return line;
  throw usage(`Failed to export ${store.name}: it has no form of its own`, "Choose json, jsonl or csv; native is for the logs.");
}

export const storeExport = defineOperation({
  name: "store export",
  summary: "Export all rows of a store",
  input: z.object({
    store: trimmedText.describe("Name of the store"),
    format: z
      .enum(formats)
      .default("json")
      .describe("json; jsonl: one row per line; csv; native: the lines of the store's own log"),
    out: trimmedText.optional().describe("File to write; default standard output"),
    force,
  }),
  positional: ["store"],
  effect: "read",
  examples: [
    { run: "reward-ledger store export spend --format csv --out spend.csv", does: "for a spreadsheet" },
    { run: "reward-ledger store export learnings_log --format native", does: "the lines of learnings.log" },
  ],
  document: storeExportDocument,
  // Only the format json is a JSON document by itself; text in other formats is a field of the JSON answer.
  content: ({ format, content }: StoreExportView) => (format === "json" ? content : null),
  async run(ports, { store: name, format, out, force: replace }, context): Promise<StoreExportView> {
    const store = requireStore(name);
    const rows = await allRows(ports.ledger, store, context.signal);
    const content = contentOf(store, format, rows);
    const view = { store: store.name, format, rows: rows.length };
    if (out === undefined) return { ...view, out: null, content };
    await writeOutput(ports, out, content, { replace, context });
    return { ...view, out, content: null };
  },
});
