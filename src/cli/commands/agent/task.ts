import { taskAdd, taskClaim, taskHeartbeat, taskList, taskMove, taskShow } from "../../../features/agent/operations/tasks.ts";
import { defineCommand } from "../../command.ts";

export const add = defineCommand(taskAdd, {
  examples: [{ run: 'reward-ledger task add "Fix the flaky login test" --priority 70', does: "queue a task" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Queued"),
});

export const claim = defineCommand(taskClaim, {
  examples: [
    { run: "reward-ledger task claim --worker a1", does: "take the next task" },
    { run: "reward-ledger task claim --stale-minutes 30", does: "or one whose worker is gone" },
  ],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderClaim,
});

export const heartbeat = defineCommand(taskHeartbeat, {
  examples: [{ run: "reward-ledger task heartbeat 019b2f00-… --stage tests", does: "give a sign of life" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Noted"),
});

export const move = defineCommand(taskMove, {
  examples: [
    { run: "reward-ledger task move 019b2f00-… done", does: "finish a task" },
    { run: "reward-ledger task move 019b2f00-… waiting --stage ci", does: "wait for something" },
  ],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Moved"),
});

export const list = defineCommand(taskList, {
  examples: [{ run: "reward-ledger task list --state pending", does: "what is to be done, first things first" }],
  renderer: async () => {
    const [{ renderPage }, { taskColumns }] = await Promise.all([
      import("../../render/agent/rows.ts"),
      import("../../render/agent/columns.ts"),
    ]);
    return renderPage(taskColumns, "There are no tasks.");
  },
});

export const show = defineCommand(taskShow, {
  examples: [{ run: "reward-ledger task show 019b2f00-…", does: "one task" }],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderRow,
});
