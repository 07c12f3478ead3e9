import * as vscode from "vscode";
import { pick } from "../dialogs/pick.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Store } from "../store/client.ts";
import type { RowNode } from "./nodes.ts";
import { findRows } from "./rows.ts";
import { nodeText } from "./texts.ts";

export type ChooseOptions = Readonly<{
  store: Pick<Store, "call">;
  /** The project that the window is limited to; undefined: all. */
  scope(): Promise<string | undefined>;
  style(): TimeStyle;
}>;

/** Lets the user choose a row, or shows a message when there is none. @returns undefined when nothing was chosen */
export async function chooseRow(
  options: ChooseOptions,
  placeholder: string,
  kind: RowNode["kind"],
  states: readonly RowNode["row"]["state"][],
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const rows = await findRows(options.store, options.scope, kind, states);
  if (rows.length === 0) {
    const emptyMessages = {
      message: t("There is no message for this."),
      task: t("There is no task for this."),
      feedback: t("There is no feedback for this."),
    };
    void vscode.window.showInformationMessage(emptyMessages[kind]);
    return undefined;
  }
  const style = options.style();
  return pick(
    placeholder,
    rows.map((node) => {
      const { label, description } = nodeText(node, style, t);
      return { label, description, value: node.row.id };
    }),
  );
}
