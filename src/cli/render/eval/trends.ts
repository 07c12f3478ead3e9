import { stringify } from "csv-stringify/sync";
import { compareHealth, healthStates } from "../../../features/evals/model/health.ts";
import type { EvalTestsView, EvalTrendView } from "../../../features/evals/operations/views.ts";
import { csvText } from "../../../kernel/escape.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { absolute } from "../../../render/terminal/time.ts";
import type { Renderer } from "../../command.ts";
import { type CellColumn, table } from "../table.ts";
import { count, number, plain } from "../text.ts";
import { percent } from "./figures.ts";

type Health = EvalTrendView["health"];

const nameOf = ({ suite, name }: EvalTrendView): string => (suite === "" ? name : `${suite} / ${name}`);
const intervalOf = ({ interval: [low, high] }: EvalTrendView): string => `${percent(low)} – ${percent(high)}`;
/** `↻` stands for a test that passed only after a retry. */
const markOf = ({ passed, retried }: Pick<EvalTrendView["results"][number], "passed" | "retried">): string =>
  passed ? (retried ? "↻" : "✓") : "✗";
const streakOf = ({ streak }: EvalTrendView): string => `${streak.count}${streak.type === "pass" ? "✓" : "✗"}`;

const byHealth = (views: readonly EvalTrendView[]): readonly EvalTrendView[] =>
  views.toSorted((a, b) => compareHealth(a.health, b.health));

/** The newest results, oldest first. */
const newest = ({ results }: EvalTrendView, most: number) => results.slice(-most);

/** A sign of its own for each state, so that nothing depends on telling colours apart. */
function healthText(health: Health, { colors }: Style): string {
  switch (health) {
    case "broken":
      return colors.red("✗ broken");
    case "degrading":
      return colors.red("↓ degrading");
    case "flaky":
      return colors.yellow("~ flaky");
    case "recovering":
      return colors.cyan("↑ recovering");
    case "too-few":
      return colors.dim("? too few");
    case "healthy":
      return colors.green("✓ healthy");
    default:
      return health satisfies never;
  }
}

/** Why, and since when where one change made it: `3 fails in a row after 7 passes, since 2026-11-17 70ad75d`. */
function whyText({ health_reason, health_since }: EvalTrendView, style: Style): string {
  if (health_since === null) return health_reason;
  return `${health_reason}, since ${absolute(health_since.timestamp, style)} ${plain(health_since.git_sha.slice(0, 8))}`;
}

/** So many results are drawn at most; more cannot be told apart. */
const mostDrawn = 60;

function footer(views: readonly EvalTrendView[], { colors }: Style): string {
  const of = (health: Health): number => views.filter((view) => view.health === health).length;
  const bad = (["broken", "degrading", "flaky"] as const).flatMap((health) =>
    of(health) === 0 ? [] : [colors.red(`${of(health)} ${health}`)],
  );
  return [count(views.length, "test"), ...bad].join(", ");
}

/** Tests under each other, what needs a look first. @param limit results that are drawn at most */
export const renderTrends =
  (limit: number): Renderer<readonly EvalTrendView[]> =>
  (views, style) => {
    if (views.length === 0)
      return "No test has a result in the chosen runs; incomplete runs do not count.\nSee the runs:  reward-ledger eval list";
    const { colors } = style;
    const drawn = Math.min(limit, mostDrawn);
    const line = (view: EvalTrendView): string =>
      newest(view, drawn)
        .map((result) => (result.retried ? colors.yellow : result.passed ? colors.green : colors.red)(markOf(result)))
        .join("");
    const columns: readonly CellColumn<EvalTrendView>[] = [
      { head: "Test", shrink: 16, cell: (view) => plain(nameOf(view)) },
      { head: "Tier", shrink: 6, drop: 2, cell: (view) => plain(view.tier) },
      { head: "Passed", align: "right", cell: (view) => percent(view.pass_rate) },
      { head: "95 % interval", align: "right", drop: 1, cell: intervalOf },
      { head: "Oldest to newest", drop: 3, cell: line },
      { head: "Streak", align: "right", cell: streakOf },
      { head: "Health", cell: (view) => healthText(view.health, style) },
      { head: "Status", drop: 4, cell: (view) => view.status },
      { head: "Why", shrink: 12, drop: 5, cell: (view) => style.colors.dim(whyText(view, style)) },
    ];
    return `${table(columns, byHealth(views), style)}\n\n${footer(views, style)}`;
  };

/** Tests by status, and the first of those that were asked for. */
export const renderTests: Renderer<EvalTestsView> = (view, style) => {
  if (view.runs === 0) return "No eval runs are recorded.\nRecord one:  reward-ledger eval push results.json";
  const counts = healthStates.filter((health) => view.by_health[health] > 0);
  const line = counts.map((health) => `${number(view.by_health[health])} ${healthText(health, style)}`).join(", ");
  const over = style.colors.dim(`over the newest ${count(view.over, "run")} of ${number(view.runs)}`);
  const more = view.left_out === 0 ? [] : [style.colors.dim(`… and ${number(view.left_out)} more`)];
  const list = view.tests.length === 0 ? [] : [renderTrends(view.over)(view.tests, style), ...more];
  return [`${line === "" ? "No test has a result" : line}  ${over}`, ...list].join("\n\n");
};

/** Any text as code, so that no name becomes a link, a mention, a reference to an issue or HTML where the table is posted. */
function code(text: string): string {
  const flat = plain(text).replaceAll("|", "\\|");
  const ticks = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(ticks + 1);
  const pad = ticks > 0 ? " " : "";
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** The same as a Markdown table. @param limit results that are drawn at most */
export const renderMarkdown =
  (limit: number): Renderer<readonly EvalTrendView[]> =>
  (views) => {
    const rows = byHealth(views).map((view) => [
      code(nameOf(view)),
      code(view.tier),
      percent(view.pass_rate),
      intervalOf(view),
      newest(view, Math.min(limit, mostDrawn)).map(markOf).join(""),
      streakOf(view),
      view.health,
      view.status,
      view.health_reason,
    ]);
    const head = ["Test", "Tier", "Passed", "95 % interval", "Oldest to newest", "Streak", "Health", "Status", "Why"];
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
      health: view.health,
      health_reason: view.health_reason,
      health_since: view.health_since?.timestamp ?? "",
      retried: view.results.filter(({ retried }) => retried).length,
    })),
    { header: true, cast: { string: (text) => csvText(text) } },
  ).trimEnd();
