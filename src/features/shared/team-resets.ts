import { action, type Block, counted, group, paragraph, type Words } from "../../kernel/document.ts";
import type { TeamResetView } from "../../ports/sync.ts";

type ResetWords = Pick<Words, "t" | "number" | "time">;

/** Describes who reset a team's totals, when, and what that hides. */
export function teamResetText({ agent, at, by, hidden_runs }: TeamResetView, words: ResetWords): string {
  const { t } = words;
  const who = by ?? t("A former member");
  const when = words.time(at);
  return [
    agent === null
      ? t("{0} reset the team's totals on {1}.", who, when)
      : t("{0} reset the team's totals of {1} on {2}.", who, agent, when),
    hidden_runs === null
      ? t("Sync to see which runs it hides.")
      : t("It hides {0}.", counted(words, hidden_runs, "{0} run", "{0} runs")),
  ].join(" ");
}

/** Returns the command line that undoes a reset of all agents, or of one. */
export const undoCommand = (reset: "reset" | "team reset", agent: string | null): string =>
  `reward-ledger ${reset} --undo${agent === null ? "" : ` --agent ${agent}`}`;

/** Shows a team's resets in force, each with how to undo it; empty if there are none. */
export const teamResetBlocks = (resets: readonly TeamResetView[], words: ResetWords): readonly Block[] =>
  resets.map((reset) =>
    group(paragraph(teamResetText(reset, words)), action(words.t("An owner undoes it"), undoCommand("team reset", reset.agent))),
  );
