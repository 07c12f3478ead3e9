import * as vscode from "vscode";
import type { HealthState } from "../../features/evals/model/health.ts";
import { commandId } from "../commands/ids.ts";
import { labelText } from "../format/label.ts";
import type { TimeStyle } from "../format/time-text.ts";
import {
  contextOf,
  type EvalList,
  type EvalNode,
  healthNodes,
  isOpen,
  listKey,
  nodeId,
  type Outcome,
  outcomeOf,
} from "./nodes.ts";
import { type EvalSource, pageSize } from "./pages.ts";
import { nodeText } from "./texts.ts";

export type EvalsTreeOptions = Readonly<{
  source: EvalSource;
  style(): TimeStyle;
  /** Told of what failed while the view was filled; the view then shows its failure content. */
  failed(error: unknown): void;
}>;

/** The Evals view: runs newest first with what failed in them, and tests by health. */
export type EvalsTree = Readonly<{
  refresh(): void;
  loadMore(of: EvalList): void;
  dispose(): void;
}>;

/** Makes the view. It asks for rows only when it is drawn. */
export function createEvalsTree({ source, style, failed }: EvalsTreeOptions): EvalsTree {
  /** How many rows of a list are shown, where it is more than a page. */
  const limits = new Map<string, number>();
  const changed = new vscode.EventEmitter<undefined>();
  const limitOf = (of: EvalList): number => limits.get(listKey(of)) ?? pageSize;

  const guarded = async (load: () => Promise<readonly EvalNode[]>): Promise<EvalNode[]> => {
    try {
      return [...(await load())];
    } catch (error) {
      failed(error);
      return [];
    }
  };
  const list = (of: EvalList): Promise<EvalNode[]> => guarded(() => source.rows(of, limitOf(of)));
  const children = (node: EvalNode): EvalNode[] | Promise<EvalNode[]> => {
    switch (node.kind) {
      case "runs":
        return list({ list: "runs" });
      case "tests":
        return [...healthNodes(node.tests)];
      case "run":
        return guarded(() => source.run(node, limitOf({ list: "failed", run: node.run.id })));
      case "health":
        return list({ list: "tests", health: node.health });
      case "failed":
      case "passed":
      case "test":
      case "more":
        return [];
      default:
        return node satisfies never;
    }
  };
  const view = vscode.window.createTreeView<EvalNode>("rewardLedger.evals", {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => (node === undefined ? guarded(source.roots) : children(node)),
      getTreeItem: (node) => itemOf(node, style()),
    },
  });
  return {
    refresh: () => changed.fire(undefined),
    loadMore: (of) => {
      limits.set(listKey(of), limitOf(of) + pageSize);
      changed.fire(undefined);
    },
    dispose: () => {
      view.dispose();
      changed.dispose();
    },
  };
}

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

function collapsible(node: EvalNode): vscode.TreeItemCollapsibleState {
  switch (node.kind) {
    case "runs":
    case "tests":
      return Expanded;
    case "run":
      return node.run.total === 0 ? None : Collapsed;
    case "health":
      return isOpen(node.health) ? Expanded : Collapsed;
    case "failed":
    case "passed":
    case "test":
    case "more":
      return None;
    default:
      return node satisfies never;
  }
}

function itemOf(node: EvalNode, style: TimeStyle): vscode.TreeItem {
  const { t } = vscode.l10n;
  const { label, description, tooltip, spoken } = nodeText(node, style, t);
  const item = new vscode.TreeItem(labelText(label), collapsible(node));
  item.id = nodeId(node);
  item.description = labelText(description);
  item.tooltip = new vscode.MarkdownString(tooltip);
  item.contextValue = contextOf(node);
  item.iconPath = iconOf(node);
  item.accessibilityInformation = { label: labelText(spoken) };
  switch (node.kind) {
    case "failed":
    case "test":
      item.command = { command: commandId("evalOpenTest"), title: t("Show Trend"), arguments: [node] };
      return item;
    case "more":
      item.command = { command: commandId("evalLoadMore"), title: label, arguments: [node] };
      return item;
    case "runs":
    case "run":
    case "passed":
    case "tests":
    case "health":
      return item;
    default:
      return node satisfies never;
  }
}

const coloured = (icon: string, color: string): vscode.ThemeIcon => new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
const passIcon = (): vscode.ThemeIcon => coloured("pass", "testing.iconPassed");
const failIcon = (): vscode.ThemeIcon => coloured("error", "testing.iconFailed");

function iconOf(node: EvalNode): vscode.ThemeIcon {
  switch (node.kind) {
    case "runs":
      return new vscode.ThemeIcon("history");
    case "tests":
      return new vscode.ThemeIcon("beaker");
    case "run":
      return outcomeIcon(outcomeOf(node.run));
    case "failed":
      return failIcon();
    case "passed":
      return passIcon();
    case "health":
      return healthIcon(node.health);
    case "test":
      return node.trend.streak.type === "pass" ? passIcon() : failIcon();
    case "more":
      return new vscode.ThemeIcon("ellipsis");
    default:
      return node satisfies never;
  }
}

/** How a run came out: the shape tells it, the theme's colour helps. */
export function outcomeIcon(outcome: Outcome): vscode.ThemeIcon {
  switch (outcome) {
    case "passed":
      return passIcon();
    case "some-failed":
      return coloured("warning", "list.warningForeground");
    case "failed":
      return failIcon();
    case "empty":
      return new vscode.ThemeIcon("circle-outline");
    default:
      return outcome satisfies never;
  }
}

/** How tests are doing: the shape tells it, the theme's colour helps. */
export function healthIcon(health: HealthState): vscode.ThemeIcon {
  switch (health) {
    case "broken":
      return coloured("circle-slash", "testing.iconFailed");
    case "degrading":
      return coloured("arrow-down", "testing.iconFailed");
    case "flaky":
      return coloured("pulse", "list.warningForeground");
    case "recovering":
      return coloured("arrow-up", "testing.iconPassed");
    case "too-few":
      return new vscode.ThemeIcon("question");
    case "healthy":
      return coloured("pass-filled", "testing.iconPassed");
    default:
      return health satisfies never;
  }
}
