import * as vscode from "vscode";
import type { StatusView } from "../../features/reviews/operations/views.ts";
import { agentChoice, pick } from "../dialogs/pick.ts";
import { runCount } from "../format/figures.ts";
import type { Store } from "../store/client.ts";
import type { Handler } from "./register.ts";

export type ResetCommandOptions = Readonly<{
  store: Store;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

type ResetCommands = Readonly<Record<"reset" | "undoReset", Handler>>;

const allAgents = Symbol("all agents");

/** Commands that reset coins and streaks to zero, and undo the reset. */
export function resetCommands({ store, failed }: ResetCommandOptions): ResetCommands {
  const { t } = vscode.l10n;
  const undo = async (agent?: string): Promise<void> => {
    const { restored_runs, agent: resetAgent } = await store.call("reset", { undo: true, agent });
    const runs = runCount(restored_runs, t);
    void vscode.window.showInformationMessage(
      resetAgent === null
        ? t("Reset undone: {0} of all agents count again.", runs)
        : t("Reset undone: {0} of {1} count again.", runs, resetAgent),
    );
  };
  const notifyReset = async (hidden: number, agent: string | undefined): Promise<void> => {
    const button = t("Undo");
    const runs = runCount(hidden, t);
    const message =
      agent === undefined
        ? t("Reset: {0} of all agents no longer count.", runs)
        : t("Reset: {0} of {1} no longer count.", runs, agent);
    if ((await vscode.window.showInformationMessage(message, button)) === button) await undo(agent);
  };
  return {
    reset: async () => {
      const agents = await store.call("agents", {});
      if (agents.length === 0) {
        void vscode.window.showInformationMessage(t("There is nothing to reset: no run counts at the moment."));
        return;
      }
      const chosen = await pick<string | typeof allAgents>(t("Reset whose coins and streaks?"), [
        {
          label: t("All Agents"),
          description: runCount(runsOf(agents), t),
          iconPath: new vscode.ThemeIcon("organization"),
          value: allAgents,
        },
        ...agents.map(agentChoice),
      ]);
      if (chosen === undefined) return;
      const agent = chosen === allAgents ? undefined : chosen;
      if (!(await confirmReset(agent, runsOf(agents.filter((one) => agent === undefined || one.agent === agent))))) return;
      const { hidden_runs } = await store.call("reset", { confirm: true, agent });
      // Not awaited: the command has finished, but the message with its button stays until the user closes it.
      notifyReset(hidden_runs, agent).catch(failed);
    },
    undoReset: () => undo(),
  };
}

const runsOf = (agents: readonly StatusView[]): number => agents.reduce((sum, { runs }) => sum + runs, 0);

/** Asks for confirmation in a modal dialog that states how many runs will be hidden. */
async function confirmReset(agent: string | undefined, runs: number): Promise<boolean> {
  const { t } = vscode.l10n;
  const button = t("Reset");
  const question = agent === undefined ? t("Reset all agents to zero?") : t("Reset {0} to zero?", agent);
  const detail = t(
    "{0} will be hidden and no longer count. Nothing is destroyed, and the reset can be undone.",
    runCount(runs, t),
  );
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}
