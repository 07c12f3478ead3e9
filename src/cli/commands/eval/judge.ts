import { evalJudge } from "../../../features/evals/operations/judge.ts";
import { defineCommand } from "../../command.ts";

export const judge = defineCommand(evalJudge, {
  examples: [
    { run: 'reward-ledger eval judge README.md --purpose "first steps for new users"', does: "scores and why" },
    { run: "git log -1 --format=%B | reward-ledger eval judge", does: "judge the last commit message" },
  ],
  renderer: async () => (await import("../../render/eval/judge.ts")).renderJudge,
});
