import {
  duration,
  healthName,
  healthText,
  marks,
  passedText,
  percent,
  rateText,
  reasonText,
  sinceText,
  statusText,
  streakText,
  testName,
  usdWithBound,
} from "../../features/evals/documents/figures.ts";
import type { EvalListView, EvalTestView, EvalTrendView } from "../../features/evals/operations/views.ts";
import { counted, type Words } from "../../kernel/document.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import { editorWords } from "../../render/markdown/words.ts";
import { shortTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";
import type { EvalNode } from "./nodes.ts";

/** The texts of a row: label, the dimmed description after it, tooltip as Markdown, and the full text for screen readers. */
export type NodeText = Readonly<{ label: string; description: string; tooltip: string; spoken: string }>;

/** Number of latest results shown beside a test's name. */
const maxMarks = 10;

const joinParts = (parts: readonly (string | null | undefined | false)[]): string =>
  parts.filter((part) => typeof part === "string" && part !== "").join(" · ");

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, " ");

const simpleText = (label: string, description = ""): NodeText => ({
  label,
  description,
  tooltip: plain(description === "" ? label : `${label}: ${description}`),
  spoken: description === "" ? label : `${label}, ${description}`,
});

/** A one-line label that identifies a run: `12/14 · e2e · main`. */
export const runLabel = (
  run: Pick<EvalListView, "passed" | "total" | "tier" | "git_branch">,
  words: Pick<Words, "number">,
): string => joinParts([passedText(run, words), run.tier, run.git_branch]);

/** Fields and values as a Markdown table without a head. */
function fieldTable(fields: readonly (readonly [string, string | null])[]): string {
  const known = fields.flatMap(([name, value]) => (value === null || value === "" ? [] : [[plain(name), plain(value)]]));
  return table([" ", " "], ["left", "left"], known);
}

/** The fields of a run as a Markdown table. */
const runTable = (run: EvalListView, words: Words): string => {
  const { t, time } = words;
  return fieldTable([
    [
      t("Passed"),
      run.total === 0 ? passedText(run, words) : `${passedText(run, words)} (${percent(run.passed / run.total, words)})`,
    ],
    [t("Time"), time(run.timestamp)],
    [t("Duration"), duration(run.duration_seconds)],
    [t("Cost"), usdWithBound(run.cost_usd, run.cost_complete, words)],
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
};

/** The trend of a test's results as a Markdown table. */
const testTable = (trend: EvalTrendView, words: Words): string => {
  const { t, number } = words;
  return fieldTable([
    [t("Health"), healthText(trend.health, words)],
    [t("Reason"), reasonText(trend.health_why, words)],
    [t("Since"), sinceText(trend, words)],
    [t("Status"), statusText(trend.status, words)],
    [t("Pass rate"), rateText(trend, words)],
    [t("Results"), number(trend.results.length)],
    [t("Changes"), number(trend.flips)],
    [t("Streak"), streakText(trend.streak, words)],
    [t("Tier"), trend.tier],
  ]);
};

/** The texts of a row of the Evals view. */
export function nodeText(node: EvalNode, style: TimeStyle, t: Translate): NodeText {
  const words = editorWords(style, t);
  const { number } = words;
  switch (node.kind) {
    case "runs":
      return simpleText(t("Runs"), number(node.count));
    case "tests": {
      const { by_health, over } = node.tests;
      const count = Object.values(by_health).reduce((sum, one) => sum + one, 0);
      const runs = counted(words, over, "{0} run", "{0} runs");
      return simpleText(t("Tests"), joinParts([number(count), t("over the latest {0}", runs)]));
    }
    case "run":
      return runText(node.run, style, words);
    case "failed":
      return failedText(node.test, words);
    case "passed":
      return simpleText(t("{0} passed", number(node.count)));
    case "health":
      return simpleText(healthName(node.health, words), number(node.count));
    case "test":
      return testText(node.trend, words);
    case "more":
      return simpleText(t("Load more…"));
    default:
      return node satisfies never;
  }
}

function runText(run: EvalListView, style: TimeStyle, words: Words): NodeText {
  const { t, number, time } = words;
  const description = joinParts([
    run.baseline && t("baseline"),
    run.partial && t("incomplete"),
    shortTime(run.timestamp, style),
    run.cost_usd !== 0 && usdWithBound(run.cost_usd, run.cost_complete, words),
  ]);
  const passed = t("{0} of {1} passed", number(run.passed), number(run.total));
  return {
    label: runLabel(run, words),
    description,
    tooltip: runTable(run, words),
    spoken: [
      passed,
      run.tier,
      run.git_branch,
      ...(run.baseline ? [t("baseline")] : []),
      ...(run.partial ? [t("incomplete")] : []),
      time(run.timestamp),
      usdWithBound(run.cost_usd, run.cost_complete, words),
    ].join(", "),
  };
}

function failedText(test: EvalTestView, { t, number, usd }: Words): NodeText {
  const reason = oneLine(test.error ?? test.exit_reason ?? "");
  const label = testName(test);
  const elapsed = test.duration_ms === null ? null : duration(test.duration_ms / 1000);
  const fields = fieldTable([
    [t("Failed"), label],
    [t("Reason"), reason],
    [t("Duration"), elapsed],
    [t("Cost"), test.cost_usd === null ? null : usd(test.cost_usd)],
    [t("Turns"), test.turns_used === null ? null : number(test.turns_used)],
    [t("Bugs found"), test.detection_rate === null ? null : number(test.detection_rate)],
    ...Object.entries(test.judge_scores ?? {}).map(([name, score]): [string, string] => [name, number(score)]),
  ]);
  return {
    label: test.name,
    description: joinParts([reason, test.suite]),
    tooltip: fields,
    spoken: [t("Failed"), label, reason].filter((part) => part !== "").join(", "),
  };
}

function testText(trend: EvalTrendView, words: Words): NodeText {
  const label = testName(trend);
  return {
    // Only the name, because the side bar is narrow.
    label: trend.name,
    description: joinParts([
      percent(trend.pass_rate, words),
      marks(trend, maxMarks),
      reasonText(trend.health_why, words),
      trend.suite,
      trend.tier,
    ]),
    tooltip: `${plain(label)}\n\n${testTable(trend, words)}`,
    spoken: [
      label,
      healthName(trend.health, words),
      reasonText(trend.health_why, words),
      percent(trend.pass_rate, words),
      streakText(trend.streak, words),
      trend.tier,
    ].join(", "),
  };
}
