import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Effect } from "../../features/rules/model/effect.ts";
import { rulesPath } from "../../features/rules/model/rules-file.ts";
import { targets } from "../../features/rules/model/targets.ts";
import type { TargetState } from "../../features/rules/operations/views.ts";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import { coalesce } from "../coalesce.ts";
import { commandId } from "../commands/ids.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Store } from "../store/client.ts";
import { colouredIcon, createTree, type Row, type Tree } from "../tree-view.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { childrenOf, contextOf, nodeId, nodeText, type RulesNode, rootNodes } from "./nodes.ts";

export type RulesTreeOptions = Readonly<{
  store: Pick<Store, "call">;
  surroundingsOf: SurroundingsOf;
  style(): TimeStyle;
  log: Logger;
}>;

/** Coalescing window in ms: file changes within this time cause one redraw. */
const redrawDelayMs = 150;

const watchedFiles = [rulesPath, ...targets.map(({ file }) => file)];

/** The Rules view: the project's house rules with the effect of each, and where agents read them. */
export function createRulesTree({
  store,
  surroundingsOf,
  style,
  log,
}: RulesTreeOptions): Pick<Tree<RulesNode>, "refresh" | "dispose"> {
  /** The watched files are below the project's top folder, which may be above the workspace folder. */
  const watched: { top: string | null; watchers: vscode.Disposable } = { top: null, watchers: new vscode.Disposable(() => {}) };
  const watch = (top: string): void => {
    if (watched.top === top) return;
    watched.watchers.dispose();
    watched.top = top;
    watched.watchers = vscode.Disposable.from(
      ...watchedFiles.flatMap((file) => {
        const path = join(top, file);
        const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
        const watcher = vscode.workspace.createFileSystemWatcher(pattern);
        return [watcher, watcher.onDidChange(redraw.soon), watcher.onDidCreate(redraw.soon), watcher.onDidDelete(redraw.soon)];
      }),
    );
  };

  const loadRoots = async (): Promise<readonly RulesNode[]> => {
    const surroundings = surroundingsOf();
    if (surroundings.cwd === null) return [];
    try {
      const view = await store.call("rules overview", {}, { surroundings });
      watch(view.top);
      return rootNodes(view);
    } catch (error) {
      // Other views show an unreadable ledger themselves; an error that occurs only here must not affect them.
      const { message } = toErrorView(error);
      log.warn(`House rules: ${message}`);
      return [{ kind: "problem", file: null, message }];
    }
  };

  const tree = createTree<RulesNode>({
    id: "rewardLedger.rules",
    failed: (error) => log.error(toErrorView(error).message),
    roots: loadRoots,
    children: childrenOf,
    row: (node) => rowOf(node, style()),
  });
  const redraw = coalesce(redrawDelayMs, tree.refresh);
  return {
    refresh: tree.refresh,
    dispose: () => {
      watched.watchers.dispose();
      redraw.dispose();
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
      return {
        ...base,
        icon: colouredIcon("warning", "list.warningForeground"),
        command: node.file === null ? undefined : open(t("Open File")),
      };
    default:
      return node satisfies never;
  }
}

/** Icon of a rule's effect, distinguished by shape as well as by the theme's colour. */
function effectIcon(effect: Effect): vscode.ThemeIcon {
  switch (effect) {
    case "helped":
      return colouredIcon("arrow-down", "testing.iconPassed");
    case "worse":
      return colouredIcon("arrow-up", "testing.iconFailed");
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
      return colouredIcon("pass", "testing.iconPassed");
    case "stale":
      return colouredIcon("sync", "list.warningForeground");
    case "edited":
      return colouredIcon("edit", "list.warningForeground");
    case "unreadable":
      return colouredIcon("warning", "list.warningForeground");
    case "missing":
      return new vscode.ThemeIcon("circle-outline");
    default:
      return state satisfies never;
  }
}
