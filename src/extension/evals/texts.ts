import type { EvalListView, EvalTestView, EvalTrendView } from "../../features/evals/operations/views.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import { runCount } from "../format/figures.ts";
import { fullTime, shortTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";
import {
  duration,
  healthName,
  healthText,
  marks,
  percent,
  rateText,
  reasonText,
  sinceText,
  statusText,
  streak,
  testName,
  usd,
  usdKnown,
  whole,
} from "./figures.ts";
import type { EvalNode } from "./nodes.ts";

/** What a row says: label, the dimmer description after it, its tooltip as Markdown, and for a screen reader all of it in words. */
export type NodeText = Readonly<{ label: string; description: string; tooltip: string; spoken: string }>;

/** So many of the newest results fit beside a test's name. */
const marksInRow = 10;

const joined = (parts: readonly (string | null | undefined | false)[]): string =>
  parts.filter((part) => typeof part === "string" && part !== "").join(" · ");

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, " ");

const simple = (label: string, description = ""): NodeText => ({
  label,
  description,
  tooltip: plain(description === "" ? label : `${label}: ${description}`),
  spoken: description === "" ? label : `${label}, ${description}`,
});

/** `12/14`. */
export const passedOf = ({ passed, total }: Pick<EvalListView, "passed" | "total">, style: TimeStyle): string =>
  `${whole(passed, style)}/${whole(total, style)}`;

/** What tells a run from the others in a line: `12/14 · e2e · main`. */
export const runLabel = (run: Pick<EvalListView, "passed" | "total" | "tier" | "git_branch">, style: TimeStyle): string =>
  joined([passedOf(run, style), run.tier, run.git_branch]);

/** Fields of a run as a Markdown table without a head. */
function fieldTable(fields: readonly (readonly [string, string | null])[]): string {
  const known = fields.flatMap(([name, value]) => (value === null || value === "" ? [] : [[plain(name), plain(value)]]));
  return table([" ", " "], ["left", "left"], known);
}

/** What is known of a run, as a Markdown table. */
export const runTable = (run: EvalListView, style: TimeStyle, t: Translate): string =>
  fieldTable([
    [t("Passed"), run.total === 0 ? passedOf(run, style) : `${passedOf(run, style)} (${percent(run.passed / run.total, style)})`],
    [t("Time"), fullTime(run.timestamp, style)],
    [t("Took"), duration(run.duration_seconds)],
    [t("Cost"), usdKnown(run.cost_usd, run.cost_complete, style)],
    [t("Tier"), run.tier],
    [t("Branch"), run.git_branch],
    [t("Commit"), run.git_sha],
    [t("Version"), run.version],
    [t("Label"), run.label],
    [t("Project"), run.project],
    [t("Baseline"), run.baseline ? t("yes") : null],
    [t("Incomplete"), run.partial ? t("yes") : null],
    ["ID", run.id],
  ]);

/** What is known of a test's results, as a Markdown table. */
const testTable = (trend: EvalTrendView, style: TimeStyle, t: Translate): string =>
  fieldTable([
    [t("Health"), healthText(trend.health, t)],
    [t("Reason"), reasonText(trend.health_why, t)],
    [t("Since"), sinceText(trend, style, t)],
    [t("Status"), statusText(trend.status, t)],
    [t("Pass rate"), rateText(trend, style)],
    [t("Results"), whole(trend.results.length, style)],
    [t("Changes"), whole(trend.flips, style)],
    [t("Streak"), streak(trend.streak, t)],
    [t("Tier"), trend.tier],
  ]);

/** The texts of a row of the Evals view. */
export function nodeText(node: EvalNode, style: TimeStyle, t: Translate): NodeText {
  switch (node.kind) {
    case "runs":
      return simple(t("Runs"), whole(node.count, style));
    case "tests": {
      const { by_health, over } = node.tests;
      const count = Object.values(by_health).reduce((sum, one) => sum + one, 0);
      const window = over === 1 ? t("in the newest run") : t("over the newest {0}", runCount(over, t));
      return simple(t("Tests"), joined([whole(count, style), window]));
    }
    case "run":
      return runText(node.run, style, t);
    case "failed":
      return failedText(node.test, style, t);
    case "passed":
      return simple(t("{0} passed", whole(node.count, style)));
    case "health":
      return simple(healthName(node.health, t), whole(node.count, style));
    case "test":
      return testText(node.trend, style, t);
    case "more":
      return simple(t("Load more…"));
    default:
      return node satisfies never;
  }
}

function runText(run: EvalListView, style: TimeStyle, t: Translate): NodeText {
  const description = joined([
    run.baseline && t("baseline"),
    run.partial && t("incomplete"),
    shortTime(run.timestamp, style),
    run.cost_usd !== 0 && usdKnown(run.cost_usd, run.cost_complete, style),
  ]);
  const passed = t("{0} of {1} passed", whole(run.passed, style), whole(run.total, style));
  return {
    label: runLabel(run, style),
    description,
    tooltip: runTable(run, style, t),
    spoken: [
      passed,
      run.tier,
      run.git_branch,
      ...(run.baseline ? [t("baseline")] : []),
      ...(run.partial ? [t("incomplete")] : []),
      fullTime(run.timestamp, style),
      usdKnown(run.cost_usd, run.cost_complete, style),
    ].join(", "),
  };
}

function failedText(test: EvalTestView, style: TimeStyle, t: Translate): NodeText {
  const why = oneLine(test.error ?? test.exit_reason ?? "");
  const label = testName(test);
  const took = test.duration_ms === null ? null : duration(test.duration_ms / 1000);
  const fields = fieldTable([
    [t("Failed"), label],
    [t("Reason"), why],
    [t("Took"), took],
    [t("Cost"), test.cost_usd === null ? null : usd(test.cost_usd, style)],
    [t("Turns"), test.turns_used === null ? null : whole(test.turns_used, style)],
    [t("Bugs found"), test.detection_rate === null ? null : whole(test.detection_rate, style)],
    ...Object.entries(test.judge_scores ?? {}).map(([name, score]): [string, string] => [name, whole(score, style)]),
  ]);
  return {
    label: test.name,
    description: joined([why, test.suite]),
    tooltip: fields,
    spoken: [t("Failed"), label, why].filter((part) => part !== "").join(", "),
  };
}

function testText(trend: EvalTrendView, style: TimeStyle, t: Translate): NodeText {
  const label = testName(trend);
  return {
    // The name alone, because a side bar is narrow.
    label: trend.name,
    description: joined([
      percent(trend.pass_rate, style),
      marks(trend, marksInRow),
      reasonText(trend.health_why, t),
      trend.suite,
      trend.tier,
    ]),
    tooltip: `${plain(label)}\n\n${testTable(trend, style, t)}`,
    spoken: [
      label,
      healthName(trend.health, t),
      reasonText(trend.health_why, t),
      percent(trend.pass_rate, style),
      streak(trend.streak, t),
      trend.tier,
    ].join(", "),
  };
}
