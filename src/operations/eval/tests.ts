import * as z from "zod";
import { type TrendStatus, trendStatuses } from "../../domain/eval/trend.ts";
import { evalTrendViews } from "../eval-answers.ts";
import type { EvalTestsView, EvalTrendView } from "../eval-views.ts";
import { projectFilter } from "../fields.ts";
import { defineOperation } from "../operation.ts";
import { whoseKeys, whoseOf } from "../whose.ts";
import { branchFilter, tierFilter } from "./fields.ts";

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

export const evalTests = defineOperation({
  name: "eval tests",
  summary: "Count tests by how they have fared, and list the first of them",
  input: z.object({
    over: z.int().min(1).default(10).describe("Over the newest so many runs; default 10"),
    tier: tierFilter,
    branch: branchFilter,
    project: projectFilter,
    status: z.enum(trendStatuses).optional().describe("List only tests of this status"),
    limit: z.int().min(0).default(50).describe("List at most so many tests; default 50"),
    ...whoseKeys,
  }),
  writes: false,
  async run(ports, { over, tier, branch, project, status, limit, ...choice }): Promise<EvalTestsView> {
    const whose = await whoseOf(ports, choice);
    return ports.ledger.ask(({ eval: evals }) => {
      const scope = { branch, project };
      const packed = evals.packedRuns({ ...scope, limit: over });
      const trends = evalTrendViews(packed, evals.tests({ tier }));
      const chosen = status === undefined ? trends : trends.filter((trend) => trend.status === status);
      return {
        runs: evals.countRuns(scope),
        over: packed.length,
        by_status: countsOf(trends),
        tests: chosen.slice(0, limit),
        left_out: Math.max(0, chosen.length - limit),
      };
    }, whose);
  },
});
