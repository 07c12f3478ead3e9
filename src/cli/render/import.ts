import type { ImportView } from "../../operations/views.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";
import { count, number, plain } from "./text.ts";

function rejections(view: ImportView, style: Style): string {
  const blocks = view.rejected.map(
    ({ file, error, hint }) =>
      `  ${style.colors.red(plain(file))}\n    ${plain(error)}${hint === "" ? "" : `\n    ${style.colors.dim(plain(hint))}`}`,
  );
  return `Rejected:\n${blocks.join("\n")}`;
}

function disagreements(view: ImportView, style: Style): string {
  const rows = view.disagreements.map(({ file, total, stated, replayed }) => [file, total, stated, replayed].map(plain));
  const drawn = table(
    [{ head: "File", shrink: 12 }, { head: "Total" }, { head: "Stated", align: "right" }, { head: "Replayed", align: "right" }],
    rows,
    style,
  );
  return `Totals that a replay of the imported runs contradicts (the replay counts):\n${drawn}`;
}

/** How many files became runs, and what is wrong with the others. */
export function renderImport(view: ImportView, style: Style): string {
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
  ].join("\n\n");
}
