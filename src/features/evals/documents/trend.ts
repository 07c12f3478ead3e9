import { stringify } from "csv-stringify/sync";
import * as doc from "../../../kernel/document.ts";
import { csvText, sanitize } from "../../../kernel/escape.ts";
import { compareHealth, healthStates } from "../model/health.ts";
import type { EvalTestsView, EvalTrendView } from "../operations/views.ts";
import {
  healthText,
  markOf,
  marks,
  passText,
  percent,
  rateText,
  reasonText,
  sinceText,
  statusText,
  streakText,
  testName,
} from "./figures.ts";
import { noEvalRuns } from "./run-list.ts";

type Health = EvalTrendView["health"];

const tones: Readonly<Record<Health, (text: string) => doc.Text>> = {
  broken: doc.bad,
  degrading: doc.bad,
  flaky: doc.caution,
  recovering: doc.info,
  "too-few": doc.muted,
  healthy: doc.good,
};
const tonedHealth = (health: Health, words: doc.Words): doc.Text => tones[health](healthText(health, words));

const sortByHealth = (views: readonly EvalTrendView[]): readonly EvalTrendView[] =>
  views.toSorted((a, b) => compareHealth(a.health, b.health));

/** Maximum number of results drawn; more could not be distinguished. */
const maxDrawn = 60;

const streakOf = ({ streak }: EvalTrendView): string => `${streak.count}${streak.type === "pass" ? "✓" : "✗"}`;
const intervalOf = ({ interval: [low, high] }: EvalTrendView, words: doc.Words): string =>
  `${percent(low, words)} – ${percent(high, words)}`;

const markTone = ({ passed, retried }: EvalTrendView["results"][number]): doc.Tone =>
  retried ? "caution" : passed ? "good" : "bad";

/** The latest results, oldest first, as one mark per result. */
const markLine = ({ results }: EvalTrendView, maxResults: number): doc.Text =>
  results.slice(-Math.min(maxResults, maxDrawn)).map((result) => ({ text: markOf(result), tone: markTone(result) }));

/** The reason for a test's health, with its start if a single change led to it. */
function whyText(view: EvalTrendView, words: doc.Words): string {
  const since = sinceText(view, words);
  const reason = reasonText(view.health_why, words);
  return since === null ? reason : words.t("{0}, since {1}", reason, since);
}

/** A table of tests, those that need attention first. @param maxResults maximum number of results drawn */
function trendTable(views: readonly EvalTrendView[], maxResults: number, words: doc.Words): doc.Block {
  const { t } = words;
  const columns: readonly doc.Column<EvalTrendView>[] = [
    { head: t("Test"), shrink: 16, cell: testName },
    { head: t("Tier"), shrink: 6, drop: 2, cell: ({ tier }) => tier },
    { head: t("Passed"), align: "right", cell: (view) => percent(view.pass_rate, words) },
    { head: t("95% interval"), align: "right", drop: 1, cell: (view) => intervalOf(view, words) },
    { head: t("Oldest to latest"), drop: 3, cell: (view) => markLine(view, maxResults) },
    { head: t("Streak"), align: "right", cell: streakOf },
    { head: t("Health"), cell: ({ health }) => tonedHealth(health, words) },
    { head: t("Status"), drop: 4, cell: ({ status }) => statusText(status, words) },
    { head: t("Reason"), shrink: 12, drop: 5, cell: (view) => doc.muted(whyText(view, words)) },
  ];
  return doc.table(columns, sortByHealth(views));
}

/** The number of tests in each state of health; states without tests are left out. */
const healthLine = (count: (health: Health) => number, words: doc.Words): readonly doc.Text[] =>
  healthStates
    .filter((health) => count(health) > 0)
    .flatMap((health, index) => [`${index === 0 ? "" : ", "}${words.number(count(health))} `, tonedHealth(health, words)]);

