import * as z from "zod";
import { defineOperation } from "./operation.ts";
import { askAgents, problemView } from "./present.ts";
import type { VerifyView } from "./views.ts";

export const verify = defineOperation({
  name: "verify",
  summary: "Read every fact again, check the chain and recompute all totals",
  input: z.object({}),
  writes: false,
  failed: ({ ok }: VerifyView) => !ok,
  async run({ ledger }, _input, { onProgress, signal }): Promise<VerifyView> {
    const report = await ledger.verify({ onProgress, signal });
    return {
      ok: report.problems.length === 0,
      facts: report.facts,
      devices: report.devices,
      agents: await ledger.ask((queries) => askAgents(queries, undefined)),
      problems: report.problems.map(problemView),
    };
  },
});
