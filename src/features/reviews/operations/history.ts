import * as z from "zod";
import { notFound } from "../../../kernel/errors.ts";
import { agentFilter, projectFilter, since, until } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { boundsOf } from "../../shared/period.ts";
import { defaultRowLimit } from "../../shared/row-limit.ts";
import { historyDocument } from "../documents/run-list.ts";
import { resetsNote } from "./resets-in-force.ts";
import { runView } from "./to-views.ts";
import { runShape } from "./tool-shapes.ts";
import type { RunView } from "./views.ts";

export const history = defineOperation({
  name: "history",
  summary: "List runs oldest first, with the coins after each",
  input: z.object({
    agent: agentFilter,
    project: projectFilter,
    limit: z.int().min(1).optional().describe("Maximum number of runs, the latest ones; default 50 as text, all with --json"),
    since,
    until,
    before: z.uuid().optional().describe("Only runs before the one with this fact id, to page backwards"),
    ...memberScopeKeys,
  }),
  effect: "read",
  examples: [
    { run: "reward-ledger history --limit 20", does: "the latest twenty runs, oldest first" },
    { run: "reward-ledger history --agent codex --since 2026-03-01", does: "runs of one agent since a day" },
  ],
  forPeople: { limit: defaultRowLimit },
  note: resetsNote,
  document: historyDocument,
  tool: {
    about: "List runs, latest first",
    takes: { agent: true, project: true, since: true, until: true },
    output: z.object({ runs: z.array(runShape) }),
    answer: (runs: readonly RunView[]) => ({ runs: runs.toReversed() }),
    list: { key: "runs", after: { input: "before", field: "fact_id" } },
  },
  async run(ports, input): Promise<readonly RunView[]> {
    const { ledger, calendar } = ports;
    const memberScope = await memberScopeOf(ports, input);
    const bounds = boundsOf(calendar, input);
    return ledger.ask(({ review }) => {
      const beforeRow = input.before === undefined ? undefined : review.runByFact(input.before);
      if (input.before !== undefined && beforeRow === undefined) {
        throw notFound(`the run of fact ${input.before}`, "List the runs with `history` and take a fact_id from there.");
      }
      const before = beforeRow === undefined ? undefined : { at: beforeRow.at, factId: beforeRow.factId };
      return review.history({ agent: input.agent, project: input.project, ...bounds, limit: input.limit, before }).map(runView);
    }, memberScope);
  },
});
