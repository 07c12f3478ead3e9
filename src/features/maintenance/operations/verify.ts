import * as z from "zod";
import type { StoreProblem } from "../../../ports/fact-log.ts";
import { problemView, queryAgents } from "../../reviews/operations/to-views.ts";
import type { VerifyView } from "../../reviews/operations/views.ts";
import { defineOperation } from "../../shared/operation.ts";
import { findConflicts } from "../../team/operations/conflicts.ts";
import { verifyDocument } from "../documents/verify.ts";
import { sortProblems } from "./sort-problems.ts";
import { verifyRemote } from "./verify-remote.ts";

export const verify = defineOperation({
  name: "verify",
  summary: "Read every fact, check the hash chain and recompute all totals",
  input: z.object({
    remote: z.boolean().default(false).describe("Also compare the team's totals on the server with the facts here"),
  }),
  effect: "read",
  failed: ({ ok }: VerifyView) => !ok,
  examples: [{ run: "reward-ledger verify", does: "check every hash and total; exit code 1 on a problem" }],
  document: verifyDocument,
  async run(ports, { remote }, { onProgress, signal }): Promise<VerifyView> {
    const { ledger } = ports;
    const report = await ledger.verify({ onProgress, signal });
    const own = await sortProblems(ports, report.problems);
    const conflicts = (await findConflicts(ports, true)).map(
      ({ device, message }): StoreProblem => ({ kind: "conflict", device, segment: null, offset: null, seq: null, message }),
    );
    const problems = [...own.problems, ...conflicts, ...(remote ? await verifyRemote(ports, signal) : [])];
    return {
      ok: problems.length === 0,
      facts: report.facts,
      devices: report.devices,
      agents: await ledger.ask((queries) => queryAgents(queries, undefined, ports.clock.now()), "team"),
      problems: problems.map(problemView),
      warnings: own.warnings,
    };
  },
});
