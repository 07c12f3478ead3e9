import * as z from "zod";
import { agentField, projectFilter } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { statusDocument } from "../documents/status.ts";
import { ownResets, teamResets } from "./resets-in-force.ts";
import { summaryStatus } from "./status-from-summary.ts";
import { queryStatus } from "./to-views.ts";
import { scoreShape } from "./tool-shapes.ts";
import type { AgentStatusView } from "./views.ts";

export const status = defineOperation({
  name: "status",
  summary: "Show coins, streaks, last verdict and top violations of an agent",
  input: z.object({ agent: agentField, project: projectFilter, ...memberScopeKeys }),
  effect: "read",
  examples: [
    { run: "reward-ledger status", does: "coins, streaks and top violations" },
    { run: "reward-ledger status --agent codex --project acme/shop", does: "one agent in one project" },
    { run: "reward-ledger status --json | jq .coins", does: "the coins alone, for a script" },
  ],
  document: statusDocument,
  tool: { takes: { agent: true, project: true }, output: scoreShape },
  async run(ports, { agent: namedAgent, project, ...choice }): Promise<AgentStatusView> {
    const { ledger, surroundings, clock } = ports;
    const agent = namedAgent ?? surroundings.agent;
    const memberScope = await memberScopeOf(ports, choice);
    const summary = memberScope === "mine" ? await ledger.summary() : null;
    const now = clock.now();
    const standing =
      summaryStatus(summary, agent, project, now) ??
      (await ledger.ask((queries) => queryStatus(queries, agent, project, now), memberScope));
    const missingFacts = (await ledger.missing(summary?.heads)).reduce((sum, { facts }) => sum + facts, 0);
    const resets = memberScope === "mine" && standing.runs === 0 ? await ownResets(ledger, agent) : [];
    const others = standing.runs > 0 ? 0 : await ledger.ask(({ review }) => review.standings(undefined).length, memberScope);
    return {
      ...standing,
      ...(missingFacts === 0 ? {} : { missing_facts: missingFacts }),
      ...(memberScope === "team" ? { team_resets: await teamResets(ports, agent) } : {}),
      ...(resets.length === 0 ? {} : { resets }),
      ...(others === 0 ? {} : { agents_with_runs: others }),
    };
  },
});
