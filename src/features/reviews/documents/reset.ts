import { action, counted, type Document, good, group, paragraph, type Words } from "../../../kernel/document.ts";
import type { ResetView } from "../operations/views.ts";

/** What a reset hides, or what its undo restored. */
export function resetDocument({ agent, undone, hidden_runs, restored_runs }: ResetView, words: Words): Document {
  const { t } = words;
  if (undone) {
    const restoredText =
      restored_runs === 0
        ? t("no run counts again: it hid none, or other resets hide them too")
        : counted(words, restored_runs, "{0} run counts again", "{0} runs count again");
    return [
      paragraph([
        good(t("Undone")),
        `: ${agent === null ? t("the reset of all agents is taken back") : t("the reset of {0} is taken back", agent)}, ${restoredText}`,
      ]),
    ];
  }
  const hiddenText = counted(words, hidden_runs, "{0} run is no longer counted", "{0} runs are no longer counted");
  return [
    group(
      paragraph([good(t("Reset")), ` ${agent ?? t("all agents")}: ${hiddenText}`]),
      action(t("Nothing was destroyed. Take it back"), "reward-ledger reset --undo"),
    ),
  ];
}
