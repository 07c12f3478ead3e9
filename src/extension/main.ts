import type * as vscode from "vscode";
import type { Extension } from "./compose.ts";

/**
 * The extension as VS Code loads it: what `activate` builds, `deactivate` closes. Modules that parse (zod and the schemas) are
 * imported when they are needed, here and elsewhere, because making a schema costs more than all the rest of the start.
 */
function entry() {
  const running: { extension: Extension | undefined } = { extension: undefined };
  return {
    async activate(context: vscode.ExtensionContext): Promise<void> {
      const { compose } = await import("./compose.ts");
      running.extension = compose(context);
    },
    async deactivate(): Promise<void> {
      await running.extension?.close();
      running.extension = undefined;
    },
  };
}

export const { activate, deactivate } = entry();
