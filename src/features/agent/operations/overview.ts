import * as z from "zod";
import { defineOperation } from "../../shared/operation.ts";
import { overviewDocument } from "../documents/stores.ts";
import { feedback } from "../model/feedback.ts";
import { inbox } from "../model/inbox.ts";
import { tasks } from "../model/tasks.ts";
import { budgetView } from "./budget.ts";
import { onlyProject } from "./fields.ts";
import type { OverviewView } from "./views.ts";

export const overview = defineOperation({
  name: "overview",
  summary: "Show open questions, tasks, feedback and the budget",
  input: z.object({ project: onlyProject }),
  effect: "read",
  examples: [{ run: "reward-ledger overview", does: "all at a glance" }],
  document: overviewDocument,
  run: ({ ledger, calendar, clock }, { project }): Promise<OverviewView> =>
    ledger.ask((queries) => {
      const { agent } = queries;
      return {
        project: project ?? null,
        inbox: { unanswered: agent.unanswered(project), by_state: agent.counts(inbox, project) },
        tasks: { by_state: agent.counts(tasks, project) },
        feedback: { by_state: agent.counts(feedback, project) },
        budget: budgetView(queries, calendar, clock.now()),
      };
    }),
});
