import type { StatusView } from "../../features/reviews/operations/views.ts";
import { composedKey } from "../../kernel/composed-key.ts";
import type { SyncStatusView } from "../../ports/sync.ts";
import { coins, pointChange, runCount, streakText, verdictText } from "../format/figures.ts";
import { clockTexts, verdictIcon } from "../format/status-bar-text.ts";
import { syncIcon, syncProblems, syncText, teamResetTexts } from "../format/sync.ts";
import { fullTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";
import type { Standings } from "../summary/agent-statuses.ts";

/** One row of the Status view, independent of VS Code's types. */
export type StatusNode = Readonly<{
  /** Unique in the view and stable over refreshes, so that VS Code keeps what was expanded. */
  id: string;
  kind: "agent" | "coins" | "streak" | "verdict" | "runs" | "rules" | "rule" | "clock" | "sync" | "proposal" | "reset";
  label: string;
  description: string;
  tooltip: string;
  icon: string;
  /** The verdict that determines the icon's colour; only on a `verdict` row. */
  verdict: StatusView["last_verdict"] | null;
  agent: string;
  /** The broken rule; only on a `rule` row. */
  rule: string | null;
  /** Children; absent on a leaf. */
  children?: readonly StatusNode[];
  expanded: boolean;
}>;

/** Rows of the Status view: the displayed agent first and expanded, then the others, and sync if it is set up. */
export function statusNodes(
  { shown, others }: Standings,
  style: TimeStyle,
  t: Translate,
  sync?: SyncStatusView | undefined,
): readonly StatusNode[] {
  return [
    ...(shown === undefined ? [] : [agentNode(shown, true, style, t)]),
    ...others.map((one) => agentNode(one, false, style, t)),
    ...(sync === undefined ? [] : [syncNode(sync, style, t), ...resetNodes(sync, style, t)]),
  ];
}

function syncNode(sync: SyncStatusView, style: TimeStyle, t: Translate): StatusNode {
  const description = syncText(sync, style, t);
  const problems = syncProblems(sync);
  return {
    id: "sync",
    kind: sync.configured || sync.proposal === null ? "sync" : "proposal",
    label: t("Sync"),
    description,
    tooltip: problems === "" ? `${t("Team")} ${sync.team ?? ""}: ${description}` : problems,
    icon: syncIcon(sync),
    verdict: null,
    agent: "",
    rule: null,
    expanded: false,
  };
}

const resetNodes = (sync: SyncStatusView, style: TimeStyle, t: Translate): readonly StatusNode[] =>
  teamResetTexts(sync.resets, style, t).map((text, index) => ({
    id: composedKey("reset", String(index)),
    kind: "reset",
    label: t("Team Reset"),
    description: text,
    tooltip: text,
    icon: "discard",
    verdict: null,
    agent: "",
    rule: null,
    expanded: false,
  }));

function agentNode(standing: StatusView, shown: boolean, style: TimeStyle, t: Translate): StatusNode {
  const { agent } = standing;
  const streak = streakText(standing.streak_pass, standing.streak_block, t);
  const row = (
    kind: StatusNode["kind"],
    icon: string,
    label: string,
    description: string,
    tooltip: string = `${label}: ${description}`,
  ): StatusNode => ({
    id: composedKey(kind, agent),
    kind,
    label,
    description,
    tooltip,
    icon,
    verdict: null,
    agent,
    rule: null,
    expanded: false,
  });

  const children: StatusNode[] = [
    row("coins", "reward-ledger-coin", t("Coins"), coins(standing.coins)),
    row(
      "streak",
      standing.streak_block > 0 ? "error" : "flame",
      t("Streak"),
      [streak ?? t("none"), t("best {0}", standing.best_streak_pass)].join(" · "),
      t(
        "{0}. From the fifth pass in a row each pass earns 0.50 coins more; from the third fail in a row each fail costs 1.00.",
        streak ?? t("No streak"),
      ),
    ),
    {
      ...row("verdict", verdictIcon(standing.last_verdict), t("Last verdict"), lastVerdict(standing, style, t)),
      verdict: standing.last_verdict,
    },
    row("runs", "history", t("Runs"), String(standing.runs)),
    ...clockTexts(standing, style, t).map((text) => row("clock", "warning", t("Clock"), text, text)),
  ];
  if (standing.top_violations.length > 0) {
    children.push({
      ...row("rules", "law", t("Most broken rules"), ""),
      tooltip: t("Rules with the most findings"),
      expanded: true,
      children: standing.top_violations.map(({ rule, count }) => ({
        ...row(
          "rule",
          "circle-small-filled",
          rule,
          String(count),
          count === 1 ? t("{0}: 1 finding", rule) : t("{0}: {1} findings", rule, count),
        ),
        id: composedKey("rule", agent, rule),
        rule,
      })),
    });
  }
  return {
    id: composedKey("agent", agent),
    kind: "agent",
    label: agent,
    description: [coins(standing.coins), streak].filter((part) => part !== undefined).join(" · "),
    tooltip: [
      t("{0} has {1} coins from {2}", agent, coins(standing.coins), runCount(standing.runs, t)),
      ...(streak === undefined ? [] : [streak]),
    ].join(", "),
    icon: "account",
    verdict: null,
    agent,
    rule: null,
    children,
    expanded: shown,
  };
}

function lastVerdict(standing: StatusView, style: TimeStyle, t: Translate): string {
  const parts = [verdictText(standing.last_verdict, t)];
  if (standing.last_delta !== null) parts.push(pointChange(standing.last_delta, t));
  if (standing.last_run_at !== null) parts.push(fullTime(standing.last_run_at, style));
  return parts.join(" · ");
}
