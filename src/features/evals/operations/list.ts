import * as z from "zod";
import { projectFilter, since, until } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { boundsOf } from "../../shared/period.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { evalListDocument } from "../documents/run-list.ts";
import { evalSummaryDocument } from "../documents/summary.ts";
import { evalTrendDocument } from "../documents/trend.ts";
import { microsToUsd } from "../model/money.ts";
import type { EvalQueries, EvalRunRow } from "../model/queries.ts";
import { summarizeRuns } from "../model/summary.ts";
import { trendStatuses } from "../model/trend.ts";
import { branchFilter, healthFilter, tierFilter } from "./fields.ts";
import { evalRunView, evalSummaryView, evalTrendViews } from "./to-views.ts";
import type { EvalListPage, EvalSummaryView, EvalTrendView } from "./views.ts";

const count = z.int().min(1);

/** Returns a function that finds the id of a run's baseline, with one query per project and tier. */
function createBaselineLookup(evals: EvalQueries): (run: Pick<EvalRunRow, "project" | "tier">) => string | undefined {
  const baselineIds = new Map<string, string | undefined>();
  return ({ project, tier }) => {
    const key = JSON.stringify([project, tier]);
    if (!baselineIds.has(key)) baselineIds.set(key, evals.baseline(project, tier)?.id);
    return baselineIds.get(key);
  };
}

export const evalList = defineOperation({
  name: "eval list",
  summary: "List eval runs, latest first",
  input: z.object({
    branch: branchFilter,
    tier: tierFilter,
    project: projectFilter,
    limit: count.default(50).describe("Maximum number of runs; default 50"),
    since,
    until,
    ...memberScopeKeys,
  }),
  effect: "read",
  examples: [{ run: "reward-ledger eval list --tier e2e --limit 10", does: "the latest ten end-to-end runs" }],
  document: evalListDocument,
  answer: ({ runs }: EvalListPage) => runs,
  async run(ports, { branch, tier, project, limit, team, member, ...period }): Promise<EvalListPage> {
    const scope = { branch, tier, project, ...boundsOf(ports.calendar, period) };
    const whose = await memberScopeOf(ports, { team, member });
    return ports.ledger.ask(({ eval: evals }) => {
      const baselineIdOf = createBaselineLookup(evals);
      const { runs, partial, micros, complete } = evals.spent(scope);
      return {
        runs: evals.runs({ ...scope, limit }).map((row) => ({ ...evalRunView(row), baseline: baselineIdOf(row) === row.id })),
        matching: runs,
        partial,
        cost_usd: microsToUsd(micros),
        cost_complete: complete,
      };
    }, whose);
  },
});

export const evalSummary = defineOperation({
  name: "eval summary",
  summary: "Sum up eval runs: spending, detection, flaky tests, branches",
  input: z.object({
    limit: count.optional().describe("Maximum number of runs; default all"),
    tier: tierFilter,
    project: projectFilter,
    ...memberScopeKeys,
  }),
  effect: "read",
  examples: [{ run: "reward-ledger eval summary --limit 50", does: "spending, detection and flaky tests of 50 runs" }],
  document: evalSummaryDocument,
  async run(ports, { limit, tier, project, ...choice }): Promise<EvalSummaryView> {
    const whose = await memberScopeOf(ports, choice);
    return ports.ledger.ask((queries) => {
      const scope = { tier, project };
      const trends = evalTrendViews(queries.eval.packedRuns({ ...scope, limit }), queries.eval.tests({}));
      const rows = queries.eval.runs({ ...scope, limit });
      return evalSummaryView(summarizeRuns(rows), trends);
    }, whose);
  },
});

export const evalTrend = defineOperation({
  name: "eval trend",
  summary: "Show each test's health and its pass/fail trend over recent runs",
  input: z.object({
    limit: count.default(10).describe("Number of recent runs to look at; default 10"),
    tier: tierFilter,
    branch: branchFilter,
    project: projectFilter,
    suite: z.string().normalize("NFC").optional().describe("Only tests of this suite"),
    test: z.string().trim().normalize("NFC").min(1).optional().describe("Only the test of this name"),
    status: z.enum(trendStatuses).optional().describe("Only tests of this status"),
    health: healthFilter,
    markdown: z.boolean().default(false).describe("Print a Markdown table"),
    csv: z.boolean().default(false).describe("Print CSV, safe to open in a spreadsheet"),
    ...memberScopeKeys,
  }),
  effect: "read",
  examples: [
    { run: "reward-ledger eval trend", does: "every test over the latest ten runs" },
    { run: "reward-ledger eval trend --limit 100 --status flaky --markdown", does: "flaky tests as a Markdown table" },
  ],
  document: evalTrendDocument,
  tool: {
    about: "List tests over the latest ten runs, those that need attention first",
    takes: { tier: true, branch: true, project: true, test: true, health: true },
    output: z.object({
      tests: z.array(
        z.object({
          tier: toolName(),
          suite: toolName(),
          name: toolName(),
          status: toolName(),
          health: toolName(),
          health_reason: toolText(),
          pass_rate: z.number(),
          flips: z.int(),
        }),
      ),
    }),
    answer: (tests: readonly EvalTrendView[]) => ({ tests }),
    list: { key: "tests" },
  },
  async run(ports, { limit, tier, branch, project, suite, test, status, health, ...choice }): Promise<readonly EvalTrendView[]> {
    const whose = await memberScopeOf(ports, choice);
    const trends = await ports.ledger.ask(
      ({ eval: evals }) => evalTrendViews(evals.packedRuns({ limit, branch, project }), evals.tests({ tier, suite, name: test })),
      whose,
    );
    return trends.filter(
      (trend) => (status === undefined || trend.status === status) && (health === undefined || trend.health === health),
    );
  },
});
