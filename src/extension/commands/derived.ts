import * as vscode from "vscode";
import { checkDocument } from "../../features/check/documents/check.ts";
import type { OperationInput, OperationName, OperationView } from "../../features/operations.ts";
import type { Document, Words } from "../../kernel/document.ts";
import { withPatience } from "../dialogs/with-progress.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type DerivedCommandOptions = Readonly<{ store: Store; documents: ReportDocuments; surroundingsOf: SurroundingsOf }>;

/** A choice of the user: one that is only made, or a number with what stands there at first. */
type Option<Key> = Readonly<{ key: Key; label: string; number?: Readonly<{ initial: number; prompt: string }> }>;

/** A command that is an operation: it asks for the options, runs, and shows the document of the answer. */
type Derived<Name extends OperationName> = Readonly<{
  operation: Name;
  title: string;
  options: readonly Option<keyof OperationInput<Name> & string>[];
  document(view: OperationView<Name>, words: Words): Document;
}>;

/** @returns the chosen values; undefined when the user backs out or chooses nothing */
async function askOptions(title: string, options: readonly Option<string>[]): Promise<Record<string, unknown> | undefined> {
  const picked = await vscode.window.showQuickPick(
    options.map((option) => ({ label: option.label, option })),
    { title, canPickMany: true },
  );
  if (picked === undefined || picked.length === 0) return undefined;
  const values: Record<string, unknown> = {};
  for (const { option } of picked) {
    if (option.number === undefined) {
      values[option.key] = true;
      continue;
    }
    const text = await vscode.window.showInputBox({
      title,
      prompt: option.number.prompt,
      value: String(option.number.initial),
      validateInput: (value) => (/^\d{1,4}$/.test(value.trim()) ? undefined : vscode.l10n.t("Enter a whole number.")),
    });
    if (text === undefined) return undefined;
    values[option.key] = Number(text.trim());
  }
  return values;
}

function handlerOf<Name extends OperationName>(
  { operation, title, options, document }: Derived<Name>,
  { store, documents, surroundingsOf }: DerivedCommandOptions,
  parse: (values: Record<string, unknown>) => OperationInput<Name>,
): Handler {
  return async () => {
    const values = await askOptions(title, options);
    if (values === undefined) return;
    const view = await withPatience(title, (signal) =>
      store.call(operation, parse(values), { signal, surroundings: surroundingsOf() }),
    );
    await documents.show(title, (words) => document(view, words));
  };
}

/** The commands that need nothing but their operation. A new one is an entry here. */
export function derivedCommands(options: DerivedCommandOptions): Readonly<Record<"check", Handler>> {
  const { t } = vscode.l10n;
  return {
    check: handlerOf(
      {
        operation: "check",
        title: t("Check Thresholds"),
        options: [
          { key: "min_score", label: t("Score of the latest run"), number: { initial: 80, prompt: t("Lowest score, 0 to 120") } },
          {
            key: "min_pass_rate",
            label: t("Share of runs that passed"),
            number: { initial: 80, prompt: t("Lowest share in percent") },
          },
          { key: "max_block_streak", label: t("Fails in a row"), number: { initial: 2, prompt: t("Most fails in a row") } },
          {
            key: "max_regressions",
            label: t("Tests that regressed"),
            number: { initial: 0, prompt: t("Most tests that may regress") },
          },
          { key: "budget", label: t("No limit of spending is reached") },
        ],
        document: checkDocument,
      },
      options,
      (values) => values,
    ),
  };
}
