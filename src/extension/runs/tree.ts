import * as vscode from "vscode";
import type { RunDetailView } from "../../features/reviews/operations/views.ts";
import { commandId } from "../commands/ids.ts";
import { severityThemeIcon, verdictThemeIcon } from "../format/icons.ts";
import { labelText } from "../format/label.ts";
import type { TimeStyle } from "../format/time-text.ts";
import { dayNodes, fileNodes, findingNodes, findingTooltip, nodeId, type RunNode, rowText, runTooltip } from "./nodes.ts";
import { type LoadRuns, loadPage, noFilter, pageSize, type RunFilter } from "./pages.ts";

export type RunsTreeOptions = Readonly<{
  load: LoadRuns;
  loadDetail(factId: string): Promise<RunDetailView>;
  style(): TimeStyle;
  /** Told of what failed while the view was filled; the view then shows its failure content. */
  failed(error: unknown): void;
  filtered(filter: RunFilter): void;
}>;

/** The Runs view: runs newest first by day, their findings by file. */
export type RunsTree = Readonly<{
  refresh(): void;
  filter(filter: RunFilter): void;
  loadMore(): void;
  dispose(): void;
}>;

/** Makes the view. It asks for runs only when it is drawn. */
export function createRunsTree(options: RunsTreeOptions): RunsTree {
  const { t } = vscode.l10n;
  const state: { filter: RunFilter; limit: number } = { filter: noFilter, limit: pageSize };
  const changed = new vscode.EventEmitter<undefined>();

  const roots = async (): Promise<RunNode[]> => {
    try {
      const { runs, hasMore } = await loadPage(options.load, state.filter, state.limit);
      return [...dayNodes(runs, hasMore, options.style().zone)];
    } catch (error) {
      options.failed(error);
      return [];
    }
  };
  const children = async (node: RunNode): Promise<RunNode[]> => {
    switch (node.kind) {
      case "day":
        return node.runs.map((run) => ({ kind: "run", run }));
      case "run":
        return [...fileNodes(await options.loadDetail(node.run.fact_id))];
      case "file":
        return [...findingNodes(node)];
      case "finding":
      case "more":
        return [];
      default:
        return node satisfies never;
    }
  };
  const view = vscode.window.createTreeView<RunNode>("rewardLedger.runs", {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => (node === undefined ? roots() : children(node)),
      getTreeItem: (node) => itemOf(node, options.style()),
    },
  });
  const refresh = (): void => changed.fire(undefined);

  return {
    refresh,
    filter: (filter) => {
      state.filter = filter;
      state.limit = pageSize;
      view.description = [
        ...(filter.agent === null ? [] : [filter.agent]),
        ...(filter.rule === null ? [] : [t("rule {0}", filter.rule)]),
      ].join(" · ");
      options.filtered(filter);
      refresh();
    },
    loadMore: () => {
      state.limit += pageSize;
      refresh();
    },
    dispose: () => {
      view.dispose();
      changed.dispose();
    },
  };
}

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

function stateOf(node: RunNode): vscode.TreeItemCollapsibleState {
  switch (node.kind) {
    case "day":
    case "file":
      return Expanded;
    case "run":
      return node.run.findings === 0 ? None : Collapsed;
    case "finding":
    case "more":
      return None;
    default:
      return node satisfies never;
  }
}

function itemOf(node: RunNode, style: TimeStyle): vscode.TreeItem {
  const { t } = vscode.l10n;
  const { label, description, spoken } = rowText(node, style, t);
  const item = new vscode.TreeItem(labelText(label), stateOf(node));
  item.id = nodeId(node);
  item.description = labelText(description);
  item.contextValue = node.kind;
  item.accessibilityInformation = { label: labelText(spoken) };
  switch (node.kind) {
    case "day":
      item.iconPath = new vscode.ThemeIcon("calendar");
      return item;
    case "run":
      item.iconPath = verdictThemeIcon(node.run.verdict);
      item.tooltip = new vscode.MarkdownString(runTooltip(node.run, style, t));
      return item;
    case "file":
      // The file icon theme goes by the name; a scheme of our own keeps the decorations of a real file away.
      item.resourceUri = vscode.Uri.from({ scheme: "reward-ledger", path: `/${node.file}` });
      item.iconPath = vscode.ThemeIcon.File;
      item.tooltip = node.file;
      return item;
    case "finding":
      item.iconPath = severityThemeIcon(node.finding.severity);
      item.tooltip = new vscode.MarkdownString(findingTooltip(node.finding, t));
      item.command = { command: commandId("openFinding"), title: t("Open Finding"), arguments: [node] };
      return item;
    case "more":
      item.iconPath = new vscode.ThemeIcon("ellipsis");
      item.command = { command: commandId("loadMoreRuns"), title: label };
      return item;
    default:
      return node satisfies never;
  }
}
