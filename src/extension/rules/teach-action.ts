import * as vscode from "vscode";
import { isListable } from "../../features/rules/model/rules-file.ts";
import { commandId } from "../commands/ids.ts";
import { codeOf, ownSource } from "../findings/problems.ts";

/** Offers a quick fix that teaches the rule of a finding, in trusted workspaces only, because it writes files. */
export const createTeachAction = (): vscode.Disposable =>
  vscode.languages.registerCodeActionsProvider(
    { scheme: "file" },
    {
      provideCodeActions: ({ uri }, _range, { diagnostics }) => {
        if (!vscode.workspace.isTrusted) return [];
        const own = diagnostics.filter(({ source }) => source?.startsWith(ownSource) === true);
        const rules = new Set(own.flatMap((one) => codeOf(one) ?? []).filter(isListable));
        return [...rules].map((rule) => {
          const title = vscode.l10n.t("Teach This Rule ({0})", rule);
          const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
          action.diagnostics = own.filter((one) => codeOf(one) === rule);
          action.command = { command: commandId("teachRule"), title, arguments: [{ rule }, uri] };
          return action;
        });
      },
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
