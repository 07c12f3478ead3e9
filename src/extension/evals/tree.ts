import * as vscode from "vscode";
import type { HealthState } from "../../features/evals/model/health.ts";
import { commandId } from "../commands/ids.ts";
import type { TimeStyle } from "../format/time-text.ts";
import { colouredIcon, createLimits, createTree, moreRow, type Row, type SourceOptions, type Tree } from "../tree-view.ts";
import {
  contextOf,
  type EvalList,
  type EvalNode,
  healthNodes,
  isExpanded,
  listKey,
  nodeId,
  type Outcome,
  outcomeOf,
} from "./nodes.ts";
import { type EvalSource, pageSize } from "./pages.ts";
import { nodeText } from "./texts.ts";

/** The Evals view: runs newest first with their failed tests, and tests by health. */
export type EvalsTree = Pick<Tree<EvalNode>, "refresh" | "dispose"> & Readonly<{ loadMore(of: EvalList): void }>;

/** Creates the view. */
export function createEvalsTree({ source, style, failed }: SourceOptions<EvalSource>): EvalsTree {
  const limits = createLimits(pageSize);
  const limitOf = (of: EvalList): number => limits.of(listKey(of));
  const listRows = (of: EvalList) => source.rows(of, limitOf(of));
  const { refresh, dispose } = createTree<EvalNode>({
    id: "rewardLedger.evals",
    failed,
    roots: source.roots,
    children: (node) => {
      switch (node.kind) {
        case "runs":
          return listRows({ list: "runs" });
        case "tests":
          return healthNodes(node.tests);
        case "run":
          return source.run(node, limitOf({ list: "failed", run: node.run.id }));
        case "health":
          return listRows({ list: "tests", health: node.health });
        case "failed":
        case "passed":
        case "test":
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
    loadMore: (of) => {
      limits.more(listKey(of));
      refresh();
    },
  };
}

function rowOf(node: EvalNode, style: TimeStyle): Row {
  const { t } = vscode.l10n;
  const { label, description, tooltip, spoken } = nodeText(node, style, t);
  const base = {
    id: nodeId(node),
    label,
    description,
    spoken,
    tooltip: new vscode.MarkdownString(tooltip),
    context: contextOf(node),
  };
  const show: vscode.Command = { command: commandId("evalOpenTest"), title: t("Show Trend"), arguments: [node] };
  switch (node.kind) {
    case "runs":
      return { ...base, open: "expanded", icon: new vscode.ThemeIcon("history") };
    case "tests":
      return { ...base, open: "expanded", icon: new vscode.ThemeIcon("beaker") };
    case "run":
      return { ...base, ...(node.run.total === 0 ? {} : { open: "collapsed" }), icon: outcomeIcon(outcomeOf(node.run)) };
    case "failed":
      return { ...base, command: show, icon: failIcon() };
    case "passed":
      return { ...base, icon: passIcon() };
    case "health":
      return { ...base, open: isExpanded(node.health) ? "expanded" : "collapsed", icon: healthIcon(node.health) };
    case "test":
      return { ...base, command: show, icon: node.trend.streak.type === "pass" ? passIcon() : failIcon() };
    case "more":
      return moreRow(base, "evalLoadMore", node);
    default:
      return node satisfies never;
  }
}

const passIcon = (): vscode.ThemeIcon => colouredIcon("pass", "testing.iconPassed");
const failIcon = (): vscode.ThemeIcon => colouredIcon("error", "testing.iconFailed");

/** Icon of a run's outcome, distinguished by shape as well as by the theme's colour. */
export function outcomeIcon(outcome: Outcome): vscode.ThemeIcon {
  return {
    passed: passIcon(),
    "some-failed": colouredIcon("warning", "list.warningForeground"),
    failed: failIcon(),
    empty: new vscode.ThemeIcon("circle-outline"),
  }[outcome];
}

/** Icon of a state of health, distinguished by shape as well as by the theme's colour. */
export function healthIcon(health: HealthState): vscode.ThemeIcon {
  return {
    broken: colouredIcon("circle-slash", "testing.iconFailed"),
    degrading: colouredIcon("arrow-down", "testing.iconFailed"),
    flaky: colouredIcon("pulse", "list.warningForeground"),
    recovering: colouredIcon("arrow-up", "testing.iconPassed"),
    "too-few": new vscode.ThemeIcon("question"),
    healthy: colouredIcon("pass-filled", "testing.iconPassed"),
  }[health];
}
