import * as vscode from "vscode";
import type { SyncStatusView } from "../../ports/sync.ts";
import { commandId } from "../commands/ids.ts";
import { verdictThemeIcon } from "../format/icons.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Standings } from "../summary/agent-statuses.ts";
import { createTree, type Tree } from "../tree-view.ts";
import { type StatusNode, statusNodes } from "./nodes.ts";

/** What the Status view shows. */
export type StatusTreeState = Readonly<{
  standings: Standings;
  style: TimeStyle;
  description: string;
  sync: SyncStatusView | undefined;
}>;

/**
 * The Status view: every agent with coins, streak, last verdict and most broken rules. Its agents come only from `summary.json`.
 */
export type StatusTree = Pick<Tree<StatusNode>, "refresh" | "dispose">;

/** Creates the view. `state` is called whenever the view draws its roots. */
export function createStatusTree(state: () => StatusTreeState, failed: (error: unknown) => void): StatusTree {
  const tree = createTree<StatusNode>({
    id: "rewardLedger.status",
    failed,
    roots: () => {
      const { standings, style, description, sync } = state();
      tree.view.description = description;
      return statusNodes(standings, style, vscode.l10n.t, sync);
    },
    children: (node) => node.children ?? [],
    row: (node) => ({
      id: node.id,
      label: node.label,
      description: node.description,
      tooltip: node.tooltip,
      context: node.kind,
      icon: node.verdict === null ? new vscode.ThemeIcon(node.icon) : verdictThemeIcon(node.verdict),
      ...(node.children === undefined ? {} : { open: node.expanded ? "expanded" : "collapsed" }),
      command: commandOf(node),
    }),
  });
  return tree;
}

/** The command that a click on a row runs; agents and groups only expand and collapse. */
function commandOf(node: StatusNode): vscode.Command | undefined {
  const run = (name: Parameters<typeof commandId>[0]): vscode.Command => ({
    command: commandId(name),
    title: node.label,
    arguments: [node],
  });
  return {
    coins: run("showAgentTrends"),
    streak: run("showAgentTrends"),
    verdict: run("showAgentRuns"),
    runs: run("showAgentRuns"),
    rule: run("showRuleRuns"),
    sync: run("syncStatus"),
    reset: run("syncStatus"),
    proposal: run("syncNow"),
    agent: undefined,
    rules: undefined,
    clock: undefined,
  }[node.kind];
}
