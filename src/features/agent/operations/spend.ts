import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import type { Calendar, Queries } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { periodsOf } from "../../shared/spend-periods.ts";
import { toolName } from "../../shared/tool-answer.ts";
import { spendAddDocument, spendSummaryDocument } from "../documents/money.ts";
import { type Period, type SpendSum, spendGroupings } from "../model/queries.ts";
import { spend } from "../model/spend.ts";
import { budgetShape, budgetView } from "./budget.ts";
import { ofProject, ownId, parseTime, resolveProject, trimmedText } from "./fields.ts";
import { addRowOnce, dollarsOf, microsOf, omitUndefined } from "./rows.ts";
import type { SpendAddView, SpendRowView, SpendSummaryView, SpendSumView } from "./views.ts";

const tokens = (what: string) => z.int().min(0).default(0).describe(`${what} tokens`);

/** Fields in which a model call that is recorded again under its id must agree. */
const comparedColumns = ["model", "call_site", "usd_micros", "input_tokens", "output_tokens", "task_id"];

export const spendAdd = defineOperation({
  name: "spend add",
  summary: "Record the cost of a model call",
  input: z.object({
    model: trimmedText.describe("The model"),
    call_site: trimmedText.describe("Part of the agent that made the call: triage, plan, review …"),
    usd: z.number().min(0).describe("Cost, USD"),
    input_tokens: tokens("Input"),
    output_tokens: tokens("Output"),
    cache_read_tokens: tokens("Cache read"),
    cache_create_tokens: tokens("Cache write"),
    task_id: trimmedText.optional().describe("Id of the task"),
    at: trimmedText.optional().describe("Time, ISO-8601; default now"),
    project: ofProject,
    id: ownId,
  }),
  effect: "write",
  idempotent: false,
  tool: {
    takes: {
      model: true,
      call_site: true,
      usd: true,
      input_tokens: true,
      output_tokens: true,
      cache_read_tokens: true,
      cache_create_tokens: true,
      task_id: true,
      project: true,
    },
    output: z.object({
      entry: z.object({ id: toolName(), occurred_at: toolName(), model: toolName(), usd: z.number() }),
      budget: budgetShape,
    }),
    once: "id",
  },
  examples: [
    {
      run: "reward-ledger spend add --model claude-sonnet-4-5 --call-site plan --input-tokens 1200 --output-tokens 300 --usd 0.0081",
      does: "record a call",
    },
  ],
  document: spendAddDocument,
  async run(ports, input): Promise<SpendAddView> {
    const now = ports.clock.now();
    const { model, call_site, input_tokens, output_tokens, cache_read_tokens, cache_create_tokens, usd } = input;
    const row = {
      id: input.id ?? ports.ids.next(now),
      occurred_at: input.at === undefined ? now.toISOString() : parseTime("at", input.at),
      model,
      call_site,
      input_tokens,
      output_tokens,
      cache_read_tokens,
      cache_create_tokens,
      usd_micros: microsOf(usd),
      ...omitUndefined({ task_id: input.task_id }),
    };
    return addRowOnce(ports, spend, await resolveProject(ports, input.project), row, comparedColumns, (entry, queries) => ({
      entry: { ...entry, usd: dollarsOf(entry.usd_micros) },
      budget: budgetView(queries, ports.calendar, now),
    }));
  },
});

export const sumView = (sum: SpendSum): SpendSumView => ({
  calls: sum.calls,
  input_tokens: sum.input_tokens,
  cache_read_tokens: sum.cache_read_tokens,
  cache_create_tokens: sum.cache_create_tokens,
  output_tokens: sum.output_tokens,
  usd_micros: sum.usd_micros,
  usd: dollarsOf(sum.usd_micros),
});

const periods = ["today", "week", "month", "all"] as const;

/** A period that contains every time that can be written. */
export const allTime: Period = { from: Date.parse("0001-01-01T00:00:00Z"), to: Date.parse("9999-12-31T23:45:00Z") };

