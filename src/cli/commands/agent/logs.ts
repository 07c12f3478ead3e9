import { learnAdd, learnList, selfEditAdd, selfEditList } from "../../../features/agent/operations/logs.ts";
import { defineCommand } from "../../command.ts";

export const learn = defineCommand(learnAdd, {
  examples: [
    {
      run: 'reward-ledger learn add "The human rejects broad catches" --task-id t_8f2 --to GAIA.md',
      does: "note an observation",
    },
  ],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Noted"),
});

export const learnings = defineCommand(learnList, {
  examples: [{ run: "reward-ledger learn list --to GAIA.md", does: "what may become a rule" }],
  renderer: async () => {
    const [{ renderPage }, { learningColumns }] = await Promise.all([
      import("../../render/agent/rows.ts"),
      import("../../render/agent/columns.ts"),
    ]);
    return renderPage(learningColumns, "Nothing was observed.");
  },
});

export const selfEdit = defineCommand(selfEditAdd, {
  examples: [
    {
      run: "reward-ledger self-edit add https://github.com/acme/agent/pull/7 --fix-class prompt --file GAIA.md --before-sha 1a2b --after-sha 3c4d --confidence 92 --em-review approved",
      does: "record a change",
    },
  ],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Recorded"),
});

export const selfEdits = defineCommand(selfEditList, {
  examples: [{ run: "reward-ledger self-edit list", does: "all of them, newest first" }],
  renderer: async () => {
    const [{ renderPage }, { selfEditColumns }] = await Promise.all([
      import("../../render/agent/rows.ts"),
      import("../../render/agent/columns.ts"),
    ]);
    return renderPage(selfEditColumns, "No self-edit is recorded.");
  },
});
