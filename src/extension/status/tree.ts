import * as vscode from "vscode";
import type { SyncStatusView } from "../../ports/sync.ts";
import { commandId } from "../commands/ids.ts";
import { verdictThemeIcon } from "../format/icons.ts";
import { labelText } from "../format/label.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Standings } from "../summary/agent-statuses.ts";
import { type StatusNode, statusNodes } from "./nodes.ts";

/** What the Status view shows at the moment. */
export type StatusTreeState = Readonly<{
  standings: Standings;
  style: TimeStyle;
  description: string;
  sync: SyncStatusView | undefined;
}>;

/** The Status view: every agent with coins, streak, last verdict and most broken rules. Drawn from `summary.json` alone. */
export type StatusTree = Readonly<{ refresh(): void; dispose(): void }>;

/** Makes the view. `state` is asked whenever the view draws its roots. */
export function createStatusTree(state: () => StatusTreeState): StatusTree {
  const changed = new vscode.EventEmitter<undefined>();
  const view = vscode.window.createTreeView<StatusNode>("rewardLedger.status", {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => {
        if (node !== undefined) return [...(node.children ?? [])];
        const { standings, style, description, sync } = state();
        view.description = description;
        return [...statusNodes(standings, style, vscode.l10n.t, sync)];
      },
      getTreeItem: item,
    },
  });
  return {
    refresh: () => changed.fire(undefined),
    dispose: () => {
      view.dispose();
      changed.dispose();
    },
  };
}

function item(node: StatusNode): vscode.TreeItem {
  const collapsed = node.expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
  const tree = new vscode.TreeItem(
    labelText(node.label),
    node.children === undefined ? vscode.TreeItemCollapsibleState.None : collapsed,
  );
  tree.id = node.id;
  tree.description = labelText(node.description);
  tree.tooltip = node.tooltip;
  tree.contextValue = node.kind;
  tree.iconPath = node.verdict === null ? new vscode.ThemeIcon(node.icon) : verdictThemeIcon(node.verdict);
  tree.accessibilityInformation = { label: labelText([node.label, node.description].filter((part) => part !== "").join(", ")) };
  const command = commandOf(node);
  if (command !== undefined) tree.command = command;
  return tree;
}

/** What a click on a row does; agents and groups only open and close. */
function commandOf(node: StatusNode): vscode.Command | undefined {
  const run = (name: Parameters<typeof commandId>[0]): vscode.Command => ({
    command: commandId(name),
    title: node.label,
    arguments: [node],
  });
  switch (node.kind) {
    case "coins":
    case "streak":
      return run("showAgentTrends");
    case "verdict":
    case "runs":
      return run("showAgentRuns");
    case "rule":
      return run("showRuleRuns");
    case "sync":
    case "reset":
      return run("syncStatus");
    case "proposal":
      return run("syncNow");
    case "agent":
    case "rules":
    case "clock":
      return undefined;
    default:
      return node.kind satisfies never;
  }
}
