import * as z from "zod";
import { notFound } from "../../../kernel/errors.ts";
import { agentFilter, projectFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { toolName } from "../../shared/tool-answer.ts";
import { fetchRun } from "./show.ts";
import { findingView, violationView } from "./to-views.ts";
import { placeShape } from "./tool-shapes.ts";
import type { RuleView } from "./views.ts";

/** Number of the latest runs with the rule that are opened for examples. */
const exampleRuns = 3;
const maxExamples = 5;

export const rule = defineOperation({
  name: "rule",
  summary: "Show how often a rule was broken, and the latest places",
  input: z.object({
    rule: z.string().normalize("NFC").min(1).describe("Id of the rule"),
    agent: agentFilter,
    project: projectFilter,
  }),
  effect: "read",
  tool: {
    takes: { rule: true, agent: true, project: true },
    output: z.object({
      rule: toolName(),
      count: z.int(),
      runs: z.int(),
      first_seen: toolName(),
      last_seen: toolName(),
      examples: z.array(placeShape.extend({ run_id: toolName() })),
    }),
  },
  async run({ ledger }, { rule: id, ...scope }): Promise<RuleView> {
    const { tally, latest } = await ledger.ask(({ review }) => ({
      tally: review.ruleTallies(scope).find((one) => one.rule === id),
      latest: review.runsBreaking(id, { ...scope, limit: exampleRuns }),
    }));
    if (tally === undefined) throw notFound(`findings of the rule ${id}`, "`violations` lists the rules that were broken.");
    const runs = await Promise.all(latest.map(async (row) => ({ row, run: await fetchRun(ledger, row) })));
    const examples = runs.flatMap(({ row, run }) =>
      run.report.findings.filter((one) => one.rule === id).map((one) => ({ run_id: row.runId, ...findingView(one) })),
    );
    return { ...violationView(tally), examples: examples.slice(0, maxExamples) };
  },
});
