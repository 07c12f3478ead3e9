import * as z from "zod";
import { agentWhose, projectFilter } from "./fields.ts";
import { defineOperation } from "./operation.ts";
import { askStatus } from "./present.ts";
import type { StatusView } from "./views.ts";
import { whoseKeys, whoseOf } from "./whose.ts";

export const status = defineOperation({
  name: "status",
  summary: "Show coins, streaks, last verdict and top violations of an agent",
  input: z.object({ agent: agentWhose, project: projectFilter, ...whoseKeys }),
  writes: false,
  async run(ports, input): Promise<StatusView> {
    const { ledger, surroundings } = ports;
    const whose = await whoseOf(ports, input);
    return ledger.ask((queries) => askStatus(queries, input.agent ?? surroundings.agent, input.project), whose);
  },
});
