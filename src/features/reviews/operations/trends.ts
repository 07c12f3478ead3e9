import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import type { Calendar, Queries } from "../../../ports/ports.ts";
import { agentFilter, projectFilter } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { periods, type Span, spanOf } from "../../shared/span.ts";
import { isoOf } from "../../shared/units.ts";
import { coinLine } from "./trends/lines.ts";
import { brokenRules } from "./trends/rules.ts";
import { tilesOf } from "./trends/tiles.ts";
import type { TrendsView } from "./views.ts";

/** Maximum number of lines: more cannot be distinguished. */
const maxLines = 8;

const input = z.object({
  agent: agentFilter,
  compare_with: z.string().trim().normalize("NFC").min(1).optional().describe("Second agent, drawn beside the first"),
  project: projectFilter,
  period: z.enum(periods).optional().describe("Period that ends today; default all, or custom when days are given"),
  since: z.iso.date().optional().describe("First day of a custom period (YYYY-MM-DD, local)"),
  until: z.iso.date().optional().describe("Last day of a custom period (YYYY-MM-DD, local)"),
  ...memberScopeKeys,
});
type Choice = z.output<typeof input>;

/** Selects the agents whose lines are drawn: the chosen agents, else those with the most runs. */
function chosenAgents({ review }: Queries, { agent, compare_with, project }: Choice): readonly string[] {
  if (agent !== undefined) return compare_with === undefined || compare_with === agent ? [agent] : [agent, compare_with];
  return review
    .standings(project)
    .toSorted((a, b) => b.runs - a.runs)
    .slice(0, maxLines)
    .map((standing) => standing.agent);
}

const isWithin = ({ from, to }: Span, at: number): boolean => (from === undefined || at >= from) && (to === undefined || at < to);

function trendsOf(queries: Queries, calendar: Calendar, now: Date, choice: Choice): Omit<TrendsView, "members"> {
  const { review } = queries;
  const { agent, compare_with, project } = choice;
  const span = spanOf(calendar, now, choice);
  const { from, to } = span;
  const lineAgents = chosenAgents(queries, choice);
  const rules = brokenRules(queries, calendar, now, span, { agent, project });
  return {
    zone: calendar.zone,
    filter: {
      agent: agent ?? null,
      compare_with: compare_with ?? null,
      project: project ?? null,
      from: from === undefined ? null : isoOf(from),
      to: to === undefined ? null : isoOf(to),
    },
    agents: review.agents(),
    projects: review.projects(),
    tiles: tilesOf(queries, { agent, project }, span, rules.violations),
    lines: lineAgents.map((one) => coinLine(queries, calendar, { agent: one, project, from, to })),
    resets: review
      .resets()
      .filter((one) => isWithin(span, one.at) && (one.agent === null || lineAgents.includes(one.agent)))
      .map((one) => ({ agent: one.agent, at: isoOf(one.at) })),
    ...rules,
  };
}

export const trends = defineOperation({
  name: "trends",
  summary: "Show coins, streaks and broken rules over time",
  input,
  effect: "read",
  async run(ports, choice): Promise<TrendsView> {
    const { ledger, calendar, clock } = ports;
    const { since, until } = choice;
    if (since !== undefined && until !== undefined && since > until) {
      throw usage(`Failed to understand the period: it ends (${until}) before it starts (${since})`, "Swap the two.");
    }
    const [memberScope, people] = await Promise.all([memberScopeOf(ports, choice), ports.people()]);
    // A home that has not synced has no team to choose from.
    const members = people.flatMap(({ email, me }) => (email === null ? [] : [{ email, me }]));
    return ledger.ask((queries) => ({ ...trendsOf(queries, calendar, clock.now(), choice), members }), memberScope);
  },
});
