import * as vscode from "vscode";
import type { StatusView } from "../../features/reviews/operations/views.ts";
import { coins, streakText } from "../format/figures.ts";
import { labelBesideIcons } from "../format/label.ts";

/** One choice of a quick pick and its value. */
export type Choice<T> = vscode.QuickPickItem & Readonly<{ value: T }>;

/** Makes a choice's texts safe to show, as they may come from a report. */
const sanitizeChoice = <T>(choice: Choice<T>): Choice<T> => ({
  ...choice,
  label: labelBesideIcons(choice.label),
  ...(choice.description === undefined ? {} : { description: labelBesideIcons(choice.description) }),
  ...(choice.detail === undefined ? {} : { detail: labelBesideIcons(choice.detail) }),
});

/** Lets the user choose; undefined when nothing was chosen. */
export async function pick<T>(
  placeholder: string,
  choices: readonly Choice<T>[] | Promise<readonly Choice<T>[]>,
): Promise<T | undefined> {
  const options = { placeHolder: placeholder, matchOnDescription: true, matchOnDetail: true };
  return (
    await vscode.window.showQuickPick<Choice<T>>(
      Promise.resolve(choices).then((list) => list.map(sanitizeChoice)),
      options,
    )
  )?.value;
}

/** A quick pick choice for an agent. */
export function agentChoice(standing: StatusView): Choice<string> {
  const { t } = vscode.l10n;
  return {
    label: standing.agent,
    description: [t("{0} coins", coins(standing.coins)), streakText(standing.streak_pass, standing.streak_block, t)]
      .filter((part) => part !== undefined)
      .join(" · "),
    iconPath: new vscode.ThemeIcon("account"),
    value: standing.agent,
  };
}

/** Asks for the agent under which runs are recorded: the default agent first, then the other known ones, or another name. */
export async function pickRecordingAgent(defaultName: string, known: readonly string[]): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const names = [defaultName, ...known.filter((name) => name !== defaultName)];
  const other = Symbol("other");
  const chosen = await pick<string | typeof other>(t("Which agent made the run?"), [
    ...names.map((name) => ({ label: name, description: name === defaultName ? t("default") : "", value: name })),
    { label: "", kind: vscode.QuickPickItemKind.Separator, value: other },
    { label: t("Another Agent…"), value: other },
  ]);
  if (chosen !== other) return chosen;
  return (
    await vscode.window.showInputBox({
      prompt: t("Name of the agent"),
      validateInput: (value) => (value.trim() === "" ? t("Enter a name.") : undefined),
    })
  )?.trim();
}
