import type * as vscode from "vscode";
import { compose, type Extension } from "./compose.ts";

/** The extension as VS Code loads it: what `activate` builds, `deactivate` closes. */
function entry() {
  const running: { extension: Extension | undefined } = { extension: undefined };
  return {
    activate(context: vscode.ExtensionContext): void {
      running.extension = compose(context);
    },
    async deactivate(): Promise<void> {
      await running.extension?.close();
      running.extension = undefined;
    },
  };
}

export const { activate, deactivate } = entry();
