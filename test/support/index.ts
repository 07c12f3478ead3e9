import { createRequire } from "node:module";
import { sqlIndexes } from "../../src/features/index/fact-index.ts";
import type { PlacedFact } from "../../src/kernel/fact.ts";
import { calendarOf } from "../../src/platform/calendar.ts";
import type { FactIndex } from "../../src/ports/fact-index.ts";
import type { Calendar } from "../../src/ports/ports.ts";

/** Path of sql.js's wasm file as installed. */
export const wasmPath = createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm");

export const testIndexes = (calendar: Calendar = calendarOf("Europe/Berlin")) => sqlIndexes({ wasm: wasmPath, calendar });

/** Applies facts as one step. */
export function applyAll(index: FactIndex, facts: readonly PlacedFact[]): void {
  index.begin();
  index.apply(facts);
  index.keep();
}
