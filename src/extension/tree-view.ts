import * as vscode from "vscode";
import { type CommandName, commandId } from "./commands/ids.ts";
import { labelText } from "./format/label.ts";
import type { TimeStyle } from "./format/time-text.ts";
import { treeRows } from "./tree-rows.ts";

/** What a node of a tree looks like. */
export type Row = Readonly<{
  id: string;
  label: string;
  description: string;
  /** Markdown made by us, or a text. */
  tooltip?: string | vscode.MarkdownString | undefined;
  /** What a screen reader says; default label and description. */
  spoken?: string;
  /** What menus go by. */
  context: string;
  icon: vscode.ThemeIcon;
  /** Whether it has children, and whether they are shown at first. */
  open?: "expanded" | "collapsed";
  /** What a click does beside opening and closing. */
  command?: vscode.Command | undefined;
  /** Names a file whose icon is shown. */
  resource?: vscode.Uri;
}>;

export type TreeOptions<Node> = Readonly<{
  /** The view's id in the manifest. */
  id: string;
  roots(): readonly Node[] | Promise<readonly Node[]>;
  children(node: Node): readonly Node[] | Promise<readonly Node[]>;
  row(node: Node): Row;
  /** Told of what failed while the view was filled; the view then shows its failure content. */
  failed(error: unknown): void;
}>;

/** What a tree of rows is made of: where they come from, how times are written, and who is told of what failed. */
export type SourceOptions<Source> = Readonly<{ source: Source; style(): TimeStyle; failed(error: unknown): void }>;

/** A tree in the side bar. */
export type Tree<Node> = Readonly<{ view: vscode.TreeView<Node>; refresh(): void; dispose(): void }>;

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

/** A themed icon in one of the theme's colours. */
export const coloured = (icon: string, color: string): vscode.ThemeIcon =>
  new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));

/** A row that shows more of its list. */
export const moreRow = (row: Omit<Row, "icon">, command: CommandName, ...given: readonly unknown[]): Row => ({
  ...row,
  command: { command: commandId(command), title: row.label, arguments: [...given] },
  icon: new vscode.ThemeIcon("ellipsis"),
});

function itemOf(row: Row): vscode.TreeItem {
  const { label, description } = row;
  const item = new vscode.TreeItem(
    labelText(label),
    row.open === undefined ? None : row.open === "expanded" ? Expanded : Collapsed,
  );
  item.id = row.id;
  item.description = labelText(description);
  item.tooltip = row.tooltip;
  item.contextValue = row.context;
  item.iconPath = row.icon;
  item.accessibilityInformation = {
    label: labelText(row.spoken ?? (description === "" ? label : `${label}, ${description}`)),
  };
  if (row.command !== undefined) item.command = row.command;
  if (row.resource !== undefined) item.resourceUri = row.resource;
  return item;
}

/** All of a row as text. Markdown of VS Code has no fields that JSON shows. */
const textOf = ({ tooltip, ...row }: Row): string =>
  JSON.stringify([row, tooltip instanceof vscode.MarkdownString ? tooltip.value : tooltip]);

/** Makes a tree. It asks for nodes only when it is drawn. */
export function createTree<Node>({ id, roots, children, row, failed }: TreeOptions<Node>): Tree<Node> {
  const changed = new vscode.EventEmitter<undefined>();
  const rows = treeRows<Node>({
    childrenOf: (node) => (node === undefined ? roots() : children(node)),
    idOf: (node) => row(node).id,
    textOf: (node) => textOf(row(node)),
    isVisible: (): boolean => view.visible,
    redraw: () => changed.fire(undefined),
  });
  const view: vscode.TreeView<Node> = vscode.window.createTreeView<Node>(id, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (node) => {
        try {
          return [...(await rows.children(node))];
        } catch (error) {
          failed(error);
          return [];
        }
      },
      getTreeItem: (node) => itemOf(row(node)),
    },
  });
  return {
    view,
    refresh: rows.refresh,
    dispose: () => {
      view.dispose();
      changed.dispose();
    },
  };
}

/** How many rows of each list are shown, where it is more than a page. */
export function createLimits(pageSize: number): Readonly<{ of(key: string): number; more(key: string): void }> {
  const limits = new Map<string, number>();
  const of = (key: string): number => limits.get(key) ?? pageSize;
  return { of, more: (key) => void limits.set(key, of(key) + pageSize) };
}
