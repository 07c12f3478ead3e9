import * as z from "zod";
import { projectFilter } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { evalTestsDocument } from "../documents/trend.ts";
import type { HealthState } from "../model/health.ts";
import { type TrendStatus, trendStatuses } from "../model/trend.ts";
import { branchFilter, healthFilter, tierFilter } from "./fields.ts";
import { evalTrendViews } from "./to-views.ts";
import type { EvalTestsView, EvalTrendView } from "./views.ts";

const countOf = (trends: readonly EvalTrendView[], wanted: TrendStatus): number =>
  trends.filter(({ status }) => status === wanted).length;

/** How many tests are in each status. */
const countsOf = (trends: readonly EvalTrendView[]): EvalTestsView["by_status"] => ({
  flaky: countOf(trends, "flaky"),
  degrading: countOf(trends, "degrading"),
  improving: countOf(trends, "improving"),
  "stable-fail": countOf(trends, "stable-fail"),
  "stable-pass": countOf(trends, "stable-pass"),
});

/** How many tests are in each state of health. */
export function healthCounts(tests: readonly Readonly<{ health: HealthState }>[]): Readonly<Record<HealthState, number>> {
  const counts = { broken: 0, degrading: 0, flaky: 0, recovering: 0, "too-few": 0, healthy: 0 };
  for (const { health } of tests) counts[health] += 1;
  return counts;
}

export const evalTests = defineOperation({
  name: "eval tests",
  summary: "Count tests by health, those that need attention first",
  input: z.object({
    over: z.int().min(1).default(10).describe("Number of recent runs to look at; default 10"),
    tier: tierFilter,
    branch: branchFilter,
    project: projectFilter,
    status: z.enum(trendStatuses).optional().describe("List only tests of this status"),
    health: healthFilter,
    limit: z.int().min(0).default(50).describe("Maximum number of tests; default 50"),
    ...memberScopeKeys,
  }),
  effect: "read",
  examples: [
    { run: "reward-ledger eval tests", does: "how many tests are flaky, degrading and so on" },
    { run: "reward-ledger eval tests --status degrading --limit 5", does: "five degrading tests" },
  ],
  document: evalTestsDocument,
  async run(ports, { over, tier, branch, project, status, health, limit, ...choice }): Promise<EvalTestsView> {
    const whose = await memberScopeOf(ports, choice);
    return ports.ledger.ask(({ eval: evals }) => {
      const scope = { branch, project };
      const packed = evals.packedRuns({ ...scope, limit: over });
      const trends = evalTrendViews(packed, evals.tests({ tier }));
      const chosen = trends.filter(
        (trend) => (status === undefined || trend.status === status) && (health === undefined || trend.health === health),
      );
      return {
        runs: evals.countRuns(scope),
        over: packed.length,
        by_status: countsOf(trends),
        by_health: healthCounts(trends),
        tests: chosen.slice(0, limit),
        left_out: Math.max(0, chosen.length - limit),
      };
    }, whose);
  },
});
