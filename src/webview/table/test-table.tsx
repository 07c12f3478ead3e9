import type { EvalOverviewTestView } from "../../operations/eval-panel-views.ts";
import { Interval } from "../components/interval.tsx";
import { StatusMark } from "../components/status-mark.tsx";
import { WinLoss } from "../components/win-loss.tsx";
import { testStatuses } from "../panel/state.ts";
import type { Texts } from "../texts.ts";
import type { Column } from "./columns.ts";

/** The tests of a status whose suite or name contains every word of a query, case ignored. */
export function matchingTests(
  tests: readonly EvalOverviewTestView[],
  status: EvalOverviewTestView["status"] | null,
  query: string,
): readonly EvalOverviewTestView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (status === null && words.length === 0) return tests;
  return tests.filter((test) => {
    const text = `${test.suite} ${test.name}`.toLowerCase();
    return (status === null || test.status === status) && words.every((word) => text.includes(word));
  });
}

/** What tells tests apart, as one text. */
export const testId = ({ tier, suite, name }: Pick<EvalOverviewTestView, "tier" | "suite" | "name">): string =>
  JSON.stringify([tier, suite, name]);

/** Signed length of the streak: fails are negative. */
const streakOf = ({ streak }: EvalOverviewTestView): number => (streak.type === "pass" ? streak.count : -streak.count);

/** Results drawn in a row. */
const shownResults = 30;

const signs: Readonly<Record<string, string>> = { "+": "✓", "-": "✗", "~": "≠", ".": "·" };

/** The newest results as signs, oldest first. */
const signsOf = (test: EvalOverviewTestView): string =>
  [...test.results.slice(-shownResults)].map((mark) => signs[mark] ?? "").join("");

/** The columns of the tests' table; suites and tiers only where there are several. */
export function testColumns(tests: readonly EvalOverviewTestView[], texts: Texts): readonly Column<EvalOverviewTestView>[] {
  type Row = EvalOverviewTestView;
  const suites = tests.some(({ suite }) => suite !== "");
  const tiers = tests.some(({ tier }) => tier !== tests[0]?.tier);
  const word = (key: string, title: string, value: (row: Row) => string): Column<Row> => ({
    key,
    title,
    numeric: false,
    value,
    text: value,
  });
  const number = (key: string, title: string, value: (row: Row) => number, text = texts.number): Column<Row> => ({
    key,
    title,
    numeric: true,
    value,
    text: (row) => text(value(row)),
  });
  const status = (row: Row): string => texts.t(`evals.status.${row.status}`);
  return [
    {
      key: "status",
      title: texts.t("evals.status"),
      numeric: false,
      value: (row) => row.status,
      // By how much it wants attention.
      rank: (row) => testStatuses.indexOf(row.status),
      text: status,
      cell: (row) => (
        <span class="with-mark">
          <StatusMark status={row.status} />
          {status(row)}
        </span>
      ),
    },
    {
      ...word("name", texts.t("evals.test"), ({ name }) => name),
      cell: (row) => (
        <span class="test-name" title={row.name}>
          {row.name}
        </span>
      ),
    },
    ...(suites ? [word("suite", texts.t("filter.suite"), ({ suite }) => suite)] : []),
    ...(tiers ? [word("tier", texts.t("filter.tier"), ({ tier }) => tier)] : []),
    number("rate", texts.t("evals.passRate"), (row) => row.pass_rate.rate, texts.share),
    {
      key: "interval",
      title: texts.t("evals.interval"),
      numeric: false,
      value: (row) => row.pass_rate.low,
      text: ({ pass_rate: { low, high } }) => `${texts.share(low)} – ${texts.share(high)}`,
      cell: ({ pass_rate: rate }) => (
        <span class="interval-cell" title={`${texts.share(rate.low)} – ${texts.share(rate.high)}`}>
          <Interval rate={rate.rate} low={rate.low} high={rate.high} />
        </span>
      ),
    },
    {
      key: "results",
      title: texts.t("evals.newest"),
      numeric: false,
      value: (row) => row.results,
      text: signsOf,
      cell: (row) => <WinLoss results={row.results.slice(-shownResults)} of={shownResults} />,
    },
    number("flips", texts.t("evals.flips"), (row) => row.flips),
    number("streak", texts.t("evals.streak"), streakOf, (streak) =>
      texts.count(streak < 0 ? "streak.block" : "streak.pass", Math.abs(streak)),
    ),
    number("runs", texts.t("evals.results"), (row) => row.pass_rate.total),
    { ...word("last", texts.t("evals.last"), (row) => row.last), text: (row) => texts.date(Date.parse(row.last)) },
  ];
}
