import * as vscode from "vscode";
import type { RunDetailView } from "../../features/reviews/operations/views.ts";
import { commandId } from "../commands/ids.ts";
import { severityThemeIcon, verdictThemeIcon } from "../format/icons.ts";
import type { TimeStyle } from "../format/time-text.ts";
import { createTree, moreRow, type Row, type Tree } from "../tree-view.ts";
import { dayNodes, fileNodes, findingNodes, findingTooltip, nodeId, type RunNode, rowText, runTooltip } from "./nodes.ts";
import { type LoadRuns, loadPage, noFilter, pageSize, type RunFilter } from "./pages.ts";

export type RunsTreeOptions = Readonly<{
  load: LoadRuns;
  loadDetail(factId: string): Promise<RunDetailView>;
  style(): TimeStyle;
  /** Called with an error that occurs while the view is filled; the view then shows its failure content. */
  failed(error: unknown): void;
  filtered(filter: RunFilter): void;
}>;

/** The Runs view: runs newest first by day, their findings by file. */
export type RunsTree = Pick<Tree<RunNode>, "refresh" | "dispose"> &
  Readonly<{ filter(filter: RunFilter): void; loadMore(): void }>;

/** Creates the view. */
export function createRunsTree({ load, loadDetail, style, failed, filtered }: RunsTreeOptions): RunsTree {
  const { t } = vscode.l10n;
  const state: { filter: RunFilter; limit: number } = { filter: noFilter, limit: pageSize };
  const { view, refresh, dispose } = createTree<RunNode>({
    id: "rewardLedger.runs",
    failed,
    roots: async () => {
      const { runs, hasMore } = await loadPage(load, state.filter, state.limit);
      return dayNodes(runs, hasMore, style().zone);
    },
    children: async (node) => {
      switch (node.kind) {
        case "day":
          return node.runs.map((run) => ({ kind: "run", run }));
        case "run":
          return fileNodes(await loadDetail(node.run.fact_id));
        case "file":
          return findingNodes(node);
        case "finding":
        case "more":
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
    filter: (filter) => {
      state.filter = filter;
      state.limit = pageSize;
      view.description = [
        ...(filter.agent === null ? [] : [filter.agent]),
        ...(filter.rule === null ? [] : [t("rule {0}", filter.rule)]),
      ].join(" · ");
      filtered(filter);
      refresh();
    },
    loadMore: () => {
      state.limit += pageSize;
      refresh();
    },
  };
}

function rowOf(node: RunNode, style: TimeStyle): Row {
  const { t } = vscode.l10n;
  const base = { id: nodeId(node), context: node.kind, ...rowText(node, style, t) };
  switch (node.kind) {
    case "day":
      return { ...base, open: "expanded", icon: new vscode.ThemeIcon("calendar") };
    case "run":
      return {
        ...base,
        ...(node.run.findings === 0 ? {} : { open: "collapsed" }),
        icon: verdictThemeIcon(node.run.verdict),
        tooltip: new vscode.MarkdownString(runTooltip(node.run, style, t)),
      };
    case "file":
      return {
        ...base,
        open: "expanded",
        icon: vscode.ThemeIcon.File,
        tooltip: node.file,
        // The file icon theme matches by name; the extension's own scheme prevents the decorations of the real file.
        resource: vscode.Uri.from({ scheme: "reward-ledger", path: `/${node.file}` }),
      };
    case "finding":
      return {
        ...base,
        icon: severityThemeIcon(node.finding.severity),
        tooltip: new vscode.MarkdownString(findingTooltip(node.finding, t)),
        command: { command: commandId("openFinding"), title: t("Open Finding"), arguments: [node] },
      };
    case "more":
      return moreRow(base, "loadMoreRuns");
    default:
      return node satisfies never;
  }
}
