import * as vscode from "vscode";
import { findingsPrompt } from "../../features/reviews/documents/prompt.ts";
import { showDocument } from "../../features/reviews/documents/show.ts";
import type { RunDetailView, StatusView } from "../../features/reviews/operations/views.ts";
import { agentChoice, type Choice, pick } from "../dialogs/pick.ts";
import type { FindingPlace } from "../findings/open.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { ReportDocuments } from "../report/documents.ts";
import { noFilter, type RunFilter } from "../runs/pages.ts";
import { writeAgent, writeDiagnostics } from "../settings.ts";
import type { TrendsTarget } from "../trends/panel.ts";
import { agentArgument, findingArgument, findingDetailsArgument, ruleArgument, runArgument, tabArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type NavigateCommandOptions = Readonly<{
  extensionId: string;
  documents: ReportDocuments;
  /** Agents in the window's scope, the displayed one first. */
  agents(): readonly StatusView[];
  style(): TimeStyle;
  loadRun(factId: string): Promise<RunDetailView>;
  /** Opens the panel; `agent` is the initial agent filter if the panel is not open yet. */
  openTrends(show: TrendsTarget, agent?: string): void;
  openFinding(place: FindingPlace): Promise<void>;
  /** Filters the Runs view without opening it. */
  filterRuns(filter: RunFilter): void;
  /** Filters the Runs view and opens it. */
  showRuns(filter: RunFilter): Promise<void>;
  loadMoreRuns(): void;
  refresh(): Promise<void>;
  showOutput(): void;
}>;

type NavigateCommands = Readonly<
  Record<
    | "openTrends"
    | "selectAgent"
    | "refresh"
    | "openWalkthrough"
    | "openSettings"
    | "showOutput"
    | "filterRuns"
    | "clearRunFilter"
    | "loadMoreRuns"
    | "openRun"
    | "showRun"
    | "copyRunId"
    | "openFinding"
    | "showFindings"
    | "hideFindings"
    | "copyRule"
    | "copyPrompt"
    | "showRuleRuns"
    | "showAgentRuns"
    | "showAgentTrends",
    Handler
  >
>;

/** Navigation commands. Commands on rows do nothing when called without a row. */
export function navigateCommands(options: NavigateCommandOptions): NavigateCommands {
  const { t } = vscode.l10n;
  const execute = vscode.commands.executeCommand;
  const pickAgent = (placeholder: string, first: readonly Choice<string>[] = []): Promise<string | undefined> =>
    pick(placeholder, [...first, ...options.agents().map(agentChoice)]);
  return {
    openTrends: (from) => options.openTrends(tabArgument(from) ?? {}, agentArgument(from)),
    selectAgent: async () => {
      const newest = {
        label: t("Newest"),
        description: t("the agent of the latest run"),
        iconPath: new vscode.ThemeIcon("history"),
        value: "",
      };
      const agent = await pickAgent(t("Which agent should the status bar show?"), [newest]);
      if (agent !== undefined) await writeAgent(agent);
    },
    refresh: options.refresh,
    openWalkthrough: async () => {
      await execute("workbench.action.openWalkthrough", `${options.extensionId}#firstSteps`, false);
    },
    openSettings: async () => {
      await execute("workbench.action.openSettings", `@ext:${options.extensionId}`);
    },
    showOutput: options.showOutput,
    filterRuns: async () => {
      const agent = await pickAgent(t("Show the runs of which agent?"));
      if (agent !== undefined) await options.showRuns({ agent, rule: null });
    },
    clearRunFilter: () => options.filterRuns(noFilter),
    loadMoreRuns: options.loadMoreRuns,
    openRun: (row) => {
      const run = runArgument(row);
      if (run !== undefined) options.openTrends({ tab: "coins", fact_id: run.fact_id });
    },
    showRun: async (row) => {
      const run = runArgument(row);
      if (run === undefined) return;
      const view = await options.loadRun(run.fact_id);
      await options.documents.show(t("Run {0}", run.run_id), (words) => showDocument(view, words));
    },
    copyRunId: async (row) => {
      const run = runArgument(row);
      if (run !== undefined) await vscode.env.clipboard.writeText(run.run_id);
    },
    openFinding: async (row) => {
      const place = findingArgument(row);
      if (place !== undefined) await options.openFinding(place);
    },
    showFindings: () => writeDiagnostics(true),
    hideFindings: () => writeDiagnostics(false),
    copyRule: async (row) => {
      const rule = ruleArgument(row);
      if (rule !== undefined) await vscode.env.clipboard.writeText(rule);
    },
    copyPrompt: async (row) => {
      const finding = findingDetailsArgument(row);
      const run = runArgument(row);
      const findings = finding !== undefined ? [finding] : run === undefined ? [] : (await options.loadRun(run.fact_id)).findings;
      if (findings.length === 0) return;
      await vscode.env.clipboard.writeText(findingsPrompt(findings));
      vscode.window.setStatusBarMessage(
        findings.length === 1 ? t("Copied a prompt for 1 finding.") : t("Copied a prompt for {0} findings.", findings.length),
        5_000,
      );
    },
    showRuleRuns: async (row) => {
      const rule = ruleArgument(row);
      if (rule !== undefined) await options.showRuns({ agent: agentArgument(row) ?? null, rule });
    },
    showAgentRuns: async (row) => {
      const agent = agentArgument(row);
      if (agent !== undefined) await options.showRuns({ agent, rule: null });
    },
    showAgentTrends: (row) => {
      const agent = agentArgument(row);
      if (agent !== undefined) options.openTrends({ tab: "coins", filter: { agent } });
    },
  };
}
