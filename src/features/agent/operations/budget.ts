import * as z from "zod";
import { budgetExhausted, invalidInput, notConfirmed, usage } from "../../../kernel/errors.ts";
import type { Calendar, Ports, Queries } from "../../../ports/ports.ts";
import { usdText } from "../../evals/model/money.ts";
import { defineOperation } from "../../shared/operation.ts";
import { periodsOf } from "../../shared/spend-periods.ts";
import { toolName } from "../../shared/tool-answer.ts";
import { budgetDocument } from "../documents/money.ts";
import { budgets, extensions, type Limits } from "../model/budget.ts";
import { type BudgetLevel, defaultLimits, levelOf } from "../model/spend-limits.ts";
import { trimmedText } from "./fields.ts";
import { addDraft, dollarsOf, microsOf, omitUndefined, recordBatch } from "./rows.ts";
import type { BudgetView, LimitView } from "./views.ts";

const levels: readonly BudgetLevel[] = ["ok", "warning", "exhausted"];

const worstLevel = (limits: readonly LimitView[]): BudgetLevel =>
  levels[Math.max(...limits.map(({ level }) => levels.indexOf(level)))] ?? "ok";

function limitView(spent: number, limit: number, resetsAt: number | null): LimitView {
  return {
    spent_usd: dollarsOf(spent),
    limit_usd: dollarsOf(limit),
    ceiling_usd: dollarsOf(limit),
    percent: limit === 0 ? 100 : Math.round((spent * 1000) / limit) / 10,
    level: levelOf(spent, limit),
    resets_at: resetsAt === null ? null : new Date(resetsAt).toISOString(),
  };
}

const currentLimits = ({ agent }: Queries): Limits => agent.budget() ?? defaultLimits;

const extendedMicros = ({ agent }: Queries, calendar: Calendar, now: Date): number =>
  agent.extensions(periodsOf(calendar, now).today).reduce((sum, { usd_micros }) => sum + usd_micros, 0);

/** Computes spending against the limits. */
export function budgetView(queries: Queries, calendar: Calendar, now: Date): BudgetView {
  const limits = currentLimits(queries);
  const periods = periodsOf(calendar, now);
  const spent = (period: keyof typeof periods): number => queries.agent.spendSum(periods[period]).usd_micros;
  const extended = extendedMicros(queries, calendar, now);
  const spentToday = spent("today");
  const today = limitView(spentToday, limits.daily_usd_micros + extended, periods.today.to);
  const week = limitView(spent("week"), limits.weekly_usd_micros, null);
  const month = limitView(spent("month"), limits.monthly_usd_micros, periods.month.to);
  const daily = dollarsOf(limits.daily_usd_micros);
  const weekly = dollarsOf(limits.weekly_usd_micros);
  const monthly = dollarsOf(limits.monthly_usd_micros);
  const elapsedShare = (now.getTime() - periods.today.from) / (periods.today.to - periods.today.from);
  return {
    level: worstLevel([today, week, month]),
    today,
    week,
    month,
    projected_today_usd: elapsedShare <= 0 ? today.spent_usd : dollarsOf(Math.round(spentToday / elapsedShare)),
    extended_today_usd: dollarsOf(extended),
    extension_left_usd:
      limits.allow_extension_request === 1 ? dollarsOf(Math.max(0, limits.extension_max_per_day_usd_micros - extended)) : 0,
    allow_extension_request: limits.allow_extension_request === 1,
    extension_max_per_day_usd: dollarsOf(limits.extension_max_per_day_usd_micros),
    daily_usd_limit: daily,
    weekly_usd_limit: weekly,
    monthly_usd_limit: monthly,
    daily_usd_ceiling: daily,
    weekly_usd_ceiling: weekly,
    monthly_usd_ceiling: monthly,
  };
}

const readBudget = ({ ledger, calendar, clock }: Ports): Promise<BudgetView> =>
  ledger.ask((queries) => budgetView(queries, calendar, clock.now()));

const limitShape = z.object({
  spent_usd: z.number(),
  limit_usd: z.number(),
  percent: z.number(),
  level: z.enum(levels),
  resets_at: toolName().nullable(),
});

/** The fields of the budget that an agent receives. */
export const budgetShape = z.object({
  level: z.enum(levels),
  today: limitShape,
  week: limitShape,
  month: limitShape,
  projected_today_usd: z.number(),
  extension_left_usd: z.number(),
});

