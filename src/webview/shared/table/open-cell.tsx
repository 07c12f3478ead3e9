import type { Texts } from "../texts.ts";
import { type Column, textColumn } from "./columns.ts";

/** Turns the cells of a column into buttons that open their row. */
export const withOpenButton = <Row,>(column: Column<Row>, open: (row: Row) => void): Column<Row> => ({
  ...column,
  cell: (row) => (
    <button type="button" class="link" onClick={() => open(row)}>
      {column.text(row)}
    </button>
  ),
});

/** A time column whose cells open their row. */
export const timeColumn = <Row,>(texts: Texts, time: (row: Row) => string, open: (row: Row) => void): Column<Row> =>
  withOpenButton(
    { ...textColumn("at", texts.t("table.time"), time), text: (row) => texts.dateTime(Date.parse(time(row))) },
    open,
  );
