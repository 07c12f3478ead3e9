import * as vscode from "vscode";
import type { IntakeBatchView } from "../../features/intake/operations/views.ts";
import { type Choice, pick } from "../dialogs/pick.ts";
import { coinChange } from "../format/figures.ts";
import { batchChoice } from "../format/intake.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Store } from "../store/client.ts";
import type { Handler } from "./register.ts";

export type UndoIntakeCommandOptions = Readonly<{
  store: Store;
  style(): TimeStyle;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

const everything = Symbol("every batch");

const isOpen = ({ reviews, evals, taken_back }: IntakeBatchView): boolean => taken_back < reviews + evals;

/** Commands that undo automatic recordings, and make them count again. */
export function undoIntakeCommands({
  store,
  style,
  failed,
}: UndoIntakeCommandOptions): Readonly<Record<"undoIntake" | "redoIntake", Handler>> {
  const { t } = vscode.l10n;
  const redo = async (): Promise<void> => {
    const { recordings, coins } = await store.call("intake redo", {});
    void vscode.window.showInformationMessage(
      recordings === 1
        ? t("One automatic recording counts again ({0} coins).", coinChange(coins))
        : t("{0} automatic recordings count again ({1} coins).", recordings, coinChange(coins)),
    );
  };
  const undo = async (which: Readonly<{ batch: string } | { all: true }>): Promise<void> => {
    const { recordings, coins } = await store.call("intake undo", which);
    const button = t("Count Again");
    const message =
      recordings === 1
        ? t("One automatic recording no longer counts ({0} coins). Nothing was destroyed.", coinChange(coins))
        : t("{0} automatic recordings no longer count ({1} coins). Nothing was destroyed.", recordings, coinChange(coins));
    if ((await vscode.window.showInformationMessage(message, button)) === button) await redo();
  };
  const choose = async (): Promise<string | typeof everything | undefined> => {
    const batches = (await store.call("intake list", {})).filter(isOpen);
    if (batches.length === 0) {
      void vscode.window.showInformationMessage(t("There is no automatic recording to undo."));
      return undefined;
    }
    const all: Choice<string | typeof everything> = {
      label: t("All Automatic Recordings"),
      iconPath: new vscode.ThemeIcon("clear-all"),
      value: everything,
    };
    return pick<string | typeof everything>(t("Which recordings no longer count?"), [
      ...batches.map((one) => ({
        ...batchChoice(one, style(), t),
        iconPath: new vscode.ThemeIcon("history"),
        value: one.batch,
      })),
      ...(batches.length > 1 ? [all] : []),
    ]);
  };
  return {
    undoIntake: async (given) => {
      const chosen = typeof given === "string" ? given : await choose();
      if (chosen === undefined) return;
      // Not awaited: the command has finished, but the message with its button stays until the user closes it.
      undo(chosen === everything ? { all: true } : { batch: chosen }).catch(failed);
    },
    redoIntake: redo,
  };
}
