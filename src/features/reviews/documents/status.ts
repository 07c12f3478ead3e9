import {
  action,
  type Block,
  counted,
  type Document,
  type Field,
  fields,
  group,
  heading,
  paragraph,
  strong,
  type Text,
  table,
  type Words,
  warning,
} from "../../../kernel/document.ts";
import { coinText, recordRunAction, shortVerdict, streakText, verdictText } from "../../shared/figures.ts";
import { noMatch } from "../../shared/no-match.ts";
import { teamResetBlocks, undoCommand } from "../../shared/team-resets.ts";
import type { AgentStatusView, ResetInForceView, StatusView } from "../operations/views.ts";

/** Points of a score above or below the baseline, with their sign. The unit is named, as they are not coins. */
function lastReward(points: number, { t, number }: Words): string {
  const size = `${points < 0 ? "" : "+"}${number(points)}`;
  return Math.abs(points) === 1 ? t("last reward {0} point", size) : t("last reward {0} points", size);
}

function standingFields(view: StatusView, words: Words): readonly Field[] {
  const { t, number } = words;
  const { last_delta: points, last_run_at: at } = view;
  const top = view.top_violations.map(({ rule, count }) => `${rule} (${number(count)})`).join(", ");
  return [
    { label: t("Coins"), value: coinText(view.coins), remark: points === null ? null : lastReward(points, words) },
    { label: t("Pass streak"), value: number(view.streak_pass), remark: t("best {0}", number(view.best_streak_pass)) },
    { label: t("Fail streak"), value: number(view.streak_block) },
    { label: t("Runs"), value: number(view.runs) },
    {
      label: t("Last verdict"),
      value: verdictText(view.last_verdict, words),
      remark: at === null ? null : `${words.ago(at)}, ${words.time(at)}`,
    },
    ...(top === "" ? [] : [{ label: t("Top violations"), value: top }]),
  ];
}

function ownResetBlock({ agent, at, hidden_runs }: ResetInForceView, words: Words): Block {
  const { t } = words;
  const hiddenText = counted(words, hidden_runs, "{0} run", "{0} runs");
  return group(
    paragraph(
      agent === null
        ? t("Reset of all agents on {0}: hides {1}.", words.time(at), hiddenText)
        : t("Reset of {0} on {1}: hides {2}.", agent, words.time(at), hiddenText),
    ),
    action(t("Undo it"), undoCommand("reset", agent)),
  );
}

function emptyBlock(
  { team_resets: teamResets = [], resets: ownResets = [], agents_with_runs: others = 0 }: AgentStatusView,
  words: Words,
): Block {
  if (teamResets.length > 0) return paragraph(words.t("No runs count for the team."));
  if (ownResets.length > 0) return paragraph(words.t("No runs count."));
  return group(
    paragraph(words.t("No runs of this agent are recorded.")),
    recordRunAction(words),
    ...(others === 0 ? [] : [action(words.t("List the agents that have some"), "reward-ledger agents")]),
  );
}

/** An agent's standing, and the resets that hide its runs. */
export function statusDocument(view: AgentStatusView, words: Words): Document {
  const { t } = words;
  const { missing_facts: missing = 0, team_resets: teamResets = [], resets: ownResets = [] } = view;
  return [
    heading(view.agent, view.project ?? t("all projects")),
    view.runs === 0
      ? emptyBlock(view, words)
      : group(fields(standingFields(view, words)), ...view.warnings.map((text) => warning(text))),
    ...teamResetBlocks(teamResets, words),
    ...ownResets.map((reset) => ownResetBlock(reset, words)),
    ...(missing === 0
      ? []
      : [
          group(
            warning(counted(words, missing, "The journal lacks {0} recorded fact.", "The journal lacks {0} recorded facts.")),
            action(t("See which"), "reward-ledger verify"),
          ),
        ]),
  ];
}

/** One line about a standing, after something was recorded. */
export function standingLine(view: StatusView, words: Words): Block {
  const { t } = words;
  const streak =
    view.streak_block > 0
      ? counted(words, view.streak_block, "{0} block", "{0} blocks")
      : counted(words, view.streak_pass, "{0} pass", "{0} passes");
  const figures = [
    t("{0} coins", coinText(view.coins)),
    t("streak {0}", streak),
    counted(words, view.runs, "{0} run", "{0} runs"),
    t("last verdict"),
  ];
  return paragraph([strong(view.agent), `: ${figures.join(", ")} `, verdictText(view.last_verdict, words)]);
}

function topViolation({ top_violations: [top] }: StatusView, { number }: Words): Text {
  return top === undefined ? "-" : `${top.rule} (${number(top.count)})`;
}

/** A table of agents, most coins first. */
export function agentsDocument(
  views: readonly StatusView[],
  words: Words,
  _input?: unknown,
  explicitInput: Readonly<Record<string, unknown>> = {},
): Document {
  const { t, number } = words;
  if (views.length === 0) {
    const nothing = group(paragraph(t("No agents to show.")), recordRunAction(words));
    return [noMatch(explicitInput, "reward-ledger agents", words) ?? nothing];
  }
  const when = (iso: string | null): string => (iso === null ? "-" : words.interactive ? words.ago(iso) : words.time(iso));
  return [
    table<StatusView>(
      [
        { head: t("Agent"), shrink: 12, cell: ({ agent }) => strong(agent) },
        { head: t("Coins"), align: "right", cell: (view) => coinText(view.coins) },
        { head: t("Streak"), align: "right", cell: (view) => streakText(view.streak_pass, view.streak_block, words) },
        { head: t("Best"), align: "right", drop: 3, cell: (view) => number(view.best_streak_pass) },
        { head: t("Runs"), align: "right", drop: 1, cell: ({ runs }) => number(runs) },
        { head: t("Last verdict"), cell: (view) => shortVerdict(view.last_verdict, words) },
        { head: t("Last run"), drop: 2, cell: (view) => when(view.last_run_at) },
        { head: t("Top violation"), shrink: 12, drop: 4, cell: (view) => topViolation(view, words) },
      ],
      views,
    ),
  ];
}
