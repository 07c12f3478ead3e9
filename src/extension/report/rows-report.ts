import { plain as oneLine } from "../../kernel/escape.ts";
import { shortened } from "../../kernel/shorten.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import type { Translate } from "../format/translate.ts";

type Cell = string | number | boolean | null;

/** So many characters of a cell are shown. */
const longest = 160;

/** Rows as a Markdown document. Columns are named as in the store's table, so that a query or another command can name them too. */
export function rowsReport(
  title: string,
  columns: readonly string[],
  rows: readonly Readonly<Record<string, Cell | undefined>>[],
  { more, t }: Readonly<{ more: boolean; t: Translate }>,
): string {
  const sections = [`# ${plain(title)}`];
  if (rows.length === 0) sections.push(t("Nothing is recorded."));
  else {
    const isNumber = (column: string): boolean => {
      const cells = rows.flatMap((row) => row[column] ?? []);
      return cells.length > 0 && cells.every((cell) => typeof cell === "number");
    };
    sections.push(
      table(
        columns.map((column) => `\`${column}\``),
        columns.map((column) => (isNumber(column) ? "right" : "left")),
        rows.map((row) => columns.map((column) => plain(shortened(oneLine(String(row[column] ?? "")), longest)))),
      ),
    );
  }
  if (more) sections.push(t("There are more rows; the first {0} are shown.", rows.length));
  return `${sections.join("\n\n")}\n`;
}

/** One row with all its columns, empty ones included, as a Markdown document. */
export function rowReportOf(title: string, row: Readonly<Record<string, Cell>>): string {
  const cells = Object.entries(row).map(([name, cell]) => [`\`${name}\``, plain(String(cell ?? ""))]);
  return `# ${plain(title)}\n\n${table([" ", " "], ["left", "left"], cells)}\n`;
}
