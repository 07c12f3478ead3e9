import type { Document, Text, Words } from "../../../kernel/document.ts";
import * as doc from "../../../kernel/document.ts";
import { type CommandState, type KnownCommand, unapproved } from "../model/commands.ts";
import type { GateCommandsView } from "../operations/views.ts";

function stateText(state: CommandState, { t }: Words): Text {
  switch (state) {
    case "set":
      return doc.good(t("from your settings"));
    case "approved":
      return doc.good(t("approved"));
    case "changed":
      return doc.caution(t("changed since its approval"));
    case "new":
      return doc.caution(t("not approved"));
    default:
      return state satisfies never;
  }
}

export const commandsTable = (commands: readonly KnownCommand[], words: Words) =>
  doc.table<KnownCommand>(
    [
      { head: words.t("Pass"), cell: ({ pass }) => pass },
      { head: words.t("Command"), shrink: 16, cell: ({ command }) => command.join(" ") },
      { head: words.t("Runs"), shrink: 16, drop: 1, cell: ({ runs }) => doc.muted(runs ?? "") },
      { head: words.t("State"), cell: ({ state }) => stateText(state, words) },
    ],
    commands,
  );

/** The commands of a project, each with its approval state. */
export function gateCommandsDocument({ folder, commands, removed }: GateCommandsView, words: Words): Document {
  const { t } = words;
  return [
    doc.paragraph(
      doc.strong(removed ? t("Removed the approval for {0}.", folder) : t("Commands of the review gate in {0}", folder)),
    ),
    ...(commands.length === 0
      ? [doc.paragraph(t("No commands were found. Set gate.commands in settings.json of the ledger's home."))]
      : [commandsTable(commands, words)]),
    ...(unapproved(commands).length > 0 ? [doc.action(t("Let the gate run them"), "reward-ledger gate commands --approve")] : []),
  ];
}
