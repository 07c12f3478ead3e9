import { levelOf } from "../../../src/features/agent/model/spend-limits.ts";
import type { BudgetView, LimitView, SpendSumView } from "../../../src/features/agent/operations/views.ts";
import { spendingView } from "../../../src/features/costs/operations/eval-spending-view.ts";
import {
  branchKey,
  buildSessionTrends,
  type Review,
  type SessionCost,
  type SessionRow,
} from "../../../src/features/costs/operations/session-trends-view.ts";
import type { EvalSpendingView, SessionTrendsView, SpendTrendsView } from "../../../src/features/costs/operations/views.ts";
import type { PricedEntry } from "../../../src/features/evals/model/cost.ts";
import { microsToUsd } from "../../../src/features/evals/model/money.ts";
import { referencePrices } from "../../../src/features/evals/model/price-table.ts";
import type { CostSumRow } from "../../../src/features/evals/model/queries.ts";
import { defaultTierModels } from "../../../src/features/evals/model/tier.ts";
import { spanOf } from "../../../src/features/shared/span.ts";
import { slicesOf } from "../../../src/features/shared/time-buckets.ts";
import { isoOf } from "../../../src/features/shared/units.ts";
import { calendarOf } from "../../../src/platform/calendar.ts";
import type { EvalsFilter, TrendsFilter } from "../../../src/protocol/trends-panel.ts";
import { type FixtureEval, makeEvalHistory } from "../../support/eval-fixtures.ts";
import { between, seededRandom } from "../../support/random.ts";
import { costRowOf, entriesOf } from "./cost-rows.ts";
import { evalsOf } from "./evals.ts";
import { type ScenarioName, scenarioOf } from "./scenario.ts";

/*
 * Costs of a scenario, computed by the product's own folds over runs in memory; this file only supplies the rows.
 */

const calendar = calendarOf("Europe/Berlin");
const project = "acme/shop";
const dayMs = 86_400_000;

const manyModels = [
  "claude-opus-4-6",
  "gpt-5.2-codex",
  "claude-sonnet-4-6",
  "gemini-3-pro-preview",
  "claude-haiku-4-5",
  "gpt-5.2-mini",
  "qwen3-coder-480b-a35b-instruct-2507",
  "deepseek-v3.2-exp",
  "house-model-1",
  "claude-3-5-haiku-20241022",
  "mistral-large-2512",
] as const;

/** The run without its costs. */
const withoutCosts = (run: FixtureEval): FixtureEval => ({ ...run, costs: [], total_cost_usd: 0 });

/** Two years of nightly runs, each with a few of many models; some of the runs have only a total, some have no cost at all. */
const twoYears = (): readonly FixtureEval[] =>
  makeEvalHistory({ seed: 9, runs: 700, tests: 8 }).map((run, index) => ({
    ...(index % 60 === 9 ? withoutCosts(run) : run),
    costs:
      index % 60 === 7 || index % 60 === 9
        ? []
        : [0, 3, 7].map((offset) => ({
            model: manyModels[(index + offset * (1 + (index % 4))) % manyModels.length] ?? manyModels[0],
            calls: 8,
            input_tokens: 90_000 + ((index * 7919) % 400_000),
            output_tokens: 4_000 + ((index * 104_729) % 60_000),
            cache_read_input_tokens: 50_000,
            ...(offset === 3 ? {} : { cost_usd: Math.round(50_000 + ((index * 7919 * (offset + 1)) % 900_000)) / 1e6 }),
          })),
  }));

