import * as z from "zod";
import { LedgerError } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { agentFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { parseRulesFile, rulesPath, toListedRules } from "../model/rules-file.ts";
import { effectsOf } from "./effects.ts";
import { readUpdates } from "./files.ts";
import { targetViews } from "./targets.ts";
import type { RulesOverviewView } from "./views.ts";
import { queryHits } from "./write.ts";

/** Returns the parsed rules file; null: there is none; an error: it cannot be read, which is not a failure of the ledger. */
async function readRulesFile(files: Ports["surroundings"]["projectFiles"]) {
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
    const emptyView = { top, file: rulesPath, version: null, rules: [], targets: [] };
    const rulesFile = await readRulesFile(surroundings.projectFiles);
    if (rulesFile === null) return { ...emptyView, problem: null };
    if (rulesFile instanceof LedgerError) return { ...emptyView, problem: rulesFile.message };
    const { text, listed, version } = rulesFile;
    const project = await surroundings.project();
    const updates = await readUpdates(ports, project);
    const hits = await queryHits(ports, { project, agent, updates });
    const effects = await ledger.ask((queries) => effectsOf(queries, updates, { agent, isAsked: ({ until }) => until === null }));
    const current = new Map(effects.map((effect) => [effect.rule, effect]));
    return {
      top,
      file: rulesPath,
      problem: null,
      version,
      rules: toListedRules(listed, hits).map((one) => ({ ...one, effect: current.get(one.rule) ?? null })),
      targets: await targetViews(ports, text, updates),
    };
  },
});
