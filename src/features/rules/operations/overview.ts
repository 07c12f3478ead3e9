import * as z from "zod";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { agentFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { asListed, parseRulesFile, rulesPath } from "../model/rules-file.ts";
import { effectsOf } from "./effects.ts";
import { updatesOf } from "./files.ts";
import { targetViews } from "./targets.ts";
import type { RulesOverviewView } from "./views.ts";
import { hitsOf } from "./write.ts";

/** Returns the parsed rules file; null: there is none; an error: it cannot be read, which is not a failure of the ledger. */
async function fileOf(files: Ports["surroundings"]["projectFiles"]) {
  try {
    const text = await files.text(rulesPath);
    return text === null ? null : { text, ...parseRulesFile(text, rulesPath) };
  } catch (error) {
    if (error instanceof LedgerError) return error;
    throw error;
  }
}

export const rulesOverview = defineOperation({
  name: "rules overview",
  summary: "List the house rules with hits and effect, and where agents read them",
  input: z.object({ agent: agentFilter }),
  effect: "read",
  async run(ports, { agent }): Promise<RulesOverviewView> {
    const { surroundings, ledger } = ports;
    const top = await surroundings.top();
    const nothing = { top, file: rulesPath, version: null, rules: [], targets: [] };
    const found = await fileOf(surroundings.projectFiles);
    if (found === null) return { ...nothing, problem: null };
    if (found instanceof LedgerError) return { ...nothing, problem: found.message };
    const { text, listed, version } = found;
    const project = await surroundings.project();
    const updates = await updatesOf(ports, project);
    const hits = await hitsOf(ports, { project, agent, updates });
    const effects = await ledger.ask((queries) => effectsOf(queries, updates, { agent, isAsked: ({ until }) => until === null }));
    const current = new Map(effects.map((effect) => [effect.rule, effect]));
    return {
      top,
      file: rulesPath,
      problem: null,
      version,
      rules: asListed(listed, hits).map((one) => ({ ...one, effect: current.get(one.rule) ?? null })),
      targets: await targetViews(ports, text, updates),
    };
  },
});
