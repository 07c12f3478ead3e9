import type { EvalOverviewTestView, EvalOverviewView } from "../../features/evals/operations/panel-views.ts";
import { WinLoss } from "../shared/chart/win-loss.tsx";
import { Interval } from "../shared/interval.tsx";
import { testHealths } from "../shared/state.ts";
import { type Column, countColumn, numberColumn, textColumn } from "../shared/table/columns.ts";
import type { Texts } from "../shared/texts.ts";
import { HealthMark } from "./health-mark.tsx";
import { reasonWords, sinceWords } from "./health-words.ts";

const healthRank = ({ health }: EvalOverviewTestView): number => testHealths.indexOf(health);

/** Tests that need attention first; tests of equal health keep their order. */
export const sortByHealth = (tests: readonly EvalOverviewTestView[]): readonly EvalOverviewTestView[] =>
  tests.toSorted((a, b) => healthRank(a) - healthRank(b));

/** The tests of a state of health whose suite or name contains every word of a query, case ignored. */
export function matchingTests(
  tests: readonly EvalOverviewTestView[],
  health: EvalOverviewTestView["health"] | null,
  query: string,
): readonly EvalOverviewTestView[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (health === null && words.length === 0) return tests;
  return tests.filter((test) => {
    const text = `${test.suite} ${test.name}`.toLowerCase();
    return (health === null || test.health === health) && words.every((word) => text.includes(word));
  });
}

/** Identifies a test, as one text. */
export const testId = ({ tier, suite, name }: Pick<EvalOverviewTestView, "tier" | "suite" | "name">): string =>
  JSON.stringify([tier, suite, name]);

/** Signed length of the streak: fails are negative. */
const streakOf = ({ streak }: EvalOverviewTestView): number => (streak.type === "pass" ? streak.count : -streak.count);

/** Number of results drawn in a row. */
const shownResults = 30;

const signs: Readonly<Record<string, string>> = { "+": "✓", "-": "✗", "~": "≠", ".": "·" };

/** The latest results as signs, oldest first. */
const signsOf = (test: EvalOverviewTestView): string =>
  [...test.results.slice(-shownResults)].map((mark) => signs[mark] ?? "").join("");

/** The columns of the tests' table; suites and tiers only where there are several. */
export function testColumns(
  { tests, runs }: Pick<EvalOverviewView, "tests" | "runs">,
  texts: Texts,
): readonly Column<EvalOverviewTestView>[] {
  type Row = EvalOverviewTestView;
  const suites = tests.some(({ suite }) => suite !== "");
  const tiers = tests.some(({ tier }) => tier !== tests[0]?.tier);
  const health = (row: Row): string => texts.t(`evals.health.${row.health}`);
  const reason = (row: Row): string => reasonWords(texts, row.health_why);
  const sinceOf = ({ health_since: since }: Row) => (since === null ? undefined : runs[since]);
  return [
    {
      key: "health",
      title: texts.t("evals.health"),
      numeric: false,
      value: (row) => row.health,
      // Ordered by how much attention the state needs.
      rank: healthRank,
      text: health,
      cell: (row) => (
        <span class="with-mark" title={reason(row)}>
          <HealthMark health={row.health} />
          {health(row)}
        </span>
      ),
    },
    {
      ...textColumn<Row>("name", texts.t("evals.test"), ({ name }) => name),
      cell: (row) => (
        <span class="test-name" title={row.name}>
          {row.name}
        </span>
      ),
    },
    ...(suites ? [textColumn<Row>("suite", texts.t("filter.suite"), ({ suite }) => suite)] : []),
    ...(tiers ? [textColumn<Row>("tier", texts.t("filter.tier"), ({ tier }) => tier)] : []),
    {
      ...textColumn<Row>("why", texts.t("evals.why"), reason),
      cell: (row) => {
        const since = sinceOf(row);
        return <span title={since === undefined ? undefined : sinceWords(texts, since)}>{reason(row)}</span>;
      },
    },
    {
      ...textColumn<Row>("since", texts.t("evals.since.column"), (row) => sinceOf(row)?.timestamp ?? ""),
      text: (row) => {
        const since = sinceOf(row);
        return since === undefined ? "" : texts.date(Date.parse(since.timestamp));
      },
    },
    numberColumn<Row>("rate", texts.t("evals.passRate"), (row) => row.pass_rate.rate, texts.share),
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
    countColumn<Row>(texts, "flips", texts.t("evals.flips"), (row) => row.flips),
    numberColumn<Row>("streak", texts.t("evals.streak"), streakOf, (streak) =>
      texts.count(streak < 0 ? "streak.block" : "streak.pass", Math.abs(streak)),
    ),
    countColumn<Row>(texts, "runs", texts.t("evals.results"), (row) => row.pass_rate.total),
    textColumn<Row>("status", texts.t("evals.status"), ({ status }) => texts.t(`evals.status.${status}`)),
    { ...textColumn<Row>("last", texts.t("evals.last"), (row) => row.last), text: (row) => texts.date(Date.parse(row.last)) },
  ];
}
