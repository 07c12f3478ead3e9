import { evalCompareOrNothing, evalCost, evalPin, evalShow } from "../../../features/evals/operations/show.ts";
import { defineCommand } from "../../command.ts";

export const show = defineCommand(evalShow, {
  examples: [
    { run: "reward-ledger eval show latest", does: "the newest run: tests and bill" },
    { run: "reward-ledger eval show 019b2f00", does: "one run, by the start of its id" },
  ],
  renderer: async () => (await import("../../render/eval/show.ts")).renderShow,
});

export const compare = defineCommand(evalCompareOrNothing, {
  examples: [
    { run: "reward-ledger eval compare", does: "the newest run with the baseline, else with the one before it" },
    { run: "reward-ledger eval compare before.json after.json", does: "two files" },
  ],
  renderer: async () => (await import("../../render/eval/compare.ts")).renderCompareAnswer,
});

export const baseline = defineCommand(evalPin, {
  examples: [
    { run: "reward-ledger eval baseline latest", does: "compare later runs of its tier with this one" },
    { run: "reward-ledger eval baseline latest --unpin", does: "no longer" },
  ],
  renderer: async () => (await import("../../render/eval/show.ts")).renderBaseline,
});

export const cost = defineCommand(evalCost, {
  examples: [
    { run: "reward-ledger eval cost latest", does: "the bill of the newest run" },
    { run: "reward-ledger eval cost --since 2026-11-01", does: "of all runs since a day" },
  ],
  renderer: async () => (await import("../../render/eval/cost.ts")).renderCost,
});
