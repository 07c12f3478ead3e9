import * as vscode from "vscode";
import type { OperationInput } from "../../features/operations.ts";
import type { RunView, ViolationView } from "../../features/reviews/operations/views.ts";
import { agentChoice, type Choice, pick } from "../dialogs/pick.ts";
import { coinChange, findingCount, runCount, verdictText } from "../format/figures.ts";
import { verdictThemeIcon } from "../format/icons.ts";
import { firstDay, fullTime, type TimeStyle } from "../format/time-text.ts";
import type { RunFilter } from "../runs/pages.ts";
import type { Store } from "../store/client.ts";
import type { TrendsTarget } from "../trends/panel.ts";
import type { Handler } from "./register.ts";

export type BrowseCommandOptions = Readonly<{
  store: Store;
  /** The project that the window is limited to; undefined: all. */
  scope(): Promise<string | undefined>;
  style(): TimeStyle;
  openTrends(show: TrendsTarget): void;
  showRuns(filter: RunFilter): Promise<void>;
}>;

/** Maximum number of runs in the history's quick pick; the Runs view has them all. */
const maxRuns = 500;

type BrowseCommands = Readonly<Record<"status" | "agents" | "history" | "violations", Handler>>;

/** Commands that show a list and open what the user chooses in it. */
export function browseCommands({ store, scope, style, openTrends, showRuns }: BrowseCommandOptions): BrowseCommands {
  const { t } = vscode.l10n;
  return {
    status: async () => {
      await vscode.commands.executeCommand("rewardLedger.status.focus");
    },
    agents: async () => {
      const choices = scope().then(async (project) => (await store.call("agents", { project })).map(agentChoice));
      const agent = await pick(t("Agents, most coins first; choose one to see its trends"), choices);
      if (agent !== undefined) openTrends({ tab: "coins", filter: { agent } });
    },
    history: async () => {
      const choices = scope().then(async (project) => {
        const runs = await store.call("history", { project, limit: maxRuns });
        return runs.toReversed().map((run) => runChoice(run, style()));
      });
      const factId = await pick(t("Runs, newest first; choose one to see what it earned and why"), choices);
      if (factId !== undefined) openTrends({ tab: "coins", fact_id: factId });
    },
    violations: async () => {
      const range = await pick(t("Violations of which runs?"), ranges(style()));
      if (range === undefined) return;
      const choices = scope().then(async (project) =>
        (await store.call("violations", { project, ...range })).map((violation) => ruleChoice(violation)),
      );
      const rule = await pick(t("Broken rules, most findings first; choose one to see its runs"), choices);
      if (rule !== undefined) await showRuns({ agent: null, rule });
    },
  };
}

type Range = Pick<OperationInput<"violations">, "last" | "since">;

function ranges(style: TimeStyle): readonly Choice<Range>[] {
  const { t } = vscode.l10n;
  return [
    { label: t("All runs"), value: {} },
    { label: t("Last 10 runs"), value: { last: 10 } },
    { label: t("Last 50 runs"), value: { last: 50 } },
    { label: t("Last 7 days"), value: { since: firstDay(7, style) } },
    { label: t("Last 30 days"), value: { since: firstDay(30, style) } },
    { label: t("Last 90 days"), value: { since: firstDay(90, style) } },
  ];
}

function runChoice(run: RunView, style: TimeStyle): Choice<string> {
  const { t } = vscode.l10n;
  return {
    label: t("score {0}  {1}", run.score, coinChange(run.coin_delta)),
    description: `${run.agent} · ${fullTime(run.created_at, style)}`,
    detail: [verdictText(run.verdict, t), findingCount(run.findings, t), run.run_id].join(" · "),
    iconPath: verdictThemeIcon(run.verdict),
    value: run.fact_id,
  };
}

function ruleChoice({ rule, count, runs }: ViolationView): Choice<string> {
  const { t } = vscode.l10n;
  return {
    label: rule,
    description: t("{0} in {1}", findingCount(count, t), runCount(runs, t)),
    iconPath: new vscode.ThemeIcon("law"),
    value: rule,
  };
}
