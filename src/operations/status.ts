import * as z from "zod";
import { agentWhose, projectFilter } from "./fields.ts";
import { defineOperation } from "./operation.ts";
import { askStatus } from "./present.ts";
import { summaryStatus } from "./summarized.ts";
import type { StatusView } from "./views.ts";

export const status = defineOperation({
  name: "status",
  summary: "Show coins, streaks, last verdict and top violations of an agent",
  input: z.object({ agent: agentWhose, project: projectFilter }),
  writes: false,
  async run({ ledger, surroundings }, { agent = surroundings.agent, project }): Promise<StatusView> {
    const summarized = summaryStatus(await ledger.summary(), agent, project);
    return summarized ?? (await ledger.ask((queries) => askStatus(queries, agent, project)));
  },
});
