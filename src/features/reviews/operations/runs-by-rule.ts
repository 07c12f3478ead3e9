import * as z from "zod";
import { agentFilter, projectFilter, since, until } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { boundsOf } from "../../shared/period.ts";
import { periods, spanOf } from "../../shared/span.ts";
import { breakingDocument } from "../documents/run-list.ts";
import { resetsNote } from "./resets-in-force.ts";
import { runView } from "./to-views.ts";
import type { RunView } from "./views.ts";

export const breaking = defineOperation({
  name: "breaking",
  summary: "List the runs that broke a rule, latest first",
  input: z.object({
    rule: z.string().normalize("NFC").min(1).describe("Id of the rule"),
    agent: agentFilter,
    project: projectFilter,
    period: z.enum(periods).default("custom").describe("Period that ends today; custom uses --since and --until"),
    since,
    until,
    limit: z.int().min(1).default(100).describe("Maximum number of runs"),
    ...memberScopeKeys,
  }),
  positional: ["rule"],
  effect: "read",
  examples: [{ run: "reward-ledger breaking E501", does: "the runs that broke a rule, latest first" }],
  note: resetsNote,
  document: breakingDocument,
  async run(ports, { rule, agent, project, limit, period, team, member, ...days }): Promise<readonly RunView[]> {
    const { ledger, calendar, clock } = ports;
    const memberScope = await memberScopeOf(ports, { team, member });
    const { from, to } = period === "custom" ? boundsOf(calendar, days) : spanOf(calendar, clock.now(), { period });
    return ledger.ask(({ review }) => review.runsBreaking(rule, { agent, project, from, to, limit }).map(runView), memberScope);
  },
});
