import {
  action,
  type Block,
  bad,
  type Column,
  counted,
  type Document,
  group,
  muted,
  paragraph,
  sparkline,
  table,
  type Words,
} from "../../../kernel/document.ts";
import { coinText, recordRunAction, shortVerdict, streakText, tonedCoinChange } from "../../shared/figures.ts";
import { noMatch } from "../../shared/no-match.ts";
import { truncationNote } from "../../shared/row-limit.ts";
import type { RunView } from "../operations/views.ts";

/** The scale of scores. */
const lowestScore = 0;
const highestScore = 120;

const differs = (runs: readonly RunView[], key: "agent" | "project"): boolean => new Set(runs.map((run) => run[key])).size > 1;

/** A table of runs, in the order given. Agent and project are columns only when they differ between the runs. */
function runTable(runs: readonly RunView[], words: Words): Block {
  const { t, number } = words;
  const ago: Column<RunView> = { head: "", extra: true, cell: (run) => muted(words.ago(run.created_at)) };
  const agent: Column<RunView> = { head: t("Agent"), shrink: 10, drop: 1, cell: (run) => run.agent };
  const project: Column<RunView> = { head: t("Project"), shrink: 10, drop: 2, cell: (run) => run.project ?? "-" };
  return table<RunView>(
    [
      { head: t("When"), cell: (run) => words.time(run.created_at) },
      ...(words.interactive ? [ago] : []),
      ...(differs(runs, "agent") ? [agent] : []),
      ...(differs(runs, "project") ? [project] : []),
      { head: t("Run"), shrink: 16, drop: 3, cell: (run) => run.run_id },
      { head: t("Score"), align: "right", cell: (run) => number(run.score) },
      {
        head: t("Verdict"),
        cell: (run) => [
          shortVerdict(run.verdict, words),
          run.mode === "shadow" ? ` (${t("shadow")})` : "",
          run.disputed ? " !" : "",
        ],
      },
      { head: t("Findings"), align: "right", drop: 4, cell: (run) => number(run.findings) },
      {
        head: t("Blocking"),
        align: "right",
        extra: true,
        cell: (run) => (run.blocking > 0 ? bad(number(run.blocking)) : "-"),
      },
      { head: t("Earned"), align: "right", cell: (run) => tonedCoinChange(run.coin_delta) },
      { head: t("Bonus"), align: "right", extra: true, cell: (run) => (run.bonus === 0 ? "-" : tonedCoinChange(run.bonus)) },
      { head: t("Coins"), align: "right", cell: (run) => coinText(run.coins) },
      { head: t("Streak"), align: "right", cell: (run) => streakText(run.streak_pass, run.streak_block, words) },
    ],
    runs,
  );
}

/** A line that sums up all runs, and a sparkline of their scores. */
function headline(runs: readonly RunView[], words: Words): Block {
  const { t, number } = words;
  const earned = runs.reduce((sum, run) => sum + Math.round(run.coin_delta * 10), 0) / 10;
  const passed = runs.filter((run) => run.verdict !== "FAIL").length;
  const counts = [counted(words, runs.length, "{0} run", "{0} runs"), t("{0} passed", number(passed))];
  return group(
    paragraph([`${counts.join(", ")}, `, tonedCoinChange(earned), ` ${t("coins")}`]),
    sparkline(
      t("Scores"),
      runs.map((run) => run.score),
      lowestScore,
      highestScore,
    ),
  );
}

/** Runs, oldest first, with the coins after each. A note says that there may be more if the default limit applied. */
export function historyDocument(
  runs: readonly RunView[],
  words: Words,
  _input: unknown,
  rawInput: Readonly<Record<string, unknown>>,
): Document {
  const { t } = words;
  if (runs.length === 0) {
    const nothing = group(paragraph(t("No runs to show.")), recordRunAction(words));
    return [noMatch(rawInput, "reward-ledger history", words) ?? nothing];
  }
  return [
    ...(words.interactive ? [headline(runs, words)] : []),
    runTable(runs, words),
    ...truncationNote(runs, rawInput, words, (count) => t("The latest {0} runs; --limit shows more, --json all.", count)),
  ];
}

/** The runs that broke a rule, latest first. */
export function breakingDocument(runs: readonly RunView[], words: Words): Document {
  const { t } = words;
  if (runs.length > 0) return [runTable(runs, words)];
  return [group(paragraph(t("No run broke that rule.")), action(t("See the broken rules"), "reward-ledger violations"))];
}
