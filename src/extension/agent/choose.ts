import * as vscode from "vscode";
import { pick } from "../dialogue/pick.ts";
import type { TimeStyle } from "../format/times.ts";
import type { Store } from "../store/client.ts";
import type { RowNode } from "./nodes.ts";
import { nodeText } from "./texts.ts";

/** Rows that are offered at most. */
const offered = 200;

export type ChooseOptions = Readonly<{
  store: Pick<Store, "call">;
  /** The project that the window is limited to; undefined: all. */
  scope(): Promise<string | undefined>;
  style(): TimeStyle;
}>;

/** The newest rows of a kind that are in one of these states (empty: in any). */
async function rowsIn(
  { store, scope }: ChooseOptions,
  kind: RowNode["kind"],
  states: readonly RowNode["row"]["state"][],
): Promise<readonly RowNode[]> {
  const project = await scope();
  const wanted = ({ row }: RowNode): boolean => states.length === 0 || states.includes(row.state);
  const nodes = async (): Promise<readonly RowNode[]> => {
    const page = { project, limit: offered };
    switch (kind) {
      case "message":
        return (await store.call("inbox list", page)).rows.map((row) => ({ kind: "message", row }));
      case "task":
        return (await store.call("task list", page)).rows.map((row) => ({ kind: "task", row }));
      case "feedback":
        return (await store.call("feedback list", page)).rows.map((row) => ({ kind: "feedback", row }));
      default:
        return kind satisfies never;
    }
  };
  return (await nodes()).filter(wanted);
}

/** Lets the user choose among rows; says so when there is none. Undefined when nothing was chosen. */
export async function chooseRow(
  options: ChooseOptions,
  placeholder: string,
  kind: RowNode["kind"],
  states: readonly RowNode["row"]["state"][],
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const rows = await rowsIn(options, kind, states);
  if (rows.length === 0) {
    const none = {
      message: t("There is no message for this."),
      task: t("There is no task for this."),
      feedback: t("There is no feedback for this."),
    };
    void vscode.window.showInformationMessage(none[kind]);
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
