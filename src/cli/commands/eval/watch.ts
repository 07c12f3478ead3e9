import { evalWatch } from "../../../features/evals/operations/watch.ts";
import { defineCommand } from "../../command.ts";

const everyMs = 1_000;

export const watch = defineCommand(evalWatch, {
  examples: [
    { run: "reward-ledger eval watch", does: "follow the running collector until it ends" },
    { run: "reward-ledger eval watch --json", does: "its state at this moment" },
  ],
  renderer: async () => (await import("../../render/eval/watch.ts")).renderWatch,
  repeat: { everyMs, while: ({ state }) => state === "running" },
});
