import * as z from "zod";
import { notFound, outputExists, usage } from "../../../kernel/errors.ts";
import { agentFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { retiredDocument, rulesWrittenDocument, targetsDocument } from "../documents/rules.ts";
import { defaultRules } from "../model/default-rules.ts";
import {
  defaultMaxLines,
  houseRulesVersion,
  parseRulesFile,
  type RuleHits,
  type RulesFile,
  rulesPath,
  rulesToList,
  toListedRules,
  withRule,
} from "../model/rules-file.ts";
import type { RulesUpdate } from "../model/rules-updated.ts";
import { contentWithoutRules, isInstalled, targetNames } from "../model/targets.ts";
import {
  createEditDetector,
  installTarget,
  readTargetStatus,
  readUpdates,
  refuseBareRepository,
  rulesText,
  targetOf,
} from "./files.ts";
import { addTarget, targetViews } from "./targets.ts";
import type { RulesShowView, RulesWrittenView, TargetView } from "./views.ts";
import { queryHits, recordRules, writeRules } from "./write.ts";

const target = z.enum(targetNames);
const ruleId = z.string().normalize("NFC").min(1).describe("Id of the rule");
const maxLines = z
  .int()
  .min(1)
  .default(defaultMaxLines)
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
    await refuseBareRepository(files);
    if ((await files.text(rulesPath)) !== null) {
      throw outputExists(rulesPath, "Edit the file, or bring its managed part up to date with `reward-ledger rules update`.");
    }
    const updated = calendar.dayOf(clock.now().getTime());
    const text = defaultRules(updated);
    await files.write(rulesPath, text);
    await recordRules({ ledger, surroundings }, text, { cause: "init", version: 1, rules: [], retired: [] });
    const emptyLists = { rules: [], added: [], removed: [], no_room: [], no_id: [], installed: [], not_refreshed: [] };
    const view = { file: rulesPath, version: 1, updated, ...emptyLists };
    if (ide === undefined) return view;
    const { target, problem } = await installTarget(
      files,
      await readTargetStatus(files, targetOf(ide), text, createEditDetector(files, [])),
      text,
    );
    if (problem !== null) throw problem;
    return { ...view, installed: [target.file] };
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
    rule: ruleId,
    agent: agentFilter,
    max_lines: maxLines,
  }),
  positional: ["rule"],
  effect: "write",
  idempotent: false,
  examples: [{ run: "reward-ledger rules retire E501", does: "stop teaching a rule that is kept" }],
  document: retiredDocument,
  run: (ports, { rule, ...input }): Promise<RulesWrittenView> =>
    writeRules(ports, input, "retire", ({ listed }, hits) => {
      if (!listed.includes(rule)) throw notFound(`rule ${rule} in ${rulesPath}`, "`reward-ledger rules show` lists the rules.");
      const rest = listed.filter((one) => one !== rule);
      return { rules: toListedRules(rest, hits), retired: [rule] };
    }),
});

/** Returns the managed rules with a taught rule added. */
const teachRule =
  (rule: string, maxLines: number) =>
  ({ listed, base }: RulesFile, hits: RuleHits, updates: readonly RulesUpdate[]) => ({
    rules: withRule(listed, hits, rule, {
      free: maxLines - base.length,
      wasTaught: updates.some(({ rules }) => rules.some((one) => one.rule === rule)),
    }),
    retired: [],
  });

export const rulesTeach = defineOperation({
  name: "rules teach",
  summary: "Add a broken rule to the house rules before it is broken often",
  input: z.object({ rule: ruleId, agent: agentFilter, max_lines: maxLines }),
  positional: ["rule"],
  effect: "write",
  idempotent: false,
  examples: [{ run: "reward-ledger rules teach E501", does: "list a rule that one of the latest runs broke" }],
  document: (view: RulesWrittenView, words) => rulesWrittenDocument(view, words, "update"),
  run: (ports, { rule, ...input }): Promise<RulesWrittenView> =>
    writeRules(ports, input, "teach", teachRule(rule, input.max_lines)),
});

export const rulesBegin = defineOperation({
  name: "rules begin",
  summary: "Create the project's house rules with a broken rule",
  input: z.object({ rule: ruleId, max_lines: maxLines }),
  effect: "write",
  idempotent: false,
  async run(ports, { rule, ...input }, context): Promise<RulesWrittenView> {
    const project = await ports.surroundings.project();
    const teach = teachRule(rule, input.max_lines);
    const empty = parseRulesFile(defaultRules(ports.calendar.dayOf(ports.clock.now().getTime())), rulesPath);
    // Checks the rule before the file is created, so that a refused rule leaves no file behind.
    teach(empty, await queryHits(ports, { project, agent: undefined, updates: [] }), await readUpdates(ports, project));
    await rulesInit.call(ports, {}, context);
    return writeRules(ports, input, "teach", teach);
  },
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
  async run(ports, { add, remove }): Promise<readonly TargetView[]> {
    const { projectFiles: files } = ports.surroundings;
    const rules = await rulesText(files);
    if (add !== undefined) await addTarget(ports, rules, targetOf(add));
    if (remove !== undefined) {
      const removedTarget = targetOf(remove);
      const { state, text, problem } = await readTargetStatus(files, removedTarget, rules, createEditDetector(files, []));
      if (problem !== null) throw problem;
      if (state === "linked")
        throw usage(`Failed to remove ${removedTarget.file}: it leads to ${rulesPath} itself`, "Remove the link.");
      if (text !== null && isInstalled(removedTarget, text)) {
        const rest = contentWithoutRules(removedTarget, text);
        if (rest === null) await files.remove(removedTarget.file);
        else await files.write(removedTarget.file, rest);
      }
    }
    return targetViews(ports, rules, await readUpdates(ports, await ports.surroundings.project()));
  },
});
