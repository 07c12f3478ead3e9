import * as z from "zod";
import type { Queries } from "../../../ports/ports.ts";
import { budgets, type Limits } from "../../agent/model/budget.ts";
import type { Period } from "../../agent/model/queries.ts";
import { spend } from "../../agent/model/spend.ts";
import { defaultLimits } from "../../agent/model/spend-limits.ts";
import { budgetView } from "../../agent/operations/budget.ts";
import { dollarsOf } from "../../agent/operations/rows.ts";
import { allTime, sumView } from "../../agent/operations/spend.ts";
import { panelKeys, panelSpan } from "../../evals/operations/panel-scope.ts";
import { memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import type { Span } from "../../shared/span.ts";
import { type PeriodSlices, type Slice, slicesOf } from "../../shared/time-buckets.ts";
import { isoOf } from "../../shared/units.ts";
import type { SliceUnit, SpendSliceView, SpendTrendsView } from "./views.ts";

/** Maximum number of tasks listed, the most expensive ones. */
const maxTasks = 100;

type ModelSum = ReturnType<Queries["agent"]["spendByModel"]>[number];

/** Returns the instants of the first and the last entry; null if there are none. */
function recordedRange({ agent }: Queries): Readonly<{ first: number; last: number }> | null {
  const [newest] = agent.list(spend, { limit: 1 }).rows;
  const [oldest] = agent.list(spend, { limit: 1, reverse: true }).rows;
  if (newest === undefined || oldest === undefined) return null;
  return { first: Date.parse(oldest.occurred_at), last: Date.parse(newest.occurred_at) };
}

function limitOf(limits: Limits, unit: SliceUnit): number {
  switch (unit) {
    case "day":
      return limits.daily_usd_micros;
    case "week":
      return limits.weekly_usd_micros;
    case "month":
      return limits.monthly_usd_micros;
    default:
      return unit satisfies never;
  }
}

/** Clips a slice to the period. */
const clipSlice = ({ from, to }: Slice, span: Span): Period => ({
  from: Math.max(from, span.from ?? from),
  to: Math.min(to, span.to ?? to),
});

function sliceViews(
  queries: Queries,
  { unit, slices }: PeriodSlices,
  span: Span,
  models: readonly string[],
): readonly SpendSliceView[] {
  const { agent } = queries;
  // All limits ever set, in the order in which they replaced each other.
  const limitHistory = agent.list(budgets, {}).rows;
  return slices.map((slice) => {
    const sums = agent.spendByModel(clipSlice(slice, span));
    const byModel = new Map(sums.map((sum) => [sum.model, sum.usd_micros]));
    const limits = limitHistory.findLast((row) => Date.parse(row.set_at) < slice.to) ?? defaultLimits;
    // Extensions apply to a day only; weekly and monthly limits stay unchanged.
    const extended = unit === "day" ? agent.extensions(slice).reduce((sum, { usd_micros }) => sum + usd_micros, 0) : 0;
    return {
      start: slice.start,
      partial: slice.partial,
      calls: sums.reduce((sum, { calls }) => sum + calls, 0),
      spent_usd: dollarsOf(sums.reduce((sum, { usd_micros }) => sum + usd_micros, 0)),
      limit_usd: dollarsOf(limitOf(limits, unit) + extended),
      extended_usd: dollarsOf(extended),
      by_model: models.map((model) => dollarsOf(byModel.get(model) ?? 0)),
    };
  });
}

const byCostDescending = (a: ModelSum, b: ModelSum): number => b.usd_micros - a.usd_micros;

const { period, since, until, team, member } = panelKeys;

export const spendTrends = defineOperation({
  name: "spend trends",
  summary: "Show spending over time against the limits, by model and by task",
  input: z.object({ period, since, until, team, member }),
  effect: "read",
  async run(ports, choice): Promise<SpendTrendsView> {
    const { ledger, calendar, clock } = ports;
    const now = clock.now();
    const span = panelSpan(calendar, now, choice);
    const whose = await memberScopeOf(ports, choice);
    return ledger.ask((queries) => {
      const { agent } = queries;
      const range = recordedRange(queries);
      const bounds: Period = { from: span.from ?? allTime.from, to: span.to ?? allTime.to };
      const total = agent.spendSum(bounds);
      const models = agent.spendByModel(bounds).toSorted(byCostDescending);
      const tasks = agent.spendByTask(bounds);
      const cut = slicesOf(calendar, now, span, total.calls === 0 ? null : range);
      return {
        zone: calendar.zone,
        from: span.from === undefined ? null : isoOf(span.from),
        to: span.to === undefined ? null : isoOf(span.to),
        recorded: range !== null,
        limits_set: agent.budget() !== undefined,
        budget: budgetView(queries, calendar, now),
        unit: cut.unit,
        slices: sliceViews(
          queries,
          cut,
          span,
          models.map(({ model }) => model),
        ),
        total: sumView(total),
        models: models.map((sum) => ({ name: sum.model, ...sumView(sum) })),
        tasks: tasks.slice(0, maxTasks).map((sum) => ({ name: sum.task_id, ...sumView(sum) })),
        task_count: tasks.length,
      };
    }, whose);
  },
});
