import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { commandId } from "../commands/ids.ts";
import type { TimeStyle } from "../format/time-text.ts";
import { readSettings } from "../settings.ts";
import type { Store } from "../store/client.ts";
import { hoverCommands, hoverText } from "./hover-text.ts";
import type { OpenFile, OpenFiles } from "./open-files.ts";

/** Maximum number of findings shown for one line. */
const maxFindings = 5;

/** Whether a file has changed since the run, judged by unsaved edits and its modification time. */
async function isChanged({ uri, run }: OpenFile, document: vscode.TextDocument): Promise<boolean> {
  if (document.isDirty) return true;
  const stats = await stat(uri.fsPath).catch(() => undefined);
  return stats === undefined || stats.mtimeMs > Date.parse(run.created_at);
}

/** Shows a hover on findings with how often their rule is broken, from the ledger's data. */
export const createFindingHover = (files: OpenFiles, store: Pick<Store, "call">, style: () => TimeStyle): vscode.Disposable =>
  vscode.languages.registerHoverProvider(
    { scheme: "file" },
    {
      provideHover: async (document, position) => {
        const file = files.get(document.uri);
        const lineFindings = (file?.findings ?? []).filter(({ line }) => line === position.line).slice(0, maxFindings);
        if (file === undefined || lineFindings.length === 0) return undefined;
        const period = readSettings()["trends.defaultPeriod"];
        const changed = await isChanged(file, document);
        const texts = lineFindings.map(async ({ finding, line }) => {
          const trend = await store.call("rule trend", { rule: finding.rule, project: file.run.project ?? undefined, period });
          const placed = { ...finding, line: line + 1 };
          const text = hoverText(placed, file.run, trend, { period, isChanged: changed }, style(), vscode.l10n.t);
          const markdown = new vscode.MarkdownString(text);
          markdown.isTrusted = { enabledCommands: hoverCommands.map(commandId) };
          return markdown;
        });
        return new vscode.Hover(await Promise.all(texts), document.lineAt(position.line).range);
      },
    },
  );
