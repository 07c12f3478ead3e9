import type * as vscode from "vscode";
import type { Extension } from "./compose.ts";

/**
 * The entry point that VS Code loads: `activate` builds the extension, `deactivate` closes it. Modules that parse (zod and the
 * schemas) are imported when they are needed, here and elsewhere, because building the schemas takes longer than the rest of the
 * startup.
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