/** One test: a summary of its results, then each result, latest first. */
function testBlocks(view: EvalTrendView, words: doc.Words): readonly doc.Block[] {
  const { t, number, time } = words;
  return [
    doc.group(
      doc.heading(testName(view)),
      doc.fields([
        { label: t("Health"), value: tonedHealth(view.health, words) },
        { label: t("Reason"), value: whyText(view, words) },
        { label: t("Status"), value: statusText(view.status, words) },
        { label: t("Passed"), value: rateText(view, words) },
        { label: t("Streak"), value: streakText(view.streak, words) },
        { label: t("Changes"), value: number(view.flips) },
        { label: t("Tier"), value: view.tier },
      ]),
    ),
    doc.table(
      [
        { head: t("Time"), cell: ({ timestamp }) => time(timestamp) },
        { head: t("Result"), cell: ({ passed, retried }) => [passText(passed, words), retried ? ` ${t("after a retry")}` : ""] },
      ],
      view.results.toReversed(),
    ),
  ];
}

type TrendOptions = Readonly<{ limit: number; test?: string | undefined; markdown: boolean; csv: boolean }>;

/** Tests with their health and their latest results; one test with each of its results. */
export function evalTrendDocument(
  views: readonly EvalTrendView[],
  words: doc.Words,
  options: TrendOptions,
): doc.Document | string {
  const { t } = words;
  if (options.csv) return toCsv(views);
  if (options.markdown) return toMarkdown(views, options.limit, words);
  if (views.length === 0)
    return [
      doc.group(
        doc.paragraph(t("No test has a result in the chosen runs; incomplete runs do not count.")),
        doc.action(t("See the runs"), "reward-ledger eval list"),
      ),
    ];
  if (options.test !== undefined) return views.flatMap((view) => testBlocks(view, words));
  const runs = doc.counted(words, options.limit, "{0} run", "{0} runs");
  const tests = doc.counted(words, views.length, "{0} test", "{0} tests");
  const states = healthLine((health) => views.filter((view) => view.health === health).length, words);
  return [trendTable(views, options.limit, words), doc.paragraph([t("{0} over the latest {1}", tests, runs), ": ", states])];
}

/** The number of tests by health, and the first of the matching tests. */
export function evalTestsDocument(
  view: EvalTestsView,
  words: doc.Words,
  _input?: unknown,
  explicitInput: Readonly<Record<string, unknown>> = {},
): doc.Document {
  const { t, number } = words;
  if (view.runs === 0) return noEvalRuns(explicitInput, words);
  const states = healthLine((health) => view.by_health[health], words);
  const over = t("over the latest {0} of {1}", number(view.over), doc.counted(words, view.runs, "{0} run", "{0} runs"));
  return [
    doc.paragraph([states.length === 0 ? t("No test has a result") : states, "  ", doc.muted(over)]),
    ...(view.tests.length === 0 ? [] : [trendTable(view.tests, view.over, words)]),
    ...(view.left_out === 0 ? [] : [doc.paragraph(doc.muted(t("and {0} more", number(view.left_out))))]),
  ];
}

/**
 * Formats any text as code, so that no name becomes a link, a mention, a reference to an issue or HTML where the table is posted.
 */
function codeSpan(text: string): string {
  const flat = sanitize(text).replaceAll("|", "\\|");
  const ticks = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(ticks + 1);
  const pad = ticks > 0 ? " " : "";
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/** A Markdown table that can be posted anywhere. */
function toMarkdown(views: readonly EvalTrendView[], maxResults: number, words: doc.Words): string {
  const rows = sortByHealth(views).map((view) => [
    codeSpan(testName(view)),
    codeSpan(view.tier),
    percent(view.pass_rate, words),
    intervalOf(view, words),
    marks(view, Math.min(maxResults, maxDrawn)),
    streakOf(view),
    view.health,
    view.status,
    view.health_reason,
  ]);
  const head = ["Test", "Tier", "Passed", "95 % interval", "Oldest to newest", "Streak", "Health", "Status", "Why"];
  return [head, head.map(() => "---"), ...rows].map((one) => `| ${one.join(" | ")} |`).join("\n");
}

/** CSV, one line per test. */
const toCsv = (views: readonly EvalTrendView[]): string =>
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
