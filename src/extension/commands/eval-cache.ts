import * as vscode from "vscode";
import { invalidInput, notFound } from "../../kernel/errors.ts";
import { askText } from "../dialogs/ask-text.ts";
import { type Choice, pick } from "../dialogs/pick.ts";
import type { Store } from "../store/client.ts";
import type { Handler } from "./register.ts";

export type EvalCacheCommandOptions = Readonly<{ store: Store }>;

type EvalCacheCommands = Readonly<Record<"evalCacheRead" | "evalCacheWrite" | "evalCacheClear", Handler>>;

/** Commands on the cached model answers of evals. */
export function evalCacheCommands({ store }: EvalCacheCommandOptions): EvalCacheCommands {
  const { t } = vscode.l10n;
  const stats = async () => {
    const suites = await store.call("eval cache", { action: "stats" });
    return Array.isArray(suites) ? suites : [];
  };
  const suiteChoices = async (): Promise<readonly Choice<string>[]> =>
    (await stats()).map(({ suite, entries }) => ({
      label: suite,
      description: entries === 1 ? t("1 answer") : t("{0} answers", entries),
      iconPath: new vscode.ThemeIcon("archive"),
      value: suite,
    }));
  const askKey = (): Promise<string | undefined> => askText(t("Cached Answers"), t("Key of the answer, the whole SHA-256"));

  return {
    evalCacheRead: async () => {
      const suite = await pick(t("A cached answer of which suite?"), suiteChoices());
      const key = suite === undefined ? undefined : await askKey();
      if (suite === undefined || key === undefined) return;
      const cached = await store.call("eval cache", { action: "read", suite, key });
      if (!("hit" in cached)) return;
      if (!cached.hit) throw notFound(t("a cached answer {0} of {1}", key, suite), cached.reason);
      const content = `${JSON.stringify(cached.data, null, 2)}\n`;
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "json", content }));
    },
    evalCacheWrite: async () => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) throw invalidInput(t("the active editor"), [t("there is none; open the answer in JSON first")]);
      const { document, selection } = editor;
      const suite = await askText(t("Cached Answers"), t("Suite of the answer"));
      const key = suite === undefined ? undefined : await askKey();
      if (suite === undefined || key === undefined) return;
      const data = document.getText(selection.isEmpty ? undefined : selection);
      await store.call("eval cache", { action: "write", suite, key, data });
      vscode.window.setStatusBarMessage(t("The answer is cached."), 5_000);
    },
    evalCacheClear: async () => {
      const all: Choice<string | undefined> = {
        label: t("All Suites"),
        iconPath: new vscode.ThemeIcon("clear-all"),
        value: "",
      };
      const chosen = await pick(
        t("Forget the cached answers of which suite?"),
        suiteChoices().then((suites) => [all, ...suites]),
      );
      if (chosen === undefined) return;
      const suite = chosen === "" ? undefined : chosen;
      const clear = t("Clear");
      const answer = await vscode.window.showWarningMessage(
        suite === undefined ? t("Forget all cached answers?") : t("Forget the cached answers of {0}?", suite),
        { modal: true, detail: t("They are computed again when they are needed, which may cost money. Eval runs stay.") },
        clear,
      );
      if (answer !== clear) return;
      const view = await store.call("eval cache", { action: "clear", suite });
      if (!("cleared" in view)) return;
      void vscode.window.showInformationMessage(
        view.cleared === 1 ? t("1 cached answer forgotten.") : t("{0} cached answers forgotten.", view.cleared),
      );
    },
  };
}
