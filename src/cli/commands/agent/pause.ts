import { taskPause, taskResume } from "../../../features/agent/operations/pause.ts";
import { defineCommand } from "../../command.ts";

export const pause = defineCommand(taskPause, {
  examples: [{ run: 'reward-ledger task pause 019b2f00-… --reason "fix myself first" --from work.json', does: "put it aside" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderPause,
});

export const resume = defineCommand(taskResume, {
  examples: [{ run: "reward-ledger task resume 019b2f00-…", does: "go on with it" }],
  renderer: async () => (await import("../../render/agent/stores.ts")).renderPause,
});
