import type { Connection } from "../../../ledger/index/connection.ts";
import type { Row } from "../model/column-types.ts";
import { logLine } from "../model/log-line.ts";
import { spend } from "../model/spend.ts";
import { quarterMs } from "../model/spend-limits.ts";
import type { Store } from "../model/store.ts";
import { toCell } from "./cells.ts";
import { storeNumber } from "./changes.ts";

export const quartersPerDay = 96;

const summedColumns = ["calls", "input_tokens", "cache_read_tokens", "cache_create_tokens", "output_tokens", "usd_micros"];

/**
 * Amounts are summed in two halves: `half` 0 is the part of each amount below this unit, `half` 1 the number of units. Recorded
 * rows may hold any integer up to 2^53, and the halves of millions of them add up exactly.
 */
export const halfUnit = 2 ** 32;
const halves = [(amount: number) => amount % halfUnit, (amount: number) => Math.floor(amount / halfUnit)] as const;

const addSumSql = `
  INSERT INTO spend_sums (span, start, model, half, calls, input_tokens, cache_read_tokens, cache_create_tokens, output_tokens, usd_micros)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET ${summedColumns.map((column) => `${column} = ${column} + excluded.${column}`).join(", ")}`;

/** @param sign 1 to count a row, -1 to take it out of the sums */
function countSpend(db: Connection, row: Row, sign: 1 | -1): void {
  const entry = spend.row.parse(row);
  const quarter = Math.floor(Date.parse(entry.occurred_at) / quarterMs);
  const amounts = [entry.input_tokens, entry.cache_read_tokens, entry.cache_create_tokens, entry.output_tokens, entry.usd_micros];
  for (const [half, halfOf] of halves.entries()) {
    const values = amounts.map(halfOf);
    if (half > 0 && values.every((value) => value === 0)) continue;
    for (const [span, start] of [
      [0, quarter],
      [1, Math.floor(quarter / quartersPerDay)],
    ] as const) {
      const key = [span, start, toCell(entry.model), half];
      db.run(addSumSql, [...key, sign * entry.calls, ...values.map((value) => sign * value)]);
      if (sign < 0) db.run("DELETE FROM spend_sums WHERE span = ? AND start = ? AND model = ? AND half = ? AND calls = 0", key);
    }
  }
}

function countLine(db: Connection, store: Store, row: Row, sign: 1 | -1): void {
  const line = logLine(store, row);
  if (line === null) return;
  db.run(
    `INSERT INTO agent_logs (store, rows, bytes) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET rows = rows + excluded.rows, bytes = bytes + excluded.bytes`,
    [storeNumber(store), sign, sign * (Buffer.byteLength(line) + 1)],
  );
}

function count(db: Connection, store: Store, row: Row, sign: 1 | -1): void {
  if (store.name === spend.name) countSpend(db, row, sign);
  else countLine(db, store, row, sign);
}

/** Updates the sums when a row is added, changed or removed. */
export function countRow(db: Connection, store: Store, before: Row | undefined, after: Row | undefined): void {
  if (before !== undefined) count(db, store, before, -1);
  if (after !== undefined) count(db, store, after, 1);
}
