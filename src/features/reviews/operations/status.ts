import * as z from "zod";
import type { Ports } from "../../../ports/ports.ts";
import type { TeamResetView } from "../../../ports/sync.ts";
import { agentWhose, projectFilter } from "../../shared/fields.ts";
import { whoseKeys, whoseOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { askStatus } from "./present.ts";
import { summaryStatus } from "./summarized.ts";
import type { AgentStatusView } from "./views.ts";

/** The resets of the team that concern an agent. */
async function resetsOf({ sync }: Ports, agent: string): Promise<readonly TeamResetView[]> {
  const resets = await (await sync()).teamResets();
  return resets.filter((reset) => reset.agent === null || reset.agent === agent);
}

export const status = defineOperation({
  name: "status",
  summary: "Show coins, streaks, last verdict and top violations of an agent",
  input: z.object({ agent: agentWhose, project: projectFilter, ...whoseKeys }),
  writes: false,
  async run(ports, { agent: named, project, ...choice }): Promise<AgentStatusView> {
    const { ledger, surroundings, clock } = ports;
    const agent = named ?? surroundings.agent;
    const whose = await whoseOf(ports, choice);
    const summary = whose === "mine" ? await ledger.summary() : null;
    const now = clock.now();
    const standing =
      summaryStatus(summary, agent, project, now) ??
      (await ledger.ask((queries) => askStatus(queries, agent, project, now), whose));
    const missing = (await ledger.missing(summary?.heads)).reduce((sum, { facts }) => sum + facts, 0);
    return {
      ...standing,
      ...(missing === 0 ? {} : { missing_facts: missing }),
      ...(whose === "team" ? { team_resets: await resetsOf(ports, agent) } : {}),
    };
  },
});
