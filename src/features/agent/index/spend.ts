import { int, intOrNull, type Row } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { AgentQueries, Period, SpendGroup, SpendGrouping, SpendSum } from "../model/queries.ts";
import { quarterMs } from "../model/spend-limits.ts";
import { fromCell, toCell } from "./cells.ts";
import { halfUnit, quartersPerDay } from "./sums.ts";

const amounts = ["input_tokens", "cache_read_tokens", "cache_create_tokens", "output_tokens", "usd_micros"];

/** Calls, then for each amount the sum of the parts below `halfUnit` and the number of units. */
const sumColumns = [
  "sum(CASE WHEN half = 0 THEN calls END)",
  ...amounts.flatMap((amount) => [0, 1].map((half) => `sum(CASE WHEN half = ${half} THEN ${amount} END)`)),
].join(", ");

/** The same, computed from the rows themselves. */
const rowSumColumns = [
  "sum(calls)",
  ...amounts.flatMap((amount) => [`sum(${amount} & ${halfUnit - 1})`, `sum(${amount} / ${halfUnit})`]),
].join(", ");

/** Both halves are exact, so their sum is rounded only once, and only above 2^53. */
const readSum = (row: Row, from: number): SpendSum => {
  const intAt = (column: number): number => (row[column] === undefined ? 0 : (intOrNull(row, column) ?? 0));
  const amount = (n: number): number => intAt(from + 1 + 2 * n) + intAt(from + 2 + 2 * n) * halfUnit;
  return {
    calls: intAt(from),
    input_tokens: amount(0),
    cache_read_tokens: amount(1),
    cache_create_tokens: amount(2),
    output_tokens: amount(3),
    usd_micros: amount(4),
  };
};

/** Returns the whole UTC days within a period, and the quarters of an hour before and after them. */
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

const spanSql = "SELECT * FROM spend_sums WHERE span = ? AND start >= ? AND start < ?";

export const spendSum =
  (db: Connection): AgentQueries["spendSum"] =>
  (period) => {
    const spans = spansOf(period);
    const row = db.get(`SELECT ${sumColumns} FROM (${spans.map(() => spanSql).join(" UNION ALL ")})`, spans.flat());
    return readSum(row ?? [], 0);
  };

export const spendByModel =
  (db: Connection): AgentQueries["spendByModel"] =>
  (period) => {
    const spans = spansOf(period);
    return db.all(
      `SELECT model, ${sumColumns} FROM (${spans.map(() => spanSql).join(" UNION ALL ")}) GROUP BY model ORDER BY model`,
      spans.flat(),
      (row) => ({ model: String(fromCell(row[0])), ...readSum(row, 1) }),
    );
  };

const byTaskSql = `
  SELECT task_id, ${rowSumColumns}
  FROM spend WHERE occurred_at >= ? AND occurred_at < ? GROUP BY task_id ORDER BY total(usd_micros) DESC, task_id`;

export const spendByQuarter =
  (db: Connection): AgentQueries["spendByQuarter"] =>
  ({ from, to }) =>
    db.all(
      `SELECT start, ${sumColumns} FROM spend_sums WHERE span = 0 AND start >= ? AND start < ? GROUP BY start ORDER BY start`,
      [Math.floor(from / quarterMs), Math.ceil(to / quarterMs)],
      (row) => ({ start: int(row, 0) * quarterMs, ...readSum(row, 1) }),
    );

/** SQL by which rows of spending are grouped; `s` is the row's session. */
const groupColumns: Readonly<Record<SpendGrouping, string>> = {
  session: "spend.session_id",
  branch: "coalesce(spend.branch, s.branch)",
  agent: "s.host",
  commit: `(
    SELECT json_extract(s.commits_json, '$[' || made.key || ']')
    FROM json_each(s.commit_times_json) AS made
    WHERE made.value >= spend.occurred_at ORDER BY made.value, made.key LIMIT 1
  )`,
};

const groupedSql = (grouping: SpendGrouping, where: string): string => `
  SELECT ${groupColumns[grouping]} AS name, sum(unpriced_calls), count(DISTINCT spend.session_id),
    max(CASE WHEN s.pull_request IS NOT NULL AND (spend.branch IS NULL OR spend.branch IS s.branch) THEN s.started_at || ' ' || s.pull_request END), ${rowSumColumns}
  FROM spend LEFT JOIN sessions AS s ON s.session_id = spend.session_id
  WHERE ${where} GROUP BY name ORDER BY total(usd_micros) DESC, name`;

function readGroup(row: Row): SpendGroup {
  const text = (at: number): string | null => {
    const cell = fromCell(row[at]);
    return cell === null ? null : String(cell);
  };
  const name = text(0);
  return {
    name,
    unpriced_calls: int(row, 1),
    sessions: int(row, 2),
    pull_request: name === null ? null : (text(3)?.replace(/^\S* /, "") ?? null),
    ...readSum(row, 4),
  };
}

export const spendBy =
  (db: Connection): AgentQueries["spendBy"] =>
  (grouping, period) =>
    db.all(groupedSql(grouping, "occurred_at >= ? AND occurred_at < ?"), boundsOf(period), readGroup);

export const spendOfSessions =
  (db: Connection): AgentQueries["spendOfSessions"] =>
  (ids) =>
    db.all(
      groupedSql("session", "spend.session_id IN (SELECT value FROM json_each(?))"),
      [JSON.stringify(ids.map(toCell))],
      readGroup,
    );

/** Returns the bounds of a period in the format in which rows store times. */
const boundsOf = ({ from, to }: Period) =>
  [Math.floor(from / quarterMs) * quarterMs, Math.ceil(to / quarterMs) * quarterMs].map((at) =>
    toCell(new Date(at).toISOString()),
  );

export const spendByTask =
  (db: Connection): AgentQueries["spendByTask"] =>
  (period) =>
    db.all(byTaskSql, boundsOf(period), (row) => {
      const task = fromCell(row[0]);
      return { task_id: task === null ? null : String(task), ...readSum(row, 1) };
    });