const groupings = ["model", "task", "day", ...spendGroupings] as const;
type Grouping = (typeof groupings)[number];

/** Sums spending by day in the ledger's time zone. */
function spendByDay({ agent }: Queries, calendar: Calendar, bounds: Period): readonly SpendRowView[] {
  const days = new Map<string, SpendSum>();
  for (const { start, ...sum } of agent.spendByQuarter(bounds)) {
    const day = calendar.dayOf(start);
    const before = days.get(day);
    days.set(day, before === undefined ? sum : addSums(before, sum));
  }
  return [...days].map(([name, sum]) => ({ name, ...sumView(sum) }));
}

const addSums = (a: SpendSum, b: SpendSum): SpendSum => ({
  calls: a.calls + b.calls,
  input_tokens: a.input_tokens + b.input_tokens,
  cache_read_tokens: a.cache_read_tokens + b.cache_read_tokens,
  cache_create_tokens: a.cache_create_tokens + b.cache_create_tokens,
  output_tokens: a.output_tokens + b.output_tokens,
  usd_micros: a.usd_micros + b.usd_micros,
});

function rowsBy(queries: Queries, calendar: Calendar, by: Grouping, bounds: Period): readonly SpendRowView[] {
  const { agent } = queries;
  switch (by) {
    case "model":
      return agent.spendByModel(bounds).map((sum) => ({ name: sum.model, ...sumView(sum) }));
    case "task":
      return agent.spendByTask(bounds).map((sum) => ({ name: sum.task_id, ...sumView(sum) }));
    case "day":
      return spendByDay(queries, calendar, bounds);
    default:
      return agent.spendBy(by, bounds).map(({ name, unpriced_calls, sessions, pull_request, ...sum }) => ({
        name,
        ...sumView(sum),
        unpriced_calls,
        sessions,
        pull_request,
      }));
  }
}

export const spendSummary = defineOperation({
  name: "spend summary",
  summary: "Sum up spending by model, task, branch, commit, session, day or agent",
  input: z.object({
    today: z.boolean().default(false).describe("Of today (default)"),
    week: z.boolean().default(false).describe("Of the last seven days"),
    month: z.boolean().default(false).describe("Of this month"),
    all: z.boolean().default(false).describe("Of all time"),
    by_task: z.boolean().default(false).describe("By task, most expensive first"),
    by_model: z.boolean().default(false).describe("By model, A to Z (default)"),
    by: z
      .enum(groupings)
      .optional()
      .describe("By model, task, branch, commit, session, day or agent; sessions are known from `sessions import` and hooks"),
  }),
  effect: "read",
  examples: [
    { run: "reward-ledger spend summary --month", does: "this month by model" },
    { run: "reward-ledger spend summary --week --by-task", does: "seven days by task" },
    { run: "reward-ledger spend summary --month --by branch", does: "this month by branch, with pull requests" },
  ],
  document: spendSummaryDocument,
  run({ ledger, calendar, clock }, input): Promise<SpendSummaryView> {
    const chosenPeriods = periods.filter((one) => input[one]);
    if (chosenPeriods.length > 1)
      throw usage(`Failed to sum up: --${chosenPeriods.join(" and --")} exclude each other`, "Give only one of them.");
    const chosenGroupings = [
      ...(input.by_task ? ["task" as const] : []),
      ...(input.by_model ? ["model" as const] : []),
      ...(input.by ? [input.by] : []),
    ];
    const [by = "model", ...others] = chosenGroupings;
    if (others.length > 0) throw usage("Failed to sum up: --by, --by-task and --by-model exclude each other", "Give only one.");
    const name = chosenPeriods[0] ?? "today";
    const bounds: Period = name === "all" ? allTime : periodsOf(calendar, clock.now())[name];
    return ledger.ask((queries) => ({
      period: name,
      from: name === "all" ? null : new Date(bounds.from).toISOString(),
      to: new Date(bounds.to).toISOString(),
      by,
      rows: rowsBy(queries, calendar, by, bounds),
      total: sumView(queries.agent.spendSum(bounds)),
    }));
  },
});
