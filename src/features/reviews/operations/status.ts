import * as z from "zod";
import { agentWhose, projectFilter } from "../../shared/fields.ts";
import { memberScopeOf, whoseKeys } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { statusDocument } from "../documents/status.ts";
import { ownResets, teamResets } from "./resets-in-force.ts";
import { summaryStatus } from "./status-from-summary.ts";
import { askStatus } from "./to-views.ts";
import { scoreShape } from "./tool-shapes.ts";
import type { AgentStatusView } from "./views.ts";

export const status = defineOperation({
  name: "status",
  summary: "Show coins, streaks, last verdict and top violations of an agent",
  input: z.object({ agent: agentWhose, project: projectFilter, ...whoseKeys }),
  effect: "read",
  examples: [
    { run: "reward-ledger status", does: "coins, streaks and top violations" },
    { run: "reward-ledger status --agent codex --project acme/shop", does: "one agent in one project" },
    { run: "reward-ledger status --json | jq .coins", does: "the coins alone, for a script" },
  ],
  document: statusDocument,
  tool: { takes: { agent: true, project: true }, output: scoreShape },
  async run(ports, { agent: named, project, ...choice }): Promise<AgentStatusView> {
    const { ledger, surroundings, clock } = ports;
    const agent = named ?? surroundings.agent;
    const whose = await memberScopeOf(ports, choice);
    const summary = whose === "mine" ? await ledger.summary() : null;
    const now = clock.now();
    const standing =
      summaryStatus(summary, agent, project, now) ??
      (await ledger.ask((queries) => askStatus(queries, agent, project, now), whose));
    const missing = (await ledger.missing(summary?.heads)).reduce((sum, { facts }) => sum + facts, 0);
    const resets = whose === "mine" && standing.runs === 0 ? await ownResets(ledger, agent) : [];
    return {
      ...standing,
      ...(missing === 0 ? {} : { missing_facts: missing }),
      ...(whose === "team" ? { team_resets: await teamResets(ports, agent) } : {}),
      ...(resets.length === 0 ? {} : { resets }),
    };
  },
});
