import { effectName } from "../../features/rules/documents/effect.ts";
import { runsForEffect } from "../../features/rules/model/effect.ts";
import { targets } from "../../features/rules/model/targets.ts";
import type { EffectView, RulesOverviewView, TargetView } from "../../features/rules/operations/views.ts";
import { composedKey } from "../../kernel/composed-key.ts";
import { plain } from "../../render/markdown/escape.ts";
import { fullTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

type ListedRule = RulesOverviewView["rules"][number];

/** A row of the Rules view, independent of VS Code's types. A rule's row has the same `rule` field as rows of other views. */
export type RulesNode =
  | Readonly<{ kind: "rules"; view: RulesOverviewView }>
  | (Readonly<{ kind: "rule" }> & ListedRule)
  | Readonly<{ kind: "targets"; view: RulesOverviewView }>
  | Readonly<{ kind: "target"; target: TargetView }>
  /** `file` null: the problem is not in the rules file. */
  | Readonly<{ kind: "problem"; file: string | null; message: string }>;

/** The roots: the listed rules, and the files where agents read them. Empty if the project has no house rules. */
export function rootNodes(view: RulesOverviewView): readonly RulesNode[] {
  if (view.problem !== null) return [{ kind: "problem", file: view.file, message: view.problem }];
  if (view.version === null && view.targets.length === 0) return [];
  return [
    { kind: "rules", view },
    { kind: "targets", view },
  ];
}

/** The children of a row. Targets that have the rules come before those that do not. */
export function childrenOf(node: RulesNode): readonly RulesNode[] {
  switch (node.kind) {
    case "rules":
      return node.view.rules.map((rule) => ({ kind: "rule", ...rule }));
    case "targets": {
      const isMissing = ({ state }: TargetView): number => Number(state === "missing");
      return node.view.targets.toSorted((a, b) => isMissing(a) - isMissing(b)).map((target) => ({ kind: "target", target }));
    }
    case "rule":
    case "target":
    case "problem":
      return [];
    default:
      return node satisfies never;
  }
}

/** Unique in the view and stable over refreshes. */
export function nodeId(node: RulesNode): string {
  switch (node.kind) {
    case "rules":
    case "targets":
    case "problem":
      return composedKey(node.kind);
    case "rule":
      return composedKey(node.kind, node.rule);
    case "target":
      return composedKey(node.kind, node.target.target);
    default:
      return node satisfies never;
  }
}

/** The context value that menus match (`viewItem`); for a target it includes the state, if it affects the available actions. */
export function contextOf(node: RulesNode): string {
  if (node.kind !== "target") return node.kind === "rule" ? "rule taught" : node.kind;
  const { state } = node.target;
  return state === "missing" || state === "unreadable" || state === "linked" ? `target ${state}` : "target installed";
}

/** The effect of teaching a rule, or the reason why it is not known yet. */
function effectReason({ effect, before, after }: EffectView, t: Translate): string {
  if (effect !== "too_early") return effectName(effect, { t });
  return after.runs < runsForEffect
    ? t("too early, runs since: {0} of {1}", after.runs, runsForEffect)
    : t("too few runs before: {0} of {1}", before.runs, runsForEffect);
}

function stateName({ state }: TargetView, t: Translate): string {
  switch (state) {
    case "current":
    case "linked":
      return t("up to date");
    case "stale":
      return t("stale");
    case "edited":
      return t("edited by hand");
    case "unreadable":
      return t("not readable");
    case "missing":
      return t("not installed");
    default:
      return state satisfies never;
  }
}

const perRun = ({ hits, runs }: EffectView["before"]): string => (runs === 0 ? "-" : (hits / runs).toFixed(2));

/** The tooltip of a rule as Markdown: hits, when it was taught, and the rates before and since. */
function ruleTooltip({ rule, hits, effect }: ListedRule, style: TimeStyle, t: Translate): string {
  const lines = [`**${plain(rule)}**`, plain(t("Hits in the latest 20 runs: {0}", hits))];
  if (effect === null) return [...lines, plain(t("No recorded update has listed it."))].join("\n\n");
  const { before, after, since, ratio, ratio_low: low, ratio_high: high, p } = effect;
  const times = (value: number | null): string => (value === null ? "∞" : value.toFixed(2));
  return [
    ...lines,
    plain(t("Taught since {0}: {1}", fullTime(since, style), effectReason(effect, t))),
    plain(
      t(
        "Per run: {0} before ({1}/{2}), {3} since ({4}/{5})",
        perRun(before),
        before.hits,
        before.runs,
        perRun(after),
        after.hits,
        after.runs,
      ),
    ),
    ...(p === null ? [] : [plain(t("Ratio {0}, 95% interval {1} to {2}", times(ratio), times(low), times(high)))]),
  ].join("\n\n");
}

type RowText = Readonly<{ label: string; description: string; tooltip: string }>;

/** The texts of a row; the tooltip is Markdown. */
export function nodeText(node: RulesNode, style: TimeStyle, t: Translate): RowText {
  switch (node.kind) {
    case "rules": {
      const { file, version, rules } = node.view;
      const versionText = version === null ? "" : t("version {0}", version);
      return {
        label: t("Listed Rules"),
        description: [rules.length, versionText].filter(Boolean).join(" · "),
        tooltip: plain(file),
      };
    }
    case "rule": {
      const effect = node.effect === null ? [] : [effectReason(node.effect, t)];
      const hits = node.hits === 1 ? t("1 hit") : t("{0} hits", node.hits);
      return { label: node.rule, description: [hits, ...effect].join(" · "), tooltip: ruleTooltip(node, style, t) };
    }
    case "targets": {
      const installed = node.view.targets.filter(({ state }) => state !== "missing").length;
      return { label: t("Where Agents Read Them"), description: String(installed), tooltip: "" };
    }
    case "target": {
      const { target, file, about, problem } = node.target;
      // Copies have long, similar paths, so their description is shown; files with a block are known by name.
      const isBlock = targets.some(({ name, kind }) => name === target && kind === "block");
      const state = stateName(node.target, t);
      return {
        label: isBlock ? file : about,
        description: state,
        tooltip: [plain(file), plain(t("Read by: {0}", about)), plain(problem ?? state)].join("\n\n"),
      };
    }
    case "problem":
      return { label: node.file ?? t("House Rules"), description: node.message, tooltip: plain(node.message) };
    default:
      return node satisfies never;
  }
}
