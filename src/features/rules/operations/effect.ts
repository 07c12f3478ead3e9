import * as z from "zod";
import { agentFilter, projectFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { effectsDocument } from "../documents/effect.ts";
import { effectsOf } from "./effects.ts";
import { readUpdates } from "./files.ts";
import type { EffectView } from "./views.ts";

export const rulesEffect = defineOperation({
  name: "rules effect",
  summary: "Show whether rules are broken less often since they are taught",
  input: z.object({ agent: agentFilter, project: projectFilter.describe("Project; default the one of the working directory") }),
  effect: "read",
  examples: [{ run: "reward-ledger rules effect", does: "what each taught rule changed" }],
  document: effectsDocument,
  async run(ports, { agent, project: projectInput }): Promise<readonly EffectView[]> {
    const updates = await readUpdates(ports, projectInput ?? (await ports.surroundings.project()));
    return ports.ledger.ask((queries) => effectsOf(queries, updates, { agent }));
  },
});