export const budgetShow = defineOperation({
  name: "budget show",
  summary: "Show spending against the limits",
  input: z.object({
    check: z.boolean().default(false).describe("Fail when a limit is reached: run it before each model call"),
  }),
  effect: "read",
  examples: [{ run: "reward-ledger budget show --check", does: "fail when a limit is reached" }],
  document: budgetDocument,
  tool: {
    about: "Show spending against the limits; at level exhausted make no further model call",
    takes: {},
    output: budgetShape,
  },
  async run(ports, { check }): Promise<BudgetView> {
    const view = await readBudget(ports);
    if (!check || view.level !== "exhausted") return view;
    const over = [view.today, view.week, view.month].find(({ level }) => level === "exhausted") ?? view.today;
    throw budgetExhausted(
      usdText(over.spent_usd),
      usdText(over.limit_usd),
      over.resets_at ?? "older spending is seven days back",
    );
  },
});

const dollars = (what: string) => z.number().min(0).max(1_000_000).optional().describe(what);

export const budgetSet = defineOperation({
  name: "budget set",
  summary: "Set the spending limits",
  input: z.object({
    daily: dollars("Daily limit, USD"),
    weekly: dollars("Limit for seven days, USD"),
    monthly: dollars("Monthly limit, USD"),
    allow_extension: z.enum(["yes", "no"]).optional().describe("Whether the daily limit may be extended"),
    extension_max: dollars("Most that may be granted beyond the daily limit, USD"),
    by: trimmedText.default("em").describe("Who sets the limits"),
    confirm: z.boolean().default(false).describe("Required to raise a limit; lowering needs none"),
  }),
  effect: "write",
  examples: [
    { run: "reward-ledger budget set --daily 10", does: "lower the limit of a day" },
    { run: "reward-ledger budget set --daily 40 --confirm", does: "raise it" },
  ],
  document: budgetDocument,
  async run(ports, input): Promise<BudgetView> {
    const toMicros = (usd: number | undefined): number | undefined => (usd === undefined ? undefined : microsOf(usd));
    const set = omitUndefined({
      daily_usd_micros: toMicros(input.daily),
      weekly_usd_micros: toMicros(input.weekly),
      monthly_usd_micros: toMicros(input.monthly),
      allow_extension_request: input.allow_extension === undefined ? undefined : input.allow_extension === "yes" ? 1 : 0,
      extension_max_per_day_usd_micros: toMicros(input.extension_max),
    });
    if (Object.keys(set).length === 0) throw usage("Failed to set the budget: no limit was given", "Say for example --daily 25.");
    const now = ports.clock.now();
    await recordBatch(ports, [
      {
        decide(queries) {
          const before = pickLimits(currentLimits(queries));
          const raised = Object.entries(set).filter(([name, value]) => Number(value) > Number(before[name]));
          if (raised.length > 0 && !input.confirm) {
            throw notConfirmed(
              "raise a limit",
              "Raising a limit needs a person's consent: repeat with --confirm. Lowering needs none.",
            );
          }
          return addDraft(budgets, null, { ...before, ...set, set_at: now.toISOString(), set_by: input.by });
        },
      },
    ]);
    return readBudget(ports);
  },
});

/** Returns the limits of a row, without who set them and when. */
const pickLimits = (row: Limits): Readonly<Record<string, number>> => ({
  daily_usd_micros: row.daily_usd_micros,
  weekly_usd_micros: row.weekly_usd_micros,
  monthly_usd_micros: row.monthly_usd_micros,
  allow_extension_request: row.allow_extension_request,
  extension_max_per_day_usd_micros: row.extension_max_per_day_usd_micros,
});

export const budgetExtend = defineOperation({
  name: "budget extend",
  summary: "Extend today's limit",
  input: z.object({
    usd: z.number().min(0.000_001).max(1_000_000).describe("Amount to add to today's limit, USD"),
    by: trimmedText.default("em").describe("Who grants the extension"),
    reason: trimmedText.optional().describe("Purpose"),
  }),
  positional: ["usd"],
  effect: "write",
  idempotent: false,
  examples: [{ run: 'reward-ledger budget extend 15 --reason "release day"', does: "grant more for today" }],
  document: budgetDocument,
  async run(ports, { usd, by, reason }): Promise<BudgetView> {
    const now = ports.clock.now();
    await recordBatch(ports, [
      {
        decide(queries) {
          const { allow_extension_request: allowed, extension_max_per_day_usd_micros: maxExtension } = currentLimits(queries);
          if (allowed !== 1)
            throw invalidInput("the extension", ["extensions are not allowed (budget set --allow-extension yes)"]);
          const left = maxExtension - extendedMicros(queries, ports.calendar, now);
          if (microsOf(usd) > left) {
            throw invalidInput("the extension", [
              `of ${usdText(dollarsOf(maxExtension))} a day, ${usdText(dollarsOf(Math.max(0, left)))} is left`,
            ]);
          }
          const row = { granted_at: now.toISOString(), usd_micros: microsOf(usd), granted_by: by };
          return addDraft(extensions, null, { ...row, ...omitUndefined({ reason }) });
        },
      },
    ]);
    return readBudget(ports);
  },
});
