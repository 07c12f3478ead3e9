import type { AgentQueries, Period, SpendSum } from "../../domain/agent/queries.ts";
import { int, type Row } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { fromCell, toCell } from "./cells.ts";
import { quarterMs, quartersPerDay } from "./sums.ts";

// With total(), because sum() fails beyond 64 bits. Below 2^53, where amounts of this world are, it is exact.
const tokens = `total(input_tokens), total(cache_read_tokens), total(cache_create_tokens), total(output_tokens)`;
const sums = `total(calls), ${tokens}, total(usd_micros)`;

const whole = (row: Row, column: number): number => (row[column] === null || row[column] === undefined ? 0 : int(row, column));

const readSum = (row: Row, from: number): SpendSum => ({
  calls: whole(row, from),
  input_tokens: whole(row, from + 1),
  cache_read_tokens: whole(row, from + 2),
  cache_create_tokens: whole(row, from + 3),
  output_tokens: whole(row, from + 4),
  usd_micros: whole(row, from + 5),
});

/** Whole UTC days within a period, and the quarters before and after them. */
function spansOf({ from, to }: Period): readonly (readonly [span: 0 | 1, first: number, end: number])[] {
  const [first, end] = [Math.floor(from / quarterMs), Math.ceil(to / quarterMs)];
  const [firstDay, endDay] = [Math.ceil(first / quartersPerDay), Math.floor(end / quartersPerDay)];
  if (firstDay >= endDay) return [[0, first, end]];
  return [
    [0, first, firstDay * quartersPerDay],
    [1, firstDay, endDay],
    [0, endDay * quartersPerDay, end],
  ];
}

const part = "SELECT * FROM spend_sums WHERE span = ? AND start >= ? AND start < ?";

export const spendSum =
  (db: Connection): AgentQueries["spendSum"] =>
  (period) => {
    const spans = spansOf(period);
    const row = db.get(`SELECT ${sums} FROM (${spans.map(() => part).join(" UNION ALL ")})`, spans.flat());
    return readSum(row ?? [], 0);
  };

export const spendByModel =
  (db: Connection): AgentQueries["spendByModel"] =>
  (period) => {
    const spans = spansOf(period);
    return db.all(
      `SELECT model, ${sums} FROM (${spans.map(() => part).join(" UNION ALL ")}) GROUP BY model ORDER BY model`,
      spans.flat(),
      (row) => ({ model: String(fromCell(row[0])), ...readSum(row, 1) }),
    );
  };

const byTask = `
  SELECT task_id, count(*), ${tokens}, total(usd_micros)
  FROM spend WHERE occurred_at >= ? AND occurred_at < ? GROUP BY task_id ORDER BY total(usd_micros) DESC, task_id`;

export const spendByTask =
  (db: Connection): AgentQueries["spendByTask"] =>
  ({ from, to }) => {
    const bounds = [Math.floor(from / quarterMs) * quarterMs, Math.ceil(to / quarterMs) * quarterMs];
    return db.all(
      byTask,
      bounds.map((at) => toCell(new Date(at).toISOString())),
      (row) => {
        const task = fromCell(row[0]);
        return { task_id: task === null ? null : String(task), ...readSum(row, 1) };
      },
    );
  };
