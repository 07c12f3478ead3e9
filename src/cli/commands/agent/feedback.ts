import { feedbackAdd, feedbackList, feedbackMove, feedbackShow } from "../../../features/agent/operations/feedback.ts";
import { defineCommand } from "../../command.ts";

export const add = defineCommand(feedbackAdd, {
  examples: [
    { run: 'reward-ledger feedback add "Never force-push" --severity high --on src/git.ts:42', does: "say what is wrong" },
  ],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Recorded"),
});

export const list = defineCommand(feedbackList, {
  examples: [{ run: "reward-ledger feedback list --state pending --oldest-first", does: "what is to be triaged next" }],
  renderer: async () => {
    const [{ renderPage }, { feedbackColumns }] = await Promise.all([
      import("../../render/agent/rows.ts"),
      import("../../render/agent/columns.ts"),
    ]);
    return renderPage(feedbackColumns, "There is no feedback.");
  },
});

export const show = defineCommand(feedbackShow, {
  examples: [{ run: "reward-ledger feedback show 019b2f00-…", does: "with what became of it" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderRow,
});

export const move = defineCommand(feedbackMove, {
  examples: [
    { run: "reward-ledger feedback move 019b2f00-… triaged --fix-class prompt", does: "say what kind of fix it needs" },
    { run: "reward-ledger feedback move 019b2f00-… verified --regression-test-path test/push.test.ts", does: "a fix is proven" },
  ],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Moved"),
});
