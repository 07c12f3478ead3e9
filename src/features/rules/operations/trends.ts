import * as z from "zod";
import { agentFilter, projectFilter } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { periods, spanOf } from "../../shared/span.ts";
import { isoOf } from "../../shared/units.ts";
import { effectsOf } from "./effects.ts";
import { readUpdates } from "./files.ts";
import type { RuleTrendsView } from "./views.ts";

export const ruleTrends = defineOperation({
  name: "rule effects",
  summary: "Show the effect of taught rules, in all projects or one",
  input: z.object({
    agent: agentFilter,
    project: projectFilter,
    period: z.enum(periods).optional().describe("Period that ends today; default all, or custom when days are given"),
    since: z.iso.date().optional().describe("First day of a custom period (YYYY-MM-DD, local)"),
    until: z.iso.date().optional().describe("Last day of a custom period (YYYY-MM-DD, local)"),
    ...memberScopeKeys,
  }),
  effect: "read",
  async run(ports, choice): Promise<RuleTrendsView> {
    const { ledger, calendar, clock } = ports;
    const { agent, project } = choice;
    const { from, to } = spanOf(calendar, clock.now(), choice);
    const [memberScope, people, updates] = await Promise.all([
      memberScopeOf(ports, choice),
      ports.people(),
      readUpdates(ports, project),
    ]);
    return ledger.ask((queries) => {
      return {
        zone: calendar.zone,
        agents: queries.review.agents(),
        projects: queries.review.projects(),
        members: people.flatMap(({ email, me }) => (email === null ? [] : [{ email, me }])),
        filter: {
          agent: agent ?? null,
          project: project ?? null,
          from: from === undefined ? null : isoOf(from),
          to: to === undefined ? null : isoOf(to),
        },
        recorded: updates.length > 0,
        effects: effectsOf(queries, updates, {
          agent,
          at: to,
          // Includes rules that were taught at any time in the period.
          isAsked: ({ until }) => from === undefined || until === null || until >= from,
        }),
      };
    }, memberScope);
  },
});