function runsOf(scenario: ScenarioName): readonly FixtureEval[] {
  if (scenario === "eight") return twoYears();
  // Costs do not depend on the number of tests, and a few tests are quick to create.
  if (scenario === "reset") return makeEvalHistory({ seed: 3, runs: 4, tests: 6 }).map(withoutCosts);
  if (scenario === "thousands") return makeEvalHistory({ seed: 3, runs: 365, tests: 20, everyHours: 22 });
  return evalsOf(scenario);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function sumRows(slice: number, runs: readonly FixtureEval[]): readonly CostSumRow[] {
  const byModel = Map.groupBy(runs.flatMap(entriesOf), ({ model }) => model);
  return [...byModel].map(([model, entries]) => {
    const tokens = (kind: keyof PricedEntry["tokens"]): number => sum(entries.map((entry) => entry.tokens[kind]));
    const micros = (exact: boolean): number =>
      sum(entries.filter((entry) => entry.exact === exact).map(({ costMicros }) => costMicros));
    return {
      slice,
      model,
      runs: runs.filter((run) => run.costs.some((entry) => entry.model === model)).length,
      entries: entries.length,
      exactEntries: entries.filter(({ exact }) => exact).length,
      pricedEntries: entries.filter(({ priced }) => priced).length,
      calls: sum(entries.map(({ calls }) => calls)),
      unpricedCalls: sum(entries.filter(({ priced }) => !priced).map(({ calls }) => calls)),
      tokens: {
        input: tokens("input"),
        output: tokens("output"),
        cacheRead: tokens("cacheRead"),
        cacheCreation: tokens("cacheCreation"),
      },
      exactMicros: micros(true),
      estimatedMicros: micros(false),
    };
  });
}

const choiceOf = ({ period, since, until }: TrendsFilter) => ({
  period,
  since: since ?? undefined,
  until: until ?? undefined,
});

const isoOrNull = (at: number | undefined): string | null => (at === undefined ? null : isoOf(at));

export type Costs = Readonly<{
  costs(filter: TrendsFilter, evals: EvalsFilter): EvalSpendingView;
  spend(filter: TrendsFilter): SpendTrendsView;
  sessions(filter: TrendsFilter): SessionTrendsView;
}>;

/** Answers queries about the costs of a scenario. */
export function costsOf(scenario: ScenarioName): Costs {
  const now = new Date(Date.parse(scenarioOf(scenario).now) + (scenario === "one" ? 0 : 5 * 3_600_000));
  // Created on first use, because most pages never show them.
  const cache: { runs?: readonly FixtureEval[] } = {};
  const allRuns = (): readonly FixtureEval[] => {
    cache.runs ??= runsOf(scenario);
    return cache.runs;
  };

  return {
    costs(filter, { tier, branch }) {
      const all = allRuns().map((run, index) => ({ run, row: costRowOf(run, index) }));
      const span = spanOf(calendar, now, choiceOf(filter));
      const rowsWithin = (from: number | undefined, to: number | undefined) =>
        all.filter(
          ({ row }) =>
            (filter.project === null || filter.project === project) &&
            (tier === null || row.tier === tier) &&
            (branch === null || row.branch === branch) &&
            (from === undefined || row.at >= from) &&
            (to === undefined || row.at < to),
        );
      const selected = rowsWithin(span.from, span.to);
      const rows = selected.map(({ row }) => row);
      const [first, last] = [rows.at(0), rows.at(-1)];
      const bounds = first === undefined || last === undefined ? null : { first: first.at, last: last.at };
      const cut = slicesOf(calendar, now, span, bounds);
      return {
        zone: calendar.zone,
        filter: { from: isoOrNull(span.from), to: isoOrNull(span.to) },
        recorded: all.length > 0,
        projects: all.length > 0 ? [project] : [],
        members: [],
        tiers: [...new Set(all.map(({ row }) => row.tier))].sort(),
        branches: [...new Set(all.map(({ row }) => row.branch))].sort(),
        ...spendingView({
          runs: rows,
          previous:
            span.previous === undefined ? undefined : rowsWithin(span.previous.from, span.previous.to).map(({ row }) => row),
          sums: cut.slices.flatMap(({ from, to }, slice) =>
            sumRows(
              slice,
              selected.filter(({ row }) => row.at >= from && row.at < to).map(({ run }) => run),
            ),
          ),
          cut,
          prices: referencePrices,
          models: defaultTierModels,
        }),
      };
    },
    spend: (filter) => spendOf(scenario, filter, now),
    sessions: (filter) => sessionsOf(scenario, filter, now),
  };
}

type Entry = Readonly<{ at: number; model: string; task: string | null; micros: number }>;

/** An agent's spending in the last days. */
function entriesUntil(now: Date, days: number, models: readonly string[]): readonly Entry[] {
  const random = seededRandom(17);
  return Array.from({ length: days * 6 }, (_, index) => {
    const at = now.getTime() - Math.floor((index * dayMs) / 6) - between(random, 0, 3_000_000);
    // Some days are expensive, and weekends are quiet.
    const busy = index % 41 < 7 ? 3 : new Date(at).getUTCDay() % 6 === 0 ? 0.2 : 1;
    return {
      at,
      model: models[between(random, 0, models.length - 1)] ?? "claude-sonnet-4-6",
      task: index % 5 === 0 ? null : `t-${1_000 + Math.floor(index / 9)}`,
      micros: Math.round(between(random, 200_000, 2_900_000) * busy),
    };
  });
}

const sumView = (entries: readonly Entry[]): SpendSumView => {
  const micros = sum(entries.map((entry) => entry.micros));
  return {
    calls: entries.length,
    input_tokens: entries.length * 12_400,
    cache_read_tokens: entries.length * 30_100,
    cache_create_tokens: entries.length * 900,
    output_tokens: entries.length * 1_210,
    usd_micros: micros,
    usd: microsToUsd(micros),
  };
};

const limits = { day: 12_000_000, week: 60_000_000, month: 220_000_000 } as const;
const extension = 8_000_000;

function limitView(entries: readonly Entry[], limit: number, resetsAt: number | null): LimitView {
  const spent = sum(entries.map(({ micros }) => micros));
  return {
    spent_usd: microsToUsd(spent),
    limit_usd: microsToUsd(limit),
    ceiling_usd: microsToUsd(limit),
    percent: Math.round((spent * 1000) / limit) / 10,
    level: levelOf(spent, limit),
    resets_at: isoOrNull(resetsAt ?? undefined),
  };
}

function budgetOf(entries: readonly Entry[], now: Date): BudgetView {
  const today = calendar.dayOf(now.getTime());
  const since = (from: number): readonly Entry[] => entries.filter(({ at }) => at >= from);
  const nextDay = calendar.startOfDay(calendar.addDays(today, 1));
  const month = calendar.startOfDay(`${today.slice(0, 8)}01`);
  const views = {
    today: limitView(since(calendar.startOfDay(today)), limits.day, nextDay),
    week: limitView(since(now.getTime() - 7 * dayMs), limits.week, null),
    month: limitView(since(month), limits.month, calendar.startOfDay(`${calendar.addDays(today, 31).slice(0, 8)}01`)),
  };
  const order = ["ok", "warning", "exhausted"] as const;
  const levels = Object.values(views).map(({ level }) => level);
  return {
    ...views,
    level: order.findLast((level) => levels.includes(level)) ?? "ok",
    projected_today_usd: Math.round(views.today.spent_usd * 1.7 * 1e6) / 1e6,
    extended_today_usd: 0,
    extension_left_usd: 50,
    allow_extension_request: true,
    extension_max_per_day_usd: 50,
    daily_usd_limit: microsToUsd(limits.day),
    daily_usd_ceiling: microsToUsd(limits.day),
    weekly_usd_limit: microsToUsd(limits.week),
    weekly_usd_ceiling: microsToUsd(limits.week),
    monthly_usd_limit: microsToUsd(limits.month),
    monthly_usd_ceiling: microsToUsd(limits.month),
  };
}

function entriesOfScenario(scenario: ScenarioName, now: Date): readonly Entry[] {
  switch (scenario) {
    case "empty":
    case "reset":
      return [];
    case "one":
      return entriesUntil(now, 1, ["claude-sonnet-4-6"]).slice(0, 1);
    case "sixty":
      return entriesUntil(now, 45, ["claude-sonnet-4-6", "claude-haiku-4-5", "claude-opus-4-6"]);
    case "thousands":
    case "eight":
      return entriesUntil(now, 500, manyModels);
    default:
      return scenario satisfies never;
  }
}

function spendOf(scenario: ScenarioName, filter: TrendsFilter, now: Date): SpendTrendsView {
  const entries = entriesOfScenario(scenario, now);
  const span = spanOf(calendar, now, choiceOf(filter));
  const inSpan = entries.filter(({ at }) => at >= (span.from ?? at) && at < (span.to ?? at + 1));
  const times = inSpan.map(({ at }) => at);
  const cut = slicesOf(calendar, now, span, times.length === 0 ? null : { first: Math.min(...times), last: Math.max(...times) });
  const totalsBy = (keyOf: (entry: Entry) => string | null) =>
    [...Map.groupBy(inSpan, keyOf)].map(([name, own]) => ({ name, ...sumView(own) })).sort((a, b) => b.usd_micros - a.usd_micros);
  const models = totalsBy(({ model }) => model).map((one) => ({ ...one, name: one.name ?? "" }));
  const tasks = totalsBy(({ task }) => task);
  return {
    zone: calendar.zone,
    from: isoOrNull(span.from),
    to: isoOrNull(span.to),
    recorded: entries.length > 0,
    limits_set: entries.length > 1,
    budget: budgetOf(entries, now),
    unit: cut.unit,
    slices: cut.slices.map((slice, index) => {
      const own = inSpan.filter(({ at }) => at >= slice.from && at < slice.to);
      const extended = cut.unit === "day" && index % 17 === 5 ? extension : 0;
      return {
        start: slice.start,
        partial: slice.partial,
        calls: own.length,
        spent_usd: sumView(own).usd,
        limit_usd: microsToUsd(limits[cut.unit] + extended),
        extended_usd: microsToUsd(extended),
        by_model: models.map(({ name }) => sumView(own.filter(({ model }) => model === name)).usd),
      };
    }),
    total: sumView(inSpan),
    models,
    tasks: tasks.slice(0, 100),
    task_count: tasks.length,
  };
}

/** Number of sessions in a scenario. */
function sessionCount(scenario: ScenarioName): number {
  switch (scenario) {
    case "empty":
    case "reset":
      return 0;
    case "one":
      return 1;
    case "sixty":
      return 60;
    case "thousands":
    case "eight":
      return 1_000;
    default:
      return scenario satisfies never;
  }
}

const hosts = ["claude-code", "codex", "vscode"] as const;
const branches = ["main", "topic/cart", "fix/a-branch-with-a-name-that-is-longer-than-most", null] as const;
const toolNames = ["Bash", "Edit", "Read", "Grep", "mcp__browser__take_a_screenshot"] as const;

/** Sessions of the last days, a few per day; every seventh has no known cost. */
function sessionsOf(scenario: ScenarioName, filter: TrendsFilter, now: Date): SessionTrendsView {
  const random = seededRandom(23);
  const all = Array.from({ length: sessionCount(scenario) }, (_, index): SessionRow => {
    const at = now.getTime() - index * 8_000_000 - between(random, 0, 6_000_000);
    const tools = toolNames.slice(0, 1 + (index % toolNames.length)).map((tool) => [tool, between(random, 1, 60)] as const);
    return {
      session_id: `session-${index}`,
      host: hosts[index % hosts.length] ?? hosts[0],
      model: manyModels[index % 3] ?? null,
      started_at: isoOf(at),
      ended_at: index === 0 ? null : isoOf(at + between(random, 60_000, 9_000_000)),
      turns: between(random, 1, 30),
      tools_json: JSON.stringify(Object.fromEntries(tools)),
      branch: branches[index % branches.length] ?? null,
      project,
    };
  });
  const span = spanOf(calendar, now, choiceOf(filter));
  const rows = all.filter(({ started_at }) => {
    const at = Date.parse(started_at);
    return at >= (span.from ?? at) && at < (span.to ?? at + 1);
  });
  const bills = rows.flatMap(({ session_id }, index): [string, SessionCost][] =>
    index % 7 === 6 ? [] : [[session_id, { micros: between(random, 20_000, 9_000_000), calls: 12, complete: index % 5 !== 4 }]],
  );
  const reviews: [string, Review][] = [
    [branchKey(project, "main"), { fact_id: "0195a000-0000-7000-8000-000000000001", score: 96, verdict: "PASS" }],
    [branchKey(project, "topic/cart"), { fact_id: "0195a000-0000-7000-8000-000000000002", score: 62, verdict: "FAIL" }],
  ];
  return buildSessionTrends(calendar, now, span, {
    rows,
    bills: new Map(bills),
    reviews: new Map(reviews),
    recorded: all.length > 0,
    cut: all.length > 100,
  });
}
