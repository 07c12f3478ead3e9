import type { StoreExportView, StoreImportView } from "../../../features/agent/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { type CellColumn, table } from "../table.ts";
import { count, number, plain } from "../text.ts";

/** The exported text itself, or where it was written. */
export function renderStoreExport(view: StoreExportView, { colors }: Style): string {
  if (view.content !== null) return view.content;
  return `${colors.green("Exported")} ${count(view.rows, "row")} of ${view.store} to ${plain(view.out ?? "-")}`;
}

type StoreReport = StoreImportView["stores"][number];

/** What was taken of each store, and why the rest was not. */
export function renderStoreImport(view: StoreImportView, style: Style): string {
  const { colors } = style;
  const columns: readonly CellColumn<StoreReport>[] = [
    { head: "Store", cell: ({ store }) => store },
    { head: "File", cell: ({ file, found }) => (found ? plain(file) : colors.dim(`${plain(file)} (none)`)) },
    { head: "Taken", align: "right", cell: ({ taken }) => number(taken) },
    { head: "Known", align: "right", cell: ({ known }) => number(known) },
    { head: "Changed", align: "right", cell: ({ changed }) => number(changed.length) },
    { head: "Refused", align: "right", cell: ({ refused }) => (refused.length > 0 ? colors.red(number(refused.length)) : "0") },
  ];
  const refusals = view.stores.flatMap(({ file, refused }) =>
    refused.map(({ row, why }) => `  ${plain(file)}, ${plain(row)}: ${plain(why)}`),
  );
  const conflicts = view.stores.flatMap(({ file, conflicts: all }) =>
    all.map(({ row, why }) => `  ${plain(file)}, ${plain(row)}: ${plain(why)}`),
  );
  return [
    table(columns, view.stores, style),
    ...(refusals.length === 0 ? [] : [`Refused:\n${refusals.join("\n")}`]),
    ...(conflicts.length === 0 ? [] : [`Known and changed since, left as they are here:\n${conflicts.join("\n")}`]),
  ].join("\n\n");
}
