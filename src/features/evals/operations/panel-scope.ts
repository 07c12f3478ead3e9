import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import { wilson95 } from "../../../kernel/statistics/wilson.ts";
import type { Calendar, Ports, Queries } from "../../../ports/ports.ts";
import { projectFilter } from "../../shared/fields.ts";
import { memberScopeKeys } from "../../shared/member-scope.ts";
import { periods, type Span, spanOf } from "../../shared/span.ts";
import { isoOf } from "../../shared/units.ts";
import type { EvalScope } from "../model/queries.ts";
import { branchFilter, tierFilter } from "./fields.ts";
import type { EvalPanelFrame, EvalPassRateView } from "./panel-views.ts";

/** Input keys of the panel's eval tabs. */
export const panelKeys = {
  project: projectFilter,
  tier: tierFilter,
  branch: branchFilter,
  period: z.enum(periods).optional().describe("Period that ends today; default all, or custom when days are given"),
  since: z.iso.date().optional().describe("First day of a custom period (YYYY-MM-DD, local)"),
  until: z.iso.date().optional().describe("Last day of a custom period (YYYY-MM-DD, local)"),
  ...memberScopeKeys,
};

const keys = z.object(panelKeys);
export type PanelChoice = z.output<typeof keys>;

/** Returns the span of a choice. @throws usage when it ends before it starts */
export function panelSpan(calendar: Calendar, now: Date, { period, since, until }: PanelChoice): Span {
  if (since !== undefined && until !== undefined && since > until) {
    throw usage(`Failed to understand the period: it ends (${until}) before it starts (${since})`, "Swap the two.");
  }
  return spanOf(calendar, now, { period, since, until });
}

/** Returns the scope of the chosen runs, of every tier: each tab filters tiers by test or by run as it needs. */
export const panelScope = ({ project, branch }: PanelChoice, { from, to }: Span): EvalScope => ({ project, branch, from, to });

/** Returns the members to choose from. Before the first sync there is no team. */
export const membersOf = async ({ people }: Pick<Ports, "people">): Promise<EvalPanelFrame["members"]> =>
  (await people()).flatMap(({ email, me }) => (email === null ? [] : [{ email, me }]));

/** Returns the data that every eval tab needs. */
export function panelFrame(
  { eval: evals }: Queries,
  calendar: Calendar,
  { from, to }: Span,
  members: EvalPanelFrame["members"],
): EvalPanelFrame {
  return {
    zone: calendar.zone,
    filter: { from: from === undefined ? null : isoOf(from), to: to === undefined ? null : isoOf(to) },
    recorded: evals.countRuns({}) > 0,
    ...evals.choices(),
    members,
  };
}

/** Returns the pass rate; null without results. */
export const passRateOf = (passed: number, total: number): EvalPassRateView | null =>
  total === 0 ? null : { passed, total, ...wilson95(passed, total) };
