import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Column, type Sort, sortRows } from "./columns.ts";
import { HeadCell, type TableProps } from "./data-table.tsx";
import { TableActions } from "./table-actions.tsx";

type Props<Row> = Omit<TableProps<Row>, "firstSort"> &
  Readonly<{
    /** Key of the column whose cells are buttons that open their row. */
    lead: string;
    /** Null: rows keep the given order until the user chooses a column. */
    firstSort: Sort | null;
    /** Key of the row that is open beside the table. */
    current: string | null;
    onOpen(row: Row): void;
  }>;

/** Height of a row in CSS pixels, as in the style sheet. */
const rowHeight = 28;
/** Number of visible rows. */
const shownRows = 14;
/** Number of rows rendered beyond each edge, so that scrolling shows no gap. */
const overscan = 8;

/**
 * A table that renders only the visible rows and those near them. It sorts by any column; copying or saving includes all rows in
 * the current order. Arrow keys move between rows, Enter or a click opens a row.
 */
export function VirtualTable<Row>({
  label,
  fileName,
  columns,
  rows,
  rowKey,
  lead,
  firstSort,
  current,
  onOpen,
}: Props<Row>): JSX.Element {
  const [sort, setSort] = useState(firstSort);
  const [top, setTop] = useState(0);
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  /** Whether the active row takes the focus once it is rendered. */
  const wantsFocus = useRef(false);
  const sorted = useMemo(() => (sort === null ? rows : sortRows(rows, columns, sort)), [rows, columns, sort]);
  const from = Math.max(0, Math.min(Math.floor(top / rowHeight) - overscan, sorted.length - shownRows));
  const to = Math.min(sorted.length, Math.floor(top / rowHeight) + shownRows + overscan);
  const focusable = Math.min(active, Math.max(0, sorted.length - 1));

  const sortBy = (column: Column<Row>): void => {
    setSort((before) => ({ key: column.key, descending: before?.key === column.key ? !before.descending : column.numeric }));
    setActive(0);
    if (box.current !== null) box.current.scrollTop = 0;
  };

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-row="${focusable}"]`);
    if (row === null || row === undefined) return;
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
  });

  const goTo = (row: number): void => {
    const next = Math.min(sorted.length - 1, Math.max(0, row));
    const element = box.current;
    if (element !== null) {
      const head = rowHeight;
      const visibleHeight = element.clientHeight - head;
      if (next * rowHeight < element.scrollTop) element.scrollTop = next * rowHeight;
      else if ((next + 1) * rowHeight > element.scrollTop + visibleHeight)
        element.scrollTop = (next + 1) * rowHeight - visibleHeight;
    }
    wantsFocus.current = true;
    setActive(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = shownRows - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: focusable + 1,
      ArrowUp: focusable - 1,
      PageDown: focusable + page,
      PageUp: focusable - page,
      Home: 0,
      End: sorted.length - 1,
    };
    const next = targets[event.key];
    if (next === undefined) return;
    event.preventDefault();
    goTo(next);
  };

  return (
    <div class="table-box">
      <TableActions fileName={fileName} columns={columns} rows={sorted} />
      <div
        class="table-scroll virtual"
        ref={box}
        style={{ maxHeight: `${(shownRows + 1) * rowHeight + 2}px` }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <table aria-label={label} aria-rowcount={sorted.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((column) => (
                <HeadCell key={column.key} column={column} sort={sort} onSort={() => sortBy(column)} />
              ))}
            </tr>
          </thead>
          <tbody>
            {from > 0 && <Spacer rows={from} columns={columns.length} />}
            {sorted.slice(from, to).map((row, index) => {
              const at = from + index;
              const key = rowKey(row);
              return (
                <tr
                  key={key}
                  aria-rowindex={at + 2}
                  aria-current={key === current ? "true" : undefined}
                  onClick={() => onOpen(row)}
                >
                  {columns.map((column) => {
                    const content = column.cell === undefined ? column.text(row) : column.cell(row);
                    return (
                      <td key={column.key} class={column.numeric ? "numeric" : ""}>
                        {column.key === lead ? (
                          <button
                            type="button"
                            class="link"
                            data-row={at}
                            tabIndex={at === focusable ? 0 : -1}
                            onFocus={() => setActive(at)}
                            onKeyDown={onKeyDown}
                          >
                            {content}
                          </button>
                        ) : (
                          content
                        )}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
            {to < sorted.length && <Spacer rows={sorted.length - to} columns={columns.length} />}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** A spacer with the height of the rows that are not rendered. */
function Spacer({ rows, columns }: Readonly<{ rows: number; columns: number }>): JSX.Element {
  return (
    <tr class="room">
      <td colSpan={columns} style={{ height: `${rows * rowHeight}px` }} />
    </tr>
  );
}
