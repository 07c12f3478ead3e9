import * as z from "zod";
import { notFound, outputExists } from "../../../kernel/errors.ts";
import { agentFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { retiredDocument, rulesWrittenDocument, targetsDocument } from "../documents/rules.ts";
import { defaultRules } from "../model/default-rules.ts";
import { houseRulesVersion, rulesPath, rulesToList, usualMaxLines } from "../model/rules-file.ts";
import { fileFor, fileWithout, isInstalled, targetNames, targets } from "../model/targets.ts";
import { install, rulesText, targetOf } from "./files.ts";
import type { RulesShowView, RulesWrittenView, TargetView } from "./views.ts";
import { recordRules, writeRules } from "./write.ts";

const target = z.enum(targetNames);
const maxLines = z
  .int()
  .min(1)
  .default(usualMaxLines)
  .describe("Maximum number of lines of the file; agents read all of it, so keep it short");

export const rulesInit = defineOperation({
  name: "rules init",
  summary: "Create the project's house rules",
  input: z.object({ ide: target.optional().describe("Also install them for this agent") }),
  effect: "write",
  idempotent: false,
  examples: [{ run: "reward-ledger rules init --ide claude", does: "create them, and install them for Claude Code" }],
  document: (view: RulesWrittenView, words) => rulesWrittenDocument(view, words, "init"),
  async run({ ledger, surroundings, calendar, clock }, { ide }): Promise<RulesWrittenView> {
    const { projectFiles: files } = surroundings;
    if ((await files.text(rulesPath)) !== null) {
      throw outputExists(rulesPath, "Edit the file, or bring its managed part up to date with `reward-ledger rules update`.");
    }
    const updated = calendar.dayOf(clock.now().getTime());
    const text = defaultRules(updated);
    await files.write(rulesPath, text);
    const installed = ide === undefined ? [] : await install(files, text, ide);
    await recordRules({ ledger }, await surroundings.project(), {
      cause: "init",
      file: rulesPath,
      version: 1,
      rules: [],
      retired: [],
    });
    return { file: rulesPath, version: 1, updated, rules: [], added: [], removed: [], no_room: [], no_id: [], installed };
  },
});

export const rulesShow = defineOperation({
  name: "rules show",
  summary: "Show the project's house rules",
  input: z.object({}),
  effect: "read",
  examples: [{ run: "reward-ledger rules show", does: "print the file" }],
  document: ({ text }: RulesShowView) => text,
  async run({ surroundings }): Promise<RulesShowView> {
    const text = await rulesText(surroundings.projectFiles);
    return { file: rulesPath, version: houseRulesVersion(text), text };
  },
});

export const rulesUpdate = defineOperation({
  name: "rules update",
  summary: "List the most broken rules in the house rules, and install them for agents",
  input: z.object({
    ide: target.optional().describe("Install them for this agent only; default those that have them already"),
    agent: agentFilter,
    max_lines: maxLines,
  }),
  effect: "write",
  idempotent: false,
  examples: [
    { run: "reward-ledger rules update", does: "teach what the latest twenty runs broke" },
    { run: "reward-ledger rules update --ide agents-md", does: "also write them into AGENTS.md" },
  ],
  document: (view: RulesWrittenView, words) => rulesWrittenDocument(view, words, "update"),
  run: (ports, input): Promise<RulesWrittenView> =>
    writeRules(ports, input, "update", ({ listed }, hits) => ({ rules: rulesToList(listed, hits), retired: [] })),
});

export const rulesRetire = defineOperation({
  name: "rules retire",
  summary: "Take a rule out of the house rules; it returns when it is broken again",
  input: z.object({
    rule: z.string().normalize("NFC").min(1).describe("Id of the rule"),
    agent: agentFilter,
    max_lines: maxLines,
  }),
  positional: ["rule"],
  effect: "write",
  idempotent: false,
  examples: [{ run: "reward-ledger rules retire E501", does: "stop teaching a rule that is kept" }],
  document: retiredDocument,
  run: (ports, { rule, ...input }): Promise<RulesWrittenView> =>
    writeRules(ports, input, "retire", ({ listed }, { counted }) => {
      if (!listed.includes(rule)) throw notFound(`rule ${rule} in ${rulesPath}`, "`reward-ledger rules show` lists the rules.");
      const rules = listed.filter((one) => one !== rule).map((one) => ({ rule: one, hits: counted.get(one) ?? 0 }));
      return { rules, retired: [rule] };
    }),
});

export const rulesTargets = defineOperation({
  name: "rules targets",
  summary: "List the agents that read the house rules; add or remove one",
  input: z.object({
    add: target.optional().describe("Install the rules for this agent"),
    remove: target.optional().describe("Take the rules away from this agent; what people wrote in its file stays"),
  }),
  effect: "write",
  examples: [
    { run: "reward-ledger rules targets", does: "where the rules are installed, and whether they are current" },
    { run: "reward-ledger rules targets --add copilot", does: "write them into .github/copilot-instructions.md" },
  ],
  document: targetsDocument,
  async run({ surroundings }, { add, remove }): Promise<readonly TargetView[]> {
    const { projectFiles: files } = surroundings;
    const rules = await rulesText(files);
    if (add !== undefined) await install(files, rules, add);
    if (remove !== undefined) {
      const leaving = targetOf(remove);
      const text = await files.text(leaving.file);
      if (text !== null && isInstalled(leaving, text)) {
        const rest = fileWithout(leaving, text);
        if (rest === null) await files.remove(leaving.file);
        else await files.write(leaving.file, rest);
      }
    }
    return Promise.all(
      targets.map(async (one): Promise<TargetView> => {
        const text = await files.text(one.file);
        const state = !isInstalled(one, text) ? "missing" : fileFor(one, text, rules) === text ? "current" : "stale";
        return { target: one.name, file: one.file, about: one.about, state };
      }),
    );
  },
});
