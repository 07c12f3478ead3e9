import { history } from "../../features/reviews/operations/history.ts";
import { defineCommand, screenful } from "../command.ts";
import { noteOfResets } from "../reset-notes.ts";

export default defineCommand(history, {
  examples: [
    { run: "reward-ledger history --limit 20", does: "the newest twenty runs, oldest first" },
    { run: "reward-ledger history --agent codex --since 2026-03-01", does: "an agent's runs since a day" },
  ],
  forPeople: { limit: screenful },
  note: noteOfResets,
  renderer: async (_, { limit }) => {
    const { renderHistory, renderLatest } = await import("../render/history.ts");
    return limit === undefined ? renderLatest : renderHistory;
  },
});
