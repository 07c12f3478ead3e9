import * as z from "zod";
import { agentFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { asListed, parseRulesFile, rulesPath } from "../model/rules-file.ts";
import { effectsOf } from "./effects.ts";
import { updatesOf } from "./files.ts";
import { targetViews } from "./targets.ts";
import type { RulesOverviewView } from "./views.ts";
import { hitsOf } from "./write.ts";

export const rulesOverview = defineOperation({
  name: "rules overview",
  summary: "List the house rules with hits and effect, and where agents read them",
  input: z.object({ agent: agentFilter }),
  effect: "read",
  async run(ports, { agent }): Promise<RulesOverviewView> {
    const { surroundings, ledger } = ports;
    const project = await surroundings.project();
    const text = await surroundings.projectFiles.text(rulesPath);
    if (text === null) return { file: rulesPath, version: null, rules: [], targets: [] };
    const { listed, version } = parseRulesFile(text, rulesPath);
    const updates = await updatesOf(ports, project);
    const hits = await hitsOf(ports, { project, agent, updates });
    const effects = await ledger.ask((queries) => effectsOf(queries, updates, { agent }));
    const current = new Map(effects.filter(({ until }) => until === null).map((effect) => [effect.rule, effect]));
    return {
      file: rulesPath,
      version,
      rules: asListed(listed, hits).map((one) => ({ ...one, effect: current.get(one.rule) ?? null })),
      targets: await targetViews(ports, text, updates),
    };
  },
});
