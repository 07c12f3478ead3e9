import type { CoinPointView } from "../../features/reviews/operations/views.ts";
import type { CoinLine } from "../shared/chart/lines.ts";
import { type Column, numberColumn, textColumn } from "../shared/table/columns.ts";
import { withOpenButton } from "../shared/table/open-cell.tsx";
import type { Texts } from "../shared/texts.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";

/** One point of a coin line as a row. */
export type CoinRow = Readonly<{ agent: string; resolution: CoinLine["resolution"]; point: CoinPointView }>;

/** The rows of the lines shown: exactly the points of the chart. */
export function coinRows(lines: readonly CoinLine[]): readonly CoinRow[] {
  return lines.flatMap(({ agent, resolution, points }) => points.map((point) => ({ agent, resolution, point })));
}

type OpenRow = (row: CoinRow) => void;

const pointColumn = (
  key: string,
  title: string,
  value: (point: CoinPointView) => number,
  format: (value: number) => string,
): Column<CoinRow> => numberColumn(key, title, ({ point }) => value(point), format);

function startColumn(texts: Texts, aggregated: boolean, open: OpenRow): Column<CoinRow> {
  const column = textColumn<CoinRow>("at", texts.t(aggregated ? "table.start" : "table.time"), ({ point }) => point.at);
  const text = ({ point, resolution }: CoinRow): string =>
    resolution === "run" ? texts.dateTime(Date.parse(point.at)) : texts.date(Date.parse(point.at));
  return withOpenButton({ ...column, text }, open);
}

function runColumns(texts: Texts): readonly Column<CoinRow>[] {
  const verdict = ({ point }: CoinRow): string => (point.verdict === null ? "" : texts.t(`verdict.${point.verdict}`));
  return [
    {
      key: "verdict",
      title: texts.t("table.verdict"),
      numeric: false,
      value: ({ point }) => point.verdict,
      text: verdict,
      cell: (row) =>
        row.point.verdict === null ? null : (
          <span class="with-mark">
            <VerdictMark verdict={row.point.verdict} />
            {verdict(row)}
          </span>
        ),
    },
  ];
}

function bucketColumns(texts: Texts): readonly Column<CoinRow>[] {
  return [
    pointColumn("runs", texts.t("table.runs"), (point) => point.runs, texts.number),
    pointColumn("passes", texts.t("table.passes"), (point) => point.passes, texts.number),
    pointColumn("advisories", texts.t("table.advisories"), (point) => point.advisories, texts.number),
    pointColumn("fails", texts.t("table.fails"), (point) => point.fails, texts.number),
  ];
}

/** The columns for rows of runs, of days or weeks, or of both. */
export function coinColumns(lines: readonly CoinLine[], texts: Texts, open: OpenRow): readonly Column<CoinRow>[] {
  const aggregated = lines.some(({ resolution }) => resolution !== "run");
  const hasRuns = lines.some(({ resolution }) => resolution === "run");
  const runId = ({ point }: CoinRow): string => point.run_id ?? "";
  return [
    startColumn(texts, aggregated, open),
    ...(lines.length > 1 ? [textColumn<CoinRow>("agent", texts.t("table.agent"), ({ agent }) => agent)] : []),
    ...(hasRuns ? runColumns(texts) : []),
    ...(aggregated ? bucketColumns(texts) : []),
    pointColumn("score", texts.t("table.score"), (point) => point.score, texts.number),
    pointColumn("earned", texts.t("table.earned"), (point) => point.delta, texts.signedCoins),
    ...(aggregated
      ? [
          pointColumn("bonuses", texts.t("table.bonuses"), (point) => point.bonuses, texts.signedCoins),
          pointColumn("penalties", texts.t("table.penalties"), (point) => point.penalties, texts.signedCoins),
        ]
      : [pointColumn("bonus", texts.t("table.bonus"), (point) => point.bonuses + point.penalties, texts.signedCoins)]),
    pointColumn("coins", texts.t("table.coinsAfter"), (point) => point.coins, texts.coins),
    pointColumn("streak_pass", texts.t("table.passStreak"), (point) => point.streak_pass, texts.number),
    pointColumn("streak_block", texts.t("table.blockStreak"), (point) => point.streak_block, texts.number),
    ...(hasRuns
      ? [
          {
            key: "run",
            title: texts.t("table.run"),
            numeric: false,
            value: ({ point }: CoinRow) => point.run_id,
            text: runId,
            cell: (row: CoinRow) => (
              <code class="run-id" title={runId(row)}>
                {runId(row)}
              </code>
            ),
          },
        ]
      : []),
  ];
}
