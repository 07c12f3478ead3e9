import { memoryAdd, memoryList, memoryRecall, memorySupersede } from "../../../features/agent/operations/memory.ts";
import { defineCommand } from "../../command.ts";

export const add = defineCommand(memoryAdd, {
  examples: [
    { run: 'reward-ledger memory add flaky_tests \'{"test_fqn":"login","flake_rate":0.2}\'', does: "remember something" },
  ],
  renderer: async () => (await import("../../render/agent/rows.ts")).renderDone("Remembered"),
});

export const recall = defineCommand(memoryRecall, {
  examples: [{ run: "reward-ledger memory recall failure_patterns", does: "what is known of failures here" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderRecall,
});

export const supersede = defineCommand(memorySupersede, {
  examples: [
    { run: 'reward-ledger memory supersede 019b2f00-… \'{"preference":"small commits"}\'', does: "replace what was known" },
  ],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderSupersede,
});

export const list = defineCommand(memoryList, {
  examples: [{ run: "reward-ledger memory list em_preferences", does: "all of a topic" }],
  renderer: async () => {
    const [{ renderPage }, { memoryColumns }] = await Promise.all([
      import("../../render/agent/rows.ts"),
      import("../../render/agent/columns.ts"),
    ]);
    return renderPage(memoryColumns, "Nothing is remembered.");
  },
});
