import * as vscode from "vscode";
import { countText } from "./hover-text.ts";
import type { OpenFiles } from "./open-files.ts";

/**
 * Marks files with findings of the newest run wherever VS Code lists files. Sets no colour, so that VS Code's problem colour
 * applies.
 */
export function createFindingBadges(files: OpenFiles): vscode.Disposable {
  const changeEmitter = new vscode.EventEmitter<vscode.Uri[]>();
  const provider = vscode.window.registerFileDecorationProvider({
    onDidChangeFileDecorations: changeEmitter.event,
    provideFileDecoration: (uri) => {
      const file = files.get(uri);
      if (file === undefined || !file.exists) return undefined;
      return new vscode.FileDecoration("⚑", countText(file.findings.length, file.run.agent, vscode.l10n.t));
    },
  });
  const subscription = files.onChange((some) => changeEmitter.fire(some.map(({ uri }) => uri)));
  return { dispose: () => vscode.Disposable.from(provider, subscription, changeEmitter).dispose() };
}
