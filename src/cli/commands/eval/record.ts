import { evalImport, evalPush } from "../../../features/evals/operations/push.ts";
import { defineCommand } from "../../command.ts";

export const push = defineCommand(evalPush, {
  examples: [
    { run: "reward-ledger eval push results.json", does: "record one run" },
    { run: "run-evals --json | reward-ledger eval push", does: "record what a tool just wrote" },
  ],
  renderer: async () => (await import("../../render/eval/record.ts")).renderPush,
  json: (views) => JSON.stringify(views.length === 1 ? views[0] : views),
});

export const importFolder = defineCommand(evalImport, {
  examples: [{ run: "reward-ledger eval import ~/.gstack-dev/evals", does: "record a whole history" }],
  renderer: async () => (await import("../../render/eval/record.ts")).renderImport,
});
