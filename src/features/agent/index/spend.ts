import { intOrNull, type Row } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { AgentQueries, Period, SpendSum } from "../model/queries.ts";
import { fromCell, toCell } from "./cells.ts";
import { halfUnit, quarterMs, quartersPerDay } from "./sums.ts";

const amounts = ["input_tokens", "cache_read_tokens", "cache_create_tokens", "output_tokens", "usd_micros"];

/** Calls, then of each amount what is below the unit of halves and how many of it there are. */
const sums = [
  "sum(CASE WHEN half = 0 THEN calls END)",
  ...amounts.flatMap((amount) => [0, 1].map((half) => `sum(CASE WHEN half = ${half} THEN ${amount} END)`)),
].join(", ");

/** The same of rows themselves. */
const rowSums = [
  "count(*)",
  ...amounts.flatMap((amount) => [`sum(${amount} & ${halfUnit - 1})`, `sum(${amount} / ${halfUnit})`]),
].join(", ");

/** Both halves are exact, so that their sum is rounded once and only beyond 2^53. */
const readSum = (row: Row, from: number): SpendSum => {
  const whole = (column: number): number => (row[column] === undefined ? 0 : (intOrNull(row, column) ?? 0));
  const amount = (n: number): number => whole(from + 1 + 2 * n) + whole(from + 2 + 2 * n) * halfUnit;
  return {
    calls: whole(from),
    input_tokens: amount(0),
    cache_read_tokens: amount(1),
    cache_create_tokens: amount(2),
    output_tokens: amount(3),
    usd_micros: amount(4),
  };
};

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
  SELECT task_id, ${rowSums}
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
