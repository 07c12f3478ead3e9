import * as z from "zod";
import { notFound } from "../../../kernel/errors.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { testsOfRun } from "../model/attempts.ts";
import { compareRuns } from "../model/compare.ts";
import { microsToUsd } from "../model/money.ts";
import type { EvalQueries, EvalRunRow } from "../model/queries.ts";
import { sanityWarnings } from "../model/warnings.ts";
import { fetchRecordedRun } from "./find-run.ts";
import { passRateOf } from "./panel-scope.ts";
import type { EvalRunDetailView } from "./panel-views.ts";
import { readRunCosts, testView } from "./show.ts";
import { evalCompareView, evalRunView, runTimeWarnings } from "./to-views.ts";
import type { EvalCompareView } from "./views.ts";

/** Maximum number of failed tests shown; a run in which more fail is broken as a whole. */
const maxFailures = 200;

/**
 * Returns a run, whether it is the baseline, and the run it is compared with: the baseline if that is another run, else the run
 * before it.
 */
function findRunWithRival(
  evals: EvalQueries,
  id: string,
): Readonly<{ row: EvalRunRow; baseline: boolean; rival: EvalRunRow | undefined }> {
  const [row] = evals.runsByPrefix(id, 1);
  if (row === undefined) throw notFound(`the eval run ${id}`, "`reward-ledger eval list` shows the runs.");
  const pinned = evals.baseline(row.project, row.tier);
  const other = pinned === undefined || pinned.id === row.id ? undefined : pinned;
  return { row, baseline: pinned?.id === row.id, rival: other ?? evals.previousRun(row) };
}

const onlyChanges = (view: EvalCompareView): EvalCompareView => ({
  ...view,
  deltas: view.deltas.filter(({ change }) => change !== "unchanged"),
});

export const evalRunDetail = defineOperation({
  name: "eval run",
  summary: "Show failures, cost and changes of one eval run",
  input: z.object({
    run: z.uuid().describe("Id of the run"),
    compare: z.boolean().default(false).describe("Also compare it with the baseline, or else with the previous run"),
    ...memberScopeKeys,
  }),
  effect: "read",
  async run(ports, { run: id, compare, ...choice }): Promise<EvalRunDetailView> {
    const whose = await memberScopeOf(ports, choice);
    const { row, baseline, rival } = await ports.ledger.ask((queries) => findRunWithRival(queries.eval, id), whose);
    const resolved = await fetchRecordedRun(ports, row);
    const { run } = resolved.data;
    const tests = testsOfRun(run);
    const failed = tests.filter(({ test }) => !test.passed);
    const before = compare && rival !== undefined ? await fetchRecordedRun(ports, rival) : undefined;
    const costs = await readRunCosts(ports, resolved);
    const view = evalRunView(row);
    return {
      run: view,
      bill: { cost_usd: microsToUsd(row.cost.micros), complete: row.cost.complete },
      baseline,
      pass_rate: passRateOf(tests.length - failed.length, tests.length),
      failed: failed.length,
      failures: failed.slice(0, maxFailures).map(testView),
      costs,
      warnings: [...runTimeWarnings(view), ...sanityWarnings(run)],
      rival: rival === undefined ? null : evalRunView(rival),
      comparison:
        before === undefined ? null : onlyChanges(evalCompareView(before.row, resolved.row, compareRuns(before.data.run, run))),
    };
  },
});
