import type { ImportView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { type CellColumn, table } from "./table.ts";
import { count, number, plain } from "./text.ts";
import { warningLines } from "./warnings.ts";

function rejections(view: ImportView, style: Style): string {
  const blocks = view.rejected.map(
    ({ file, error, hint }) =>
      `  ${style.colors.red(plain(file))}\n    ${plain(error)}${hint === "" ? "" : `\n    ${style.colors.dim(plain(hint))}`}`,
  );
  return `Rejected:\n${blocks.join("\n")}`;
}

function disagreements(view: ImportView, style: Style): string {
  const columns: readonly CellColumn<ImportView["disagreements"][number]>[] = [
    { head: "File", shrink: 12, cell: ({ file }) => plain(file) },
    { head: "Total", cell: ({ total }) => plain(total) },
    { head: "Stated", align: "right", cell: ({ stated }) => plain(stated) },
    { head: "Replayed", align: "right", cell: ({ replayed }) => plain(replayed) },
  ];
  const drawn = table(columns, view.disagreements, style);
  return `Totals that a replay of the imported runs contradicts (the replay counts):\n${drawn}`;
}

const warnings = (view: ImportView, style: Style): string =>
  warningLines(
    view.warnings.map(({ file, message }) => `${file}: ${message}`),
    style,
  ).join("\n");

/** How many files became runs, and what is wrong with the others. */
export function renderImport(view: ImportView, style: Style): string {
  if (view.files === 0 && view.rejected.length > 0) return rejections(view, style);
  if (view.files === 0) {
    return "No report files were found there.\nImport takes report files, a folder of them, or a specfact ledger.json.";
  }
  const { colors } = style;
  const parts = [
    `${colors.green(number(view.recorded))} recorded`,
    `${number(view.duplicates)} already known`,
    view.rejected.length === 0 ? "none rejected" : colors.red(`${number(view.rejected.length)} rejected`),
  ];
  const summary = `${count(view.files, "file")}: ${parts.join(", ")}`;
  return [
    summary,
    ...(view.rejected.length > 0 ? [rejections(view, style)] : []),
    ...(view.disagreements.length > 0 ? [disagreements(view, style)] : []),
    ...(view.warnings.length > 0 ? [warnings(view, style)] : []),
  ].join("\n\n");
}
