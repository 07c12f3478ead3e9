import { action, caution, type Document, good, paragraph, strong, table, type Words } from "../../../kernel/document.ts";
import type { OnStopView } from "../operations/views.ts";

type CommandRow = OnStopView["commands"][number];

const stateText = ({ state }: CommandRow, { t }: Words) => {
  switch (state) {
    case "ready":
      return good(t("ready"));
    case "changed":
      return caution(t("changed since its approval"));
    case "missing":
      return caution(t("no such program"));
    default:
      return state satisfies never;
  }
};

/** The commands that review an agent's work when it stops, and the result of the latest review. */
export function onStopDocument({ folder, commands, removed, last }: OnStopView, words: Words): Document {
  const { t } = words;
  return [
    ...(removed === 0 ? [] : [paragraph(good(t("✓ Removed.")))]),
    paragraph(strong(t("Reviews when an agent stops in {0}", folder))),
    ...(commands.length === 0
      ? [
          paragraph(t("Off: no command is approved for this project.")),
          action(t("Approve one"), "reward-ledger on-stop -- npx eslint . -f json"),
        ]
      : [
          table<CommandRow>(
            [
              { head: t("Command"), shrink: 20, cell: ({ command }) => command.join(" ") },
              {
                head: t("Source"),
                cell: ({ from }) => (from === "settings" ? t("your settings") : t("approved for this project")),
              },
              { head: t("State"), cell: (one) => stateText(one, words) },
            ],
            commands,
          ),
        ]),
    ...(last === null ? [] : [paragraph(t("Latest review ({0}): {1}", words.time(last.at), last.detail))]),
  ];
}
