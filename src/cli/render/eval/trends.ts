import { stringify } from "csv-stringify/sync";
import { csvText } from "../../../domain/escape.ts";
import { trendStatuses } from "../../../domain/eval/trend.ts";
import type { EvalTestsView, EvalTrendView } from "../../../operations/eval-views.ts";
import type { Renderer } from "../../command.ts";
import type { Style } from "../style.ts";
import { type CellColumn, table } from "../table.ts";
import { count, number, plain } from "../text.ts";
import { percent } from "./figures.ts";

type Status = EvalTrendView["status"];

const nameOf = ({ suite, name }: EvalTrendView): string => (suite === "" ? name : `${suite} / ${name}`);
const intervalOf = ({ interval: [low, high] }: EvalTrendView): string => `${percent(low)} – ${percent(high)}`;
const markOf = (passed: boolean): string => (passed ? "✓" : "✗");
const streakOf = ({ streak }: EvalTrendView): string => `${streak.count}${markOf(streak.type === "pass")}`;

/** The newest results, oldest first. */
const newest = ({ results }: EvalTrendView, most: number) => results.slice(-most);

function statusText(status: Status, { colors }: Style): string {
  switch (status) {
    case "flaky":
    case "degrading":
      return colors.red(status);
    case "improving":
    case "stable-pass":
      return colors.green(status);
    case "stable-fail":
      return colors.yellow(status);
    default:
      return status satisfies never;
  }
}

/** So many results are drawn at most; more cannot be told apart. */
const mostDrawn = 60;

function footer(views: readonly EvalTrendView[], { colors }: Style): string {
  const of = (status: Status): number => views.filter((view) => view.status === status).length;
  const bad = (["flaky", "degrading"] as const).flatMap((status) =>
    of(status) === 0 ? [] : [colors.red(`${of(status)} ${status}`)],
  );
  return [count(views.length, "test"), ...bad].join(", ");
}

/** Tests under each other, what needs a look first. @param limit results that are drawn at most */
export const renderTrends =
  (limit: number): Renderer<readonly EvalTrendView[]> =>
  (views, style) => {
    if (views.length === 0) return "No test has a result in the chosen runs.\nSee the runs:  reward-ledger eval list";
    const { colors } = style;
    const drawn = Math.min(limit, mostDrawn);
    const line = (view: EvalTrendView): string =>
      newest(view, drawn)
        .map(({ passed }) => (passed ? colors.green(markOf(true)) : colors.red(markOf(false))))
        .join("");
    const columns: readonly CellColumn<EvalTrendView>[] = [
      { head: "Test", shrink: 16, cell: (view) => plain(nameOf(view)) },
      { head: "Tier", shrink: 6, drop: 2, cell: (view) => plain(view.tier) },
      { head: "Passed", align: "right", cell: (view) => percent(view.pass_rate) },
      { head: "95 % interval", align: "right", drop: 1, cell: intervalOf },
      { head: "Oldest to newest", drop: 3, cell: line },
      { head: "Streak", align: "right", cell: streakOf },
      { head: "Status", cell: (view) => statusText(view.status, style) },
    ];
    return `${table(columns, views, style)}\n\n${footer(views, style)}`;
  };

/** Tests by status, and the first of those that were asked for. */
export const renderTests: Renderer<EvalTestsView> = (view, style) => {
  if (view.runs === 0) return "No eval runs are recorded.\nRecord one:  reward-ledger eval push results.json";
  const counts = trendStatuses.filter((status) => view.by_status[status] > 0);
  const line = counts.map((status) => `${number(view.by_status[status])} ${statusText(status, style)}`).join(", ");
  const over = style.colors.dim(`over the newest ${count(view.over, "run")} of ${number(view.runs)}`);
  const more = view.left_out === 0 ? [] : [style.colors.dim(`… and ${number(view.left_out)} more`)];
  const list = view.tests.length === 0 ? [] : [renderTrends(view.over)(view.tests, style), ...more];
  return [`${line === "" ? "No test has a result" : line}  ${over}`, ...list].join("\n\n");
};

const cell = (text: string): string => plain(text).replaceAll("|", "\\|");

/** The same as a Markdown table. @param limit results that are drawn at most */
export const renderMarkdown =
  (limit: number): Renderer<readonly EvalTrendView[]> =>
  (views) => {
    const rows = views.map((view) => [
      cell(nameOf(view)),
      cell(view.tier),
      percent(view.pass_rate),
      intervalOf(view),
      newest(view, Math.min(limit, mostDrawn))
        .map(({ passed }) => markOf(passed))
        .join(""),
      streakOf(view),
      view.status,
    ]);
    const head = ["Test", "Tier", "Passed", "95 % interval", "Oldest to newest", "Streak", "Status"];
    return [head, head.map(() => "---"), ...rows].map((one) => `| ${one.join(" | ")} |`).join("\n");
  };

/** The same as CSV, a line a test. */
export const renderCsv: Renderer<readonly EvalTrendView[]> = (views) =>
  stringify(
    views.map((view) => ({
      tier: view.tier,
      suite: view.suite,
      name: view.name,
      status: view.status,
      pass_rate: view.pass_rate,
      interval_low: view.interval[0],
      interval_high: view.interval[1],
      flips: view.flips,
      streak: `${view.streak.count} ${view.streak.type}`,
      results: view.results.map(({ passed }) => (passed ? "P" : "F")).join(""),
    })),
    { header: true, cast: { string: (text) => csvText(text) } },
  ).trimEnd();
