import * as vscode from "vscode";
import type { Effect } from "../../features/rules/model/effect.ts";
import { rulesPath } from "../../features/rules/model/rules-file.ts";
import { targets } from "../../features/rules/model/targets.ts";
import type { TargetState } from "../../features/rules/operations/views.ts";
import { toErrorView } from "../../kernel/ledger-error.ts";
import { later } from "../coalesce.ts";
import { commandId } from "../commands/ids.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Store } from "../store/client.ts";
import { coloured, createTree, type Row, type Tree } from "../tree-view.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { childrenOf, contextOf, nodeId, nodeText, type RulesNode, rootNodes } from "./nodes.ts";

export type RulesTreeOptions = Readonly<{
  store: Pick<Store, "call">;
  surroundingsOf: SurroundingsOf;
  style(): TimeStyle;
  /** Told of what failed while the view was filled; the view then shows its failure content. */
  failed(error: unknown): void;
  /** Told when the view could be filled. */
  filled(): void;
}>;

/** Files that are written one after the other are drawn once, in ms. */
const drawWithin = 150;

/** The Rules view: the project's house rules with what came of each, and where agents read them. */
export function createRulesTree(options: RulesTreeOptions): Pick<Tree<RulesNode>, "refresh" | "dispose"> {
  const { store, surroundingsOf, style, failed, filled } = options;
  const read = async (): Promise<readonly RulesNode[]> => {
    const surroundings = surroundingsOf();
    if (surroundings.cwd === null) return [];
    try {
      const view = await store.call("rules overview", {}, { surroundings });
      filled();
      return rootNodes(view);
    } catch (error) {
      const { code, message } = toErrorView(error);
      // A damaged rules file is no fault of the ledger: the other views go on.
      if (code !== "invalid_input" && code !== "unreadable_file" && code !== "store_unwritable") throw error;
      return [{ kind: "problem", file: rulesPath, message }];
    }
  };
  const shown = { nodes: "" };
  const tree = createTree<RulesNode>({
    id: "rewardLedger.rules",
    failed,
    roots: async () => {
      const nodes = await read();
      shown.nodes = JSON.stringify(nodes);
      return nodes;
    },
    children: childrenOf,
    row: (node) => rowOf(node, style()),
  });
  // VS Code forgets the rows while it draws them again, and a menu that is open on one loses it: only what differs is drawn.
  const drawChanges = async (): Promise<void> => {
    if (JSON.stringify(await read()) !== shown.nodes) tree.refresh();
  };
  const changed = later(drawWithin, () => void drawChanges().catch(failed));
  const watcher = vscode.workspace.createFileSystemWatcher(`**/{${[rulesPath, ...targets.map(({ file }) => file)].join(",")}}`);
  const parts = [
    watcher,
    changed,
    watcher.onDidChange(changed.soon),
    watcher.onDidCreate(changed.soon),
    watcher.onDidDelete(changed.soon),
  ];
  return {
    refresh: tree.refresh,
    dispose: () => {
      vscode.Disposable.from(...parts).dispose();
      tree.dispose();
    },
  };
}

function rowOf(node: RulesNode, style: TimeStyle): Row {
  const { t } = vscode.l10n;
  const { label, description, tooltip } = nodeText(node, style, t);
  const base = { id: nodeId(node), label, description, tooltip: new vscode.MarkdownString(tooltip), context: contextOf(node) };
  const open = (title: string): vscode.Command => ({ command: commandId("openRules"), title, arguments: [node] });
  switch (node.kind) {
    case "rules":
      return { ...base, open: "expanded", icon: new vscode.ThemeIcon("law") };
    case "rule":
      return { ...base, icon: effectIcon(node.effect?.effect ?? "too_early") };
    case "targets":
      return { ...base, open: "expanded", icon: new vscode.ThemeIcon("book") };
    case "target":
      return {
        ...base,
        icon: stateIcon(node.target.state),
        command: node.target.state === "missing" ? undefined : open(t("Open File")),
      };
    case "problem":
      return { ...base, icon: coloured("warning", "list.warningForeground"), command: open(t("Open File")) };
    default:
      return node satisfies never;
  }
}

/** What came of a rule: the shape tells it, the theme's colour helps. */
function effectIcon(effect: Effect): vscode.ThemeIcon {
  switch (effect) {
    case "helped":
      return coloured("arrow-down", "testing.iconPassed");
    case "worse":
      return coloured("arrow-up", "testing.iconFailed");
    case "no_effect":
      return new vscode.ThemeIcon("dash");
    case "too_early":
      return new vscode.ThemeIcon("clock");
    default:
      return effect satisfies never;
  }
}

function stateIcon(state: TargetState): vscode.ThemeIcon {
  switch (state) {
    case "current":
    case "linked":
      return coloured("pass", "testing.iconPassed");
    case "stale":
      return coloured("sync", "list.warningForeground");
    case "edited":
      return coloured("edit", "list.warningForeground");
    case "unreadable":
      return coloured("warning", "list.warningForeground");
    case "missing":
      return new vscode.ThemeIcon("circle-outline");
    default:
      return state satisfies never;
  }
}
