import { evalCache, evalConvert } from "../../../features/evals/operations/files.ts";
import { defineCommand } from "../../command.ts";
import { confirmReplace } from "../../confirm-replace.ts";

export const convert = defineCommand(evalConvert, {
  examples: [
    { run: "reward-ledger eval convert old.json --to standard --out new.json", does: "write the standard format" },
    { run: "reward-ledger eval convert latest --out run.json", does: "a recorded run, as it was recorded" },
  ],
  renderer: async () => (await import("../../render/eval/files.ts")).renderConvert,
  json: (view) => view.content ?? JSON.stringify(view),
  interview: confirmReplace,
  note: ({ warnings }) => (warnings.length === 0 ? null : warnings.map((one) => `warning: ${one}`).join("\n")),
});

export const cache = defineCommand(evalCache, {
  examples: [
    { run: "reward-ledger eval cache stats", does: "how much is cached, by suite" },
    { run: "reward-ledger eval cache clear llm-judge", does: "forget the judge's answers" },
  ],
  renderer: async () => (await import("../../render/eval/files.ts")).renderCache,
});
