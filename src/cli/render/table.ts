export { type CellColumn, table } from "../../render/terminal/table.ts";
