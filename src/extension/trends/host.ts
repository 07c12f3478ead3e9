import { basename } from "node:path";
import * as vscode from "vscode";
import { writeOutput } from "../../platform/disk/write-output.ts";
import type { PanelHost } from "../../protocol/trends-panel.ts";
import type { FindingPlace } from "../findings/open.ts";
import { firstDay, type TimeStyle } from "../format/time-text.ts";
import type { Store } from "../store/client.ts";
import { folderOf } from "../workspace/folders.ts";

type Options = Readonly<{
  store: Store;
  style(): TimeStyle;
  openFinding(place: FindingPlace): Promise<void>;
  /** Folder of the ledger. */
  home(): string;
}> &
  Pick<PanelHost, "connections" | "changeConnection">;

/** Answers the panel's requests from the store and with VS Code's clipboard, editors and dialogs. */
export function createPanelHost({ store, style, openFinding, home, connections, changeConnection }: Options): PanelHost {
  return {
    connections,
    changeConnection,
    call: (operation, input) => store.call(operation, input),
    firstDay: (days) => firstDay(days, style()),
    openFinding: async ({ fact_id, file, line }) => {
      await openFinding({ file, line, project: (await store.call("show", { fact_id })).run.project });
      return null;
    },
    copy: async (text) => {
      await vscode.env.clipboard.writeText(text);
      return null;
    },
    save: async ({ suggested_name: suggested, text }) => {
      const folder = folderOf();
      const name = basename(suggested);
      const target = await vscode.window.showSaveDialog(
        folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder), name) },
      );
      if (target === undefined) return { saved: false };
      if (target.scheme === "file") await writeOutput(target.fsPath, text, { home: home(), replace: true });
      else await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(text));
      return { saved: true };
    },
  };
}
