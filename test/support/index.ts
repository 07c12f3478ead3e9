import { createRequire } from "node:module";
import { createIndexFactory } from "../../src/features/index/fact-index.ts";
import { calendarOf } from "../../src/platform/calendar.ts";
import type { Calendar } from "../../src/ports/ports.ts";

/** Path of the installed wasm file of sql.js. */
export const wasmPath = createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm");

export const testIndexFactory = (calendar: Calendar = calendarOf("Europe/Berlin")) =>
  createIndexFactory({ wasm: wasmPath, calendar });
