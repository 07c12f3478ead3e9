import { createRequire } from "node:module";
import type { PlacedFact } from "../../src/domain/fact.ts";
import type { FactIndex } from "../../src/domain/fact-index.ts";
import type { Calendar } from "../../src/domain/ports.ts";
import { sqlIndexes } from "../../src/index/fact-index.ts";
import { calendarOf } from "../../src/system/calendar.ts";

/** Path of sql.js's wasm file as installed. */
export const wasmPath = createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm");

export const testIndexes = (calendar: Calendar = calendarOf("Europe/Berlin")) => sqlIndexes({ wasm: wasmPath, calendar });

/** Applies facts as one step. */
export function applyAll(index: FactIndex, facts: readonly PlacedFact[]): void {
  index.begin();
  index.apply(facts);
  index.keep();
}
