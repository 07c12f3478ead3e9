import type { PageView, RowView } from "../../../features/agent/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { absolute } from "../../../render/terminal/time.ts";
import type { Renderer } from "../../command.ts";
import { fields } from "../fields.ts";
import { type CellColumn, table } from "../table.ts";
import { count, plain } from "../text.ts";

/** How a column of a store is shown in a table: its heading, and how few characters it may be cut to. */
export type ShownColumn = Readonly<{
  name: string;
  head: string;
  cut?: number;
  drop?: number;
  right?: boolean;
  /** What is shown of the cell in place of all of it. */
  brief?(value: string): string;
}>;

const isTime = (value: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);

/** Money always has its cents; what is smaller than a cent keeps its digits. */
const amount = (value: number): string => (Math.abs(value) >= 0.01 || value === 0 ? value.toFixed(2) : String(value));

/** A cell for people: times in their zone, nothing as a dash. */
function cellText(name: string, value: string | number | null | undefined, style: Style): string {
  if (value === null || value === undefined || value === "") return "-";
  if (typeof value === "number") return name.includes("usd") && !name.includes("micros") ? amount(value) : String(value);
  return isTime(value) ? absolute(value, style) : plain(value);
}

const columnOf = ({ name, head, cut, drop, right, brief }: ShownColumn, style: Style): CellColumn<RowView> => ({
  head,
  cell: (row) => {
    const value = row[name];
    return cellText(name, brief !== undefined && typeof value === "string" ? brief(value) : value, style);
  },
  ...(cut === undefined ? {} : { shrink: cut }),
  ...(drop === undefined ? {} : { drop }),
  ...(right ? { align: "right" as const } : {}),
});

/** Rows of a store under each other. */
export const rowTable = (shown: readonly ShownColumn[], rows: readonly RowView[], style: Style): string =>
  table(
    shown.map((column) => columnOf(column, style)),
    rows,
    style,
  );

/** A page of rows. @param nothing what to say when there are none */
export const renderPage =
  (shown: readonly ShownColumn[], nothing: string): Renderer<PageView<RowView>> =>
  ({ rows, cursor }, style) => {
    if (rows.length === 0) return nothing;
    const more = cursor === null ? "" : `\n\n${style.colors.dim(`${count(rows.length, "row")}; go on with --cursor ${cursor}`)}`;
    return `${rowTable(shown, rows, style)}${more}`;
  };

/** One row, a column a line; columns without a value are left out. */
export function renderRow(row: RowView, style: Style): string {
  const shown = Object.entries(row).filter(([name, value]) => value !== null && value !== "" && !name.endsWith("_micros"));
  return fields(
    shown.map(([name, value]) => ({ label: name, value: cellText(name, value, style) })),
    style,
    true,
  );
}

/** What was done, then the row. */
export const renderDone =
  (done: string): Renderer<RowView> =>
  (row, style) =>
    `${style.colors.green(done)}\n\n${renderRow(row, style)}`;

/** All columns of rows of any store. */
export function renderAnyPage(page: PageView<RowView>, style: Style): string {
  const [first] = page.rows;
  if (first === undefined) return "There are no rows.";
  const shown = Object.keys(first)
    .filter((name) => !name.endsWith("_micros"))
    .map((name): ShownColumn => ({ name, head: name, cut: 6 }));
  return renderPage(shown, "")(page, style);
}
