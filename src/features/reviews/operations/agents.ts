import * as z from "zod";
import { projectFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { agentsDocument } from "../documents/status.ts";
import { resetsNote } from "./resets-in-force.ts";
import { summaryAgents } from "./status-from-summary.ts";
import { queryAgents } from "./to-views.ts";
import type { StatusView } from "./views.ts";

export const agents = defineOperation({
  name: "agents",
  summary: "List every agent with its coins and streaks, most coins first",
  input: z.object({ project: projectFilter }),
  effect: "read",
  examples: [{ run: "reward-ledger agents", does: "all agents, most coins first" }],
  note: resetsNote,
  document: agentsDocument,
  async run({ ledger, clock }, { project }): Promise<readonly StatusView[]> {
    const fromSummary = summaryAgents(await ledger.summary(), project, clock.now());
    return fromSummary ?? (await ledger.ask((queries) => queryAgents(queries, project, clock.now())));
  },
});
