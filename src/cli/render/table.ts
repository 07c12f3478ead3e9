export { type CellColumn, table } from "../../terminal/table.ts";
