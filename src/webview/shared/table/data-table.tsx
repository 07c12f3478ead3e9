import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Icon } from "../icon.tsx";
import { type Column, type Sort, sortRows } from "./columns.ts";
import { Pager } from "./pager.tsx";
import { TableActions } from "./table-actions.tsx";

export type TableProps<Row> = Readonly<{
  label: string;
  /** File name suggested when the table is saved. */
  fileName: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey(row: Row): string;
  firstSort: Sort;
}>;

/** Rows per page. Equal to the number of runs in the pass rate, so that the first page, newest first, shows exactly those. */
export const pageSize = 20;

/** A paged table that sorts by any column. Copying or saving includes all rows in the current order. */
export function DataTable<Row>({ label, fileName, columns, rows, rowKey, firstSort }: TableProps<Row>): JSX.Element {
  const [sort, setSort] = useState(firstSort);
  const [wantedPage, setPage] = useState(0);
  const sorted = useMemo(() => sortRows(rows, columns, sort), [rows, columns, sort]);
  const page = Math.min(wantedPage, Math.max(0, Math.ceil(sorted.length / pageSize) - 1));
  const visible = sorted.slice(page * pageSize, (page + 1) * pageSize);

  const sortBy = (column: Column<Row>): void => {
    setPage(0);
    setSort((before) => ({ key: column.key, descending: before.key === column.key ? !before.descending : column.numeric }));
  };

  return (
    <div class="table-box">
      <TableActions fileName={fileName} columns={columns} rows={sorted} />
      <div class="table-scroll">
        <table aria-label={label} aria-rowcount={sorted.length + 1}>
          <thead>
            <tr>
              {columns.map((column) => (
                <HeadCell key={column.key} column={column} sort={sort} onSort={() => sortBy(column)} />
              ))}
            </tr>
          </thead>
          <tbody>
            {visible.map((row, index) => (
              <tr key={rowKey(row)} aria-rowindex={page * pageSize + index + 2}>
                {columns.map((column) => (
                  <td key={column.key} class={column.numeric ? "numeric" : ""}>
                    {column.cell === undefined ? column.text(row) : column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sorted.length > pageSize && <Pager total={sorted.length} page={page} size={pageSize} onPage={setPage} />}
    </div>
  );
}

type HeadProps<Row> = Readonly<{ column: Column<Row>; sort: Sort | null; onSort(): void }>;

/** The head of a column: a button with its title that sorts by it. */
export function HeadCell<Row>({ column, sort, onSort }: HeadProps<Row>): JSX.Element {
  const sorted = column.key === sort?.key;
  return (
    <th
      scope="col"
      class={column.numeric ? "numeric" : ""}
      aria-sort={sorted ? (sort?.descending ? "descending" : "ascending") : "none"}
    >
      <button type="button" class="sort" onClick={onSort}>
        {column.title}
        {sorted && <Icon name={sort?.descending ? "down" : "up"} />}
      </button>
    </th>
  );
}
