import * as z from "zod";
import { membersOf, panelFrame, panelKeys, panelSpan } from "../../evals/operations/panel-scope.ts";
import { memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { slicesOf } from "../../shared/time-buckets.ts";
import { spendingView } from "./eval-spending-view.ts";
import type { EvalSpendingView } from "./views.ts";

export const evalSpending = defineOperation({
  name: "eval spending",
  summary: "Show the cost of evals over time, by model and by result",
  input: z.object(panelKeys),
  effect: "read",
  async run(ports, choice): Promise<EvalSpendingView> {
    const { ledger, calendar, clock, evals } = ports;
    const now = clock.now();
    const span = panelSpan(calendar, now, choice);
    const [whose, members, prices] = await Promise.all([memberScopeOf(ports, choice), membersOf(ports), evals.prices()]);
    return ledger.ask((queries) => {
      const { project, tier, branch } = choice;
      const { from, to, previous } = span;
      const scope = { project, tier, branch };
      const runs = queries.eval.costRuns({ ...scope, from, to });
      const [first, last] = [runs.at(0), runs.at(-1)];
      const range = first === undefined || last === undefined ? null : { first: first.at, last: last.at };
      const cut = slicesOf(calendar, now, span, range);
      return {
        ...panelFrame(queries, calendar, span, members),
        ...spendingView({
          runs,
          previous: previous === undefined ? undefined : queries.eval.costRuns({ ...scope, ...previous }),
          sums: queries.eval.costSums({ ...scope, from, to, starts: cut.slices.map((slice) => slice.from) }),
          cut,
          prices,
          models: evals.models,
        }),
      };
    }, whose);
  },
});
