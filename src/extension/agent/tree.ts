import * as vscode from "vscode";
import { sessions } from "../../features/agent/model/sessions.ts";
import type { BudgetLevel } from "../../features/agent/model/spend-limits.ts";
import { commandId } from "../commands/ids.ts";
import type { TimeStyle } from "../format/time-text.ts";
import { colouredIcon, createLimits, createTree, moreRow, type Row, type SourceOptions, type Tree } from "../tree-view.ts";
import {
  type AgentNode,
  contextOf,
  type Group,
  groupKey,
  isExpanded,
  limitNodes,
  nodeId,
  type RowState,
  rootNodes,
  stateNodes,
} from "./nodes.ts";
import { type AgentSource, pageSize } from "./rows.ts";
import { nodeText } from "./texts.ts";

/** The Agent view: inbox, tasks and feedback by state, and today's spend. */
export type AgentTree = Pick<Tree<AgentNode>, "refresh" | "dispose"> &
  Readonly<{
    /** Shows the number of unanswered questions on the view's icon. */
    badge(unanswered: number): void;
    loadMore(group: Pick<Group, "section"> & Readonly<{ state: string }>): void;
  }>;

/** Creates the view. */
export function createAgentTree({ source, style, failed }: SourceOptions<AgentSource>): AgentTree {
  const { t } = vscode.l10n;
  const limits = createLimits(pageSize);
  const { view, refresh, dispose } = createTree<AgentNode>({
    id: "rewardLedger.agent",
    failed,
    roots: async () => {
      const [overview, stores] = await Promise.all([source.overview(), source.stores()]);
      return rootNodes(overview, stores);
    },
    children: (node) => {
      switch (node.kind) {
        case "section":
          return stateNodes(node);
        case "state":
          return source.rows(node.group, limits.of(groupKey(node.group)));
        case "budget":
          return limitNodes(node);
        case "store":
          return source.stored(node.store);
        case "stored":
        case "session":
        case "all":
        case "message":
        case "task":
        case "feedback":
        case "more":
        case "limit":
          return [];
        default:
          return node satisfies never;
      }
    },
    row: (node) => rowOf(node, style()),
  });
  return {
    refresh,
    dispose,
    badge: (unanswered) => {
      const tooltip = unanswered === 1 ? t("1 question waits for an answer") : t("{0} questions wait for an answer", unanswered);
      view.badge = unanswered === 0 ? undefined : { value: unanswered, tooltip };
    },
    loadMore: (group) => {
      limits.more(groupKey(group));
      refresh();
    },
  };
}

const sectionIcons = { inbox: "inbox", tasks: "checklist", feedback: "comment-discussion" } as const;

function rowOf(node: AgentNode, style: TimeStyle): Row {
  const { t } = vscode.l10n;
  const { label, description, tooltip } = nodeText(node, style, t);
  const base = { id: nodeId(node), label, description, tooltip: new vscode.MarkdownString(tooltip), context: contextOf(node) };
  const show: vscode.Command = { command: commandId("showAgentRow"), title: t("Show"), arguments: [node] };
  switch (node.kind) {
    case "section":
      return { ...base, open: "expanded", icon: new vscode.ThemeIcon(sectionIcons[node.section]) };
    case "state":
      return { ...base, open: isExpanded(node.group) ? "expanded" : "collapsed", icon: stateIcon(node.group.state) };
    case "message":
      return { ...base, command: show, icon: messageIcon(node.row.severity) };
    case "task":
      return { ...base, command: show, icon: stateIcon(node.row.state) };
    case "feedback":
      return { ...base, command: show, icon: feedbackIcon(node.row.severity) };
    case "more":
      return moreRow(base, "loadMoreAgentRows", node);
    case "budget":
      return { ...base, open: "collapsed", icon: levelIcon(node.budget.level) };
    case "limit":
      return { ...base, icon: levelIcon(node.budget[node.period].level) };
    case "store":
      return { ...base, open: "collapsed", icon: new vscode.ThemeIcon(node.store === sessions.name ? "history" : "table") };
    case "stored":
      return { ...base, command: show, icon: new vscode.ThemeIcon("circle-small") };
    case "session":
      return { ...base, command: show, icon: new vscode.ThemeIcon(node.session.ended_at === null ? "play-circle" : "history") };
    case "all":
      return moreRow(base, "showStore", node.store);
    default:
      return node satisfies never;
  }
}

const errorIcon = (): vscode.ThemeIcon => colouredIcon("error", "problemsErrorIcon.foreground");
const warningIcon = (): vscode.ThemeIcon => colouredIcon("warning", "problemsWarningIcon.foreground");

const messageIcon = (severity: Extract<AgentNode, { kind: "message" }>["row"]["severity"]): vscode.ThemeIcon =>
  ({
    info: new vscode.ThemeIcon("note"),
    question: colouredIcon("question", "list.warningForeground"),
    critical: errorIcon(),
  })[severity];

const feedbackIcon = (severity: Extract<AgentNode, { kind: "feedback" }>["row"]["severity"]): vscode.ThemeIcon =>
  ({
    low: new vscode.ThemeIcon("comment"),
    med: new vscode.ThemeIcon("comment"),
    high: warningIcon(),
    critical: errorIcon(),
  })[severity];

const levelIcon = (level: BudgetLevel): vscode.ThemeIcon =>
  ({ ok: new vscode.ThemeIcon("credit-card"), warning: warningIcon(), exhausted: errorIcon() })[level];

const stateIcons: Readonly<Record<RowState, string>> = {
  pending: "circle-large-outline",
  seen: "eye",
  answered: "reply",
  escalated: "arrow-up",
  closed: "archive",
  running: "play-circle",
  waiting: "watch",
  blocked: "circle-slash",
  paused: "debug-pause",
  done: "pass",
  abandoned: "trash",
  triaged: "tag",
  "in-fix": "tools",
  "fix-pr-open": "git-pull-request",
  verified: "verified",
  rejected: "close",
};

const stateIcon = (state: RowState): vscode.ThemeIcon =>
  state === "done" || state === "verified"
    ? colouredIcon(stateIcons[state], "testing.iconPassed")
    : new vscode.ThemeIcon(stateIcons[state]);
