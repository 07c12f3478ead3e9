import * as z from "zod";
import { readRecentSpend } from "../../agent/model/spend-limits.ts";
import { summaryStatus } from "../../reviews/operations/status-from-summary.ts";
import { queryStatus } from "../../reviews/operations/to-views.ts";
import { agentField } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { spendBounds } from "../../shared/spend-periods.ts";
import { statuslineText } from "../documents/statusline.ts";
import { statuslineView } from "./statusline-view.ts";
import type { StatuslineView } from "./views.ts";

export const statusline = defineOperation({
  name: "statusline",
  summary: "Print one line for an agent's status line",
  input: z.object({ agent: agentField }),
  effect: "read",
  examples: [
    { run: "reward-ledger statusline", does: "coins, streak and today's spending in one line" },
    { run: "reward-ledger statusline --agent codex --json", does: "the same numbers, for a script" },
  ],
  document: statuslineText,
  async run({ ledger, surroundings, clock, calendar }, { agent: agentInput }): Promise<StatuslineView> {
    const agent = agentInput ?? surroundings.agent;
    const now = clock.now();
    const moment = { now, bounds: spendBounds(calendar, now) };
    const summary = await ledger.summary();
    const standing = summaryStatus(summary, agent, undefined, now);
    if (summary?.spend !== undefined && standing !== undefined) return statuslineView(agent, standing, summary.spend, moment);
    return ledger.ask((queries) =>
      statuslineView(agent, queryStatus(queries, agent, undefined, now), readRecentSpend(queries.agent, now), moment),
    );
  },
});
