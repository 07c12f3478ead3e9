import * as z from "zod";
import { usage } from "../../../kernel/errors.ts";
import { agentFilter, projectFilter, since, until } from "../../shared/fields.ts";
import { memberScopeKeys, memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { boundsOf } from "../../shared/period.ts";
import { toolName } from "../../shared/tool-answer.ts";
import { violationsDocument } from "../documents/violations.ts";
import { resetsNote } from "./resets-in-force.ts";
import { violationView } from "./to-views.ts";
import type { ViolationView } from "./views.ts";

export const violations = defineOperation({
  name: "violations",
  summary: "List broken rules, most frequent first",
  input: z.object({
    agent: agentFilter,
    project: projectFilter,
    last: z.int().min(1).optional().describe("Only findings of this many latest runs"),
    since,
    until,
    limit: z.int().min(1).optional().describe("Maximum number of rules"),
    ...memberScopeKeys,
  }),
  effect: "read",
  examples: [
    { run: "reward-ledger violations --last 20", does: "rules broken in the latest twenty runs" },
    { run: "reward-ledger violations --since 2026-03-01", does: "rules broken since a day" },
  ],
  note: resetsNote,
  document: violationsDocument,
  tool: {
    takes: { agent: true, project: true, last: true, since: true, until: true },
    output: z.object({
      rules: z.array(z.object({ rule: toolName(), count: z.int(), runs: z.int(), last_seen: toolName() })),
    }),
    answer: (rules: readonly ViolationView[]) => ({ rules }),
    list: { key: "rules", most: "limit" },
  },
  async run(ports, input): Promise<readonly ViolationView[]> {
    const { ledger, calendar } = ports;
    const memberScope = await memberScopeOf(ports, input);
    if (input.last !== undefined && input.since !== undefined) {
      throw usage("Failed to list violations: --last and --since exclude each other", "Give only one of them.");
    }
    const bounds = boundsOf(calendar, input);
    return ledger.ask(
      ({ review }) =>
        review
          .ruleTallies({ agent: input.agent, project: input.project, ...bounds, lastRuns: input.last, limit: input.limit })
          .map(violationView),
      memberScope,
    );
  },
});
