import * as z from "zod";
import type { EvalQueries, EvalRunRow } from "../../domain/eval/queries.ts";
import { summarizeRuns } from "../../domain/eval/summary.ts";
import { trendStatuses } from "../../domain/eval/trend.ts";
import { evalRunCostView, evalRunView, evalSummaryView, evalTrendViews } from "../eval-answers.ts";
import type { EvalListView, EvalSummaryView, EvalTrendView } from "../eval-views.ts";
import { projectFilter, since, until } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { boundsOf } from "../period.ts";
import { whoseKeys, whoseOf } from "../whose.ts";
import { branchFilter, tierFilter } from "./fields.ts";
import { runCosts, scopeOfNewest } from "./run-costs.ts";

const count = z.int().min(1);

/** Asks once a project and tier for the id of its baseline. */
function baselinesBy(evals: EvalQueries): (run: Pick<EvalRunRow, "project" | "tier">) => string | undefined {
  const known = new Map<string, string | undefined>();
  return ({ project, tier }) => {
    const key = JSON.stringify([project, tier]);
    if (!known.has(key)) known.set(key, evals.baseline(project, tier)?.id);
    return known.get(key);
  };
}

export const evalList = defineOperation({
  name: "eval list",
  summary: "List eval runs, newest first",
  input: z.object({
    branch: branchFilter,
    tier: tierFilter,
    project: projectFilter,
    limit: count.default(50).describe("Only the newest so many runs; default 50"),
    since,
    until,
    ...whoseKeys,
  }),
  writes: false,
  async run(ports, { branch, tier, project, limit, team, member, ...period }): Promise<readonly EvalListView[]> {
    const scope = { branch, tier, project, ...boundsOf(ports.calendar, period) };
    const whose = await whoseOf(ports, { team, member });
    return ports.ledger.ask(({ eval: evals }) => {
      const pinned = baselinesBy(evals);
      const rows = evals.runs({ ...scope, limit });
      const costOf = runCosts(evals, scopeOfNewest(scope, rows));
      return rows.map((row) => ({ ...evalRunView(row), ...evalRunCostView(costOf(row)), baseline: pinned(row) === row.id }));
    }, whose);
  },
});

export const evalSummary = defineOperation({
  name: "eval summary",
  summary: "Sum up eval runs: spending, detection, flaky tests, branches",
  input: z.object({
    limit: count.optional().describe("Only the newest so many runs; default all"),
    tier: tierFilter,
    project: projectFilter,
    ...whoseKeys,
  }),
  writes: false,
  async run(ports, { limit, tier, project, ...choice }): Promise<EvalSummaryView> {
    const whose = await whoseOf(ports, choice);
    return ports.ledger.ask((queries) => {
      const scope = { tier, project };
      const trends = evalTrendViews(queries.eval.packedRuns({ ...scope, limit }), queries.eval.tests({}));
      const rows = queries.eval.runs({ ...scope, limit });
      const costOf = runCosts(queries.eval, scopeOfNewest(scope, rows));
      return evalSummaryView(summarizeRuns(rows.map((row) => ({ ...row, cost: costOf(row) }))), trends);
    }, whose);
  },
});

export const evalTrend = defineOperation({
  name: "eval trend",
  summary: "Show how each test has fared over the newest runs",
  input: z.object({
    limit: count.default(10).describe("Over the newest so many runs; default 10"),
    tier: tierFilter,
    branch: branchFilter,
    project: projectFilter,
    suite: z.string().optional().describe("Only tests of this suite"),
    test: z.string().trim().min(1).optional().describe("Only the test of this name"),
    status: z.enum(trendStatuses).optional().describe("Only tests of this status"),
    markdown: z.boolean().default(false).describe("Print a Markdown table"),
    csv: z.boolean().default(false).describe("Print CSV, safe to open in a spreadsheet"),
    ...whoseKeys,
  }),
  writes: false,
  async run(ports, { limit, tier, branch, project, suite, test, status, ...choice }): Promise<readonly EvalTrendView[]> {
    const whose = await whoseOf(ports, choice);
    const trends = await ports.ledger.ask(
      ({ eval: evals }) => evalTrendViews(evals.packedRuns({ limit, branch, project }), evals.tests({ tier, suite, name: test })),
      whose,
    );
    return status === undefined ? trends : trends.filter((trend) => trend.status === status);
  },
});
