import * as vscode from "vscode";
import type { EvalListView } from "../../features/evals/operations/views.ts";
import { outcomeOf } from "../evals/nodes.ts";
import { nodeText } from "../evals/texts.ts";
import { outcomeIcon } from "../evals/tree.ts";
import type { TimeStyle } from "../format/time-text.ts";
import { type Choice, pick } from "./pick.ts";

/** The choices offered for an eval run. */
export type EvalRunPickOptions = Readonly<{
  /** Newest first. */
  runs: Promise<readonly EvalListView[]>;
  style: TimeStyle;
  /** Whether the user may also choose a file. */
  files: boolean;
  /** Choices listed before the runs. */
  first: readonly Choice<string>[];
}>;

/** Maximum number of runs in a quick pick; the Evals view has them all. */
export const maxEvalRuns = 200;

/**
 * Asks for an eval run.
 * @returns a reference that the operations accept (id, keyword or path); undefined when the user backs out
 */
export async function pickEvalRun(
  placeholder: string,
  { runs, style, files, first }: EvalRunPickOptions,
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const fromFile = "\0file";
  const separator = (label: string): Choice<string> => ({ label, kind: vscode.QuickPickItemKind.Separator, value: "" });
  const file = { label: t("A File…"), iconPath: new vscode.ThemeIcon("file"), value: fromFile };
  const choices = runs.then((list): readonly Choice<string>[] => [
    ...first,
    ...(files ? [file] : []),
    ...(first.length > 0 || files ? [separator(t("Runs, newest first"))] : []),
    ...list.map((run) => runChoice(run, style)),
  ]);
  const chosen = await pick(placeholder, choices);
  return chosen === fromFile ? pickEvalFile(t("Choose")) : chosen;
}

function runChoice(run: EvalListView, style: TimeStyle): Choice<string> {
  const { label, description } = nodeText({ kind: "run", run }, style, vscode.l10n.t);
  return {
    label,
    description,
    detail: [run.label, run.version, run.project, run.id].filter((part) => part !== null && part !== "").join(" · "),
    iconPath: outcomeIcon(outcomeOf(run)),
    value: run.id,
  };
}

/** Asks for one eval file on disk. @returns its path */
export async function pickEvalFile(openLabel: string): Promise<string | undefined> {
  const [file] = await pickEvalFiles(openLabel, false);
  return file?.fsPath;
}

/** Asks for eval files. */
export async function pickEvalFiles(openLabel: string, several: boolean): Promise<readonly vscode.Uri[]> {
  const { t } = vscode.l10n;
  const files = await vscode.window.showOpenDialog({
    title: t("Eval Results"),
    openLabel,
    canSelectMany: several,
    filters: { [t("Eval results")]: ["json"], [t("All files")]: ["*"] },
  });
  return files ?? [];
}
