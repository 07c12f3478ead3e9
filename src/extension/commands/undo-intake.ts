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

const everyBatch = Symbol("every batch");

const isUndoable = ({ reviews, evals, taken_back }: IntakeBatchView): boolean => taken_back < reviews + evals;

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
  const undo = async (selection: Readonly<{ batch: string } | { all: true }>): Promise<void> => {
    const { recordings, coins } = await store.call("intake undo", selection);
    const button = t("Count Again");
    const message =
      recordings === 1
        ? t("One automatic recording no longer counts ({0} coins). Nothing was destroyed.", coinChange(coins))
        : t("{0} automatic recordings no longer count ({1} coins). Nothing was destroyed.", recordings, coinChange(coins));
    if ((await vscode.window.showInformationMessage(message, button)) === button) await redo();
  };
  const pickBatch = async (): Promise<string | typeof everyBatch | undefined> => {
    const batches = (await store.call("intake list", {})).filter(isUndoable);
    if (batches.length === 0) {
      void vscode.window.showInformationMessage(t("There is no automatic recording to undo."));
      return undefined;
    }
    const all: Choice<string | typeof everyBatch> = {
      label: t("All Automatic Recordings"),
      iconPath: new vscode.ThemeIcon("clear-all"),
      value: everyBatch,
    };
    return pick<string | typeof everyBatch>(t("Which recordings no longer count?"), [
      ...batches.map((one) => ({
        ...batchChoice(one, style(), t),
        iconPath: new vscode.ThemeIcon("history"),
        value: one.batch,
      })),
      ...(batches.length > 1 ? [all] : []),
    ]);
  };
  return {
    undoIntake: async (argument) => {
      const chosen = typeof argument === "string" ? argument : await pickBatch();
      if (chosen === undefined) return;
      // Not awaited: the command has finished, but the message with its button stays until the user closes it.
      undo(chosen === everyBatch ? { all: true } : { batch: chosen }).catch(failed);
    },
    redoIntake: redo,
  };
}
