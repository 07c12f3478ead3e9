import * as z from "zod";
import { summarizeRuns } from "../../domain/eval/summary.ts";
import { trendStatuses } from "../../domain/eval/trend.ts";
import { evalRunView, evalSummaryView, evalTrendViews } from "../eval-answers.ts";
import type { EvalRunView, EvalSummaryView, EvalTrendView } from "../eval-views.ts";
import { projectFilter, since, until } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { boundsOf } from "../period.ts";
import { branchFilter, tierFilter } from "./fields.ts";

const count = z.int().min(1);

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
  }),
  writes: false,
  async run({ ledger, calendar }, { branch, tier, project, limit, ...period }): Promise<readonly EvalRunView[]> {
    const scope = { branch, tier, project, ...boundsOf(calendar, period) };
    const rows = await ledger.ask((queries) => queries.eval.runs({ ...scope, limit }));
    return rows.map(evalRunView);
  },
});

export const evalSummary = defineOperation({
  name: "eval summary",
  summary: "Sum up eval runs: spending, detection, flaky tests, branches",
  input: z.object({
    limit: count.optional().describe("Only the newest so many runs; default all"),
    tier: tierFilter,
    project: projectFilter,
  }),
  writes: false,
  async run({ ledger }, { limit, tier, project }): Promise<EvalSummaryView> {
    return ledger.ask((queries) => {
      const scope = { tier, project, limit };
      const trends = evalTrendViews(queries.eval.packedRuns(scope), queries.eval.tests({}));
      return evalSummaryView(summarizeRuns(queries.eval.runs(scope)), trends);
    });
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
  }),
  writes: false,
  async run({ ledger }, { limit, tier, branch, project, suite, test, status }): Promise<readonly EvalTrendView[]> {
    const trends = await ledger.ask(({ eval: evals }) =>
      evalTrendViews(evals.packedRuns({ limit, branch, project }), evals.tests({ tier, suite, name: test })),
    );
    return status === undefined ? trends : trends.filter((trend) => trend.status === status);
  },
});
