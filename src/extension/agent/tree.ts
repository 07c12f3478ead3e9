import * as vscode from "vscode";
import type { BudgetLevel } from "../../features/agent/model/budget.ts";
import { commandId } from "../commands/ids.ts";
import { labelText } from "../format/label.ts";
import type { TimeStyle } from "../format/time-text.ts";
import {
  type AgentNode,
  ceilingNodes,
  contextOf,
  type Group,
  groupKey,
  isOpen,
  nodeId,
  type RowState,
  rootNodes,
  stateNodes,
} from "./nodes.ts";
import { type AgentSource, pageSize } from "./rows.ts";
import { nodeText } from "./texts.ts";

export type AgentTreeOptions = Readonly<{
  source: AgentSource;
  style(): TimeStyle;
  /** Told of what failed while the view was filled; the view then shows its failure content. */
  failed(error: unknown): void;
}>;

/** The Agent view: inbox, tasks and feedback by state, and what was spent today. */
export type AgentTree = Readonly<{
  refresh(): void;
  /** Shows on the view's icon how many questions wait for an answer. */
  badge(unanswered: number): void;
  loadMore(group: Pick<Group, "section"> & Readonly<{ state: string }>): void;
  dispose(): void;
}>;

/** Makes the view. It asks for rows only when it is drawn. */
export function createAgentTree({ source, style, failed }: AgentTreeOptions): AgentTree {
  const { t } = vscode.l10n;
  /** How many rows of a group are shown, where it is more than a page. */
  const limits = new Map<string, number>();
  const changed = new vscode.EventEmitter<undefined>();

  const guarded = async (load: () => Promise<readonly AgentNode[]>): Promise<AgentNode[]> => {
    try {
      return [...(await load())];
    } catch (error) {
      failed(error);
      return [];
    }
  };
  const children = (node: AgentNode): AgentNode[] | Promise<AgentNode[]> => {
    switch (node.kind) {
      case "section":
        return [...stateNodes(node)];
      case "state":
        return guarded(() => source.rows(node.group, limits.get(groupKey(node.group)) ?? pageSize));
      case "budget":
        return [...ceilingNodes(node)];
      case "message":
      case "task":
      case "feedback":
      case "more":
      case "ceiling":
        return [];
      default:
        return node satisfies never;
    }
  };
  const view = vscode.window.createTreeView<AgentNode>("rewardLedger.agent", {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => (node === undefined ? guarded(async () => rootNodes(await source.overview())) : children(node)),
      getTreeItem: (node) => itemOf(node, style()),
    },
  });
  return {
    refresh: () => changed.fire(undefined),
    badge: (unanswered) => {
      const tooltip = unanswered === 1 ? t("1 question waits for an answer") : t("{0} questions wait for an answer", unanswered);
      view.badge = unanswered === 0 ? undefined : { value: unanswered, tooltip };
    },
    loadMore: (group) => {
      const key = groupKey(group);
      limits.set(key, (limits.get(key) ?? pageSize) + pageSize);
      changed.fire(undefined);
    },
    dispose: () => {
      view.dispose();
      changed.dispose();
    },
  };
}

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

function collapsible(node: AgentNode): vscode.TreeItemCollapsibleState {
  switch (node.kind) {
    case "section":
      return Expanded;
    case "state":
      return isOpen(node.group) ? Expanded : Collapsed;
    case "budget":
      return Collapsed;
    case "message":
    case "task":
    case "feedback":
    case "more":
    case "ceiling":
      return None;
    default:
      return node satisfies never;
  }
}

function itemOf(node: AgentNode, style: TimeStyle): vscode.TreeItem {
  const { t } = vscode.l10n;
  const { label, description, tooltip } = nodeText(node, style, t);
  const item = new vscode.TreeItem(labelText(label), collapsible(node));
  item.id = nodeId(node);
  item.description = labelText(description);
  item.tooltip = new vscode.MarkdownString(tooltip);
  item.contextValue = contextOf(node);
  item.iconPath = iconOf(node);
  item.accessibilityInformation = { label: labelText(description === "" ? label : `${label}, ${description}`) };
  switch (node.kind) {
    case "message":
    case "task":
    case "feedback":
      item.command = { command: commandId("showAgentRow"), title: t("Show"), arguments: [node] };
      return item;
    case "more":
      item.command = { command: commandId("loadMoreAgentRows"), title: label, arguments: [node] };
      return item;
    case "section":
    case "state":
    case "budget":
    case "ceiling":
      return item;
    default:
      return node satisfies never;
  }
}

const coloured = (icon: string, color: string): vscode.ThemeIcon => new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));

function iconOf(node: AgentNode): vscode.ThemeIcon {
  switch (node.kind) {
    case "section":
      return new vscode.ThemeIcon({ inbox: "inbox", tasks: "checklist", feedback: "comment-discussion" }[node.section]);
    case "state":
      return stateIcon(node.group.state);
    case "message":
      return {
        info: new vscode.ThemeIcon("note"),
        question: coloured("question", "list.warningForeground"),
        critical: coloured("error", "problemsErrorIcon.foreground"),
      }[node.row.severity];
    case "task":
      return stateIcon(node.row.state);
    case "feedback":
      return {
        low: new vscode.ThemeIcon("comment"),
        med: new vscode.ThemeIcon("comment"),
        high: coloured("warning", "problemsWarningIcon.foreground"),
        critical: coloured("error", "problemsErrorIcon.foreground"),
      }[node.row.severity];
    case "more":
      return new vscode.ThemeIcon("ellipsis");
    case "budget":
      return levelIcon(node.budget.level);
    case "ceiling":
      return levelIcon(node.budget[node.period].level);
    default:
      return node satisfies never;
  }
}

function levelIcon(level: BudgetLevel): vscode.ThemeIcon {
  return {
    ok: new vscode.ThemeIcon("credit-card"),
    warning: coloured("warning", "problemsWarningIcon.foreground"),
    exhausted: coloured("error", "problemsErrorIcon.foreground"),
  }[level];
}

function stateIcon(state: RowState): vscode.ThemeIcon {
  const icons: Readonly<Record<RowState, string>> = {
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
  return state === "done" || state === "verified"
    ? coloured(icons[state], "testing.iconPassed")
    : new vscode.ThemeIcon(icons[state]);
}
