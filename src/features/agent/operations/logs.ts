import * as z from "zod";
import { defineOperation } from "../../shared/operation.ts";
import { doneDocument } from "../documents/rows.ts";
import { fixClasses } from "../model/feedback.ts";
import { learnings } from "../model/learnings.ts";
import { reviewPasses, selfEdits } from "../model/self-edits.ts";
import { ofProject, onlyProject, parseTime, resolveProject, trimmedText } from "./fields.ts";
import { asStored, listDefinition } from "./list-and-show.ts";
import { addRow, omitUndefined } from "./rows.ts";
import type { LearningView, SelfEditView } from "./views.ts";

export const learnAdd = defineOperation({
  name: "learn add",
  summary: "Note an observation that may become a rule",
  input: z.object({
    observation: z.string().describe("The observation, one line"),
    task_id: trimmedText.describe("Id of the task in which it was observed"),
    to: trimmedText.default("dismissed").describe("What it may become: GAIA.md, skill:<name> or dismissed"),
    at: trimmedText.optional().describe("Time, ISO-8601; default now"),
    project: ofProject,
  }),
  positional: ["observation"],
  effect: "write",
  idempotent: false,
  examples: [
    {
      run: 'reward-ledger learn add "The human rejects broad catches" --task-id t_8f2 --to GAIA.md',
      does: "note an observation",
    },
  ],
  document: doneDocument(learnings, ({ t }) => t("Noted")),
  async run(ports, input): Promise<LearningView> {
    return addRow(ports, learnings, await resolveProject(ports, input.project), {
      ts: input.at === undefined ? ports.clock.now().toISOString() : parseTime("at", input.at),
      task_id: input.task_id,
      observation: input.observation,
      candidate: input.to,
    });
  },
});

export const learnList = defineOperation(
  listDefinition(learnings, asStored, {
    name: "learn list",
    summary: "List observations, latest first",
    filters: {
      task_id: trimmedText.optional().describe("Only of this task"),
      to: trimmedText.optional().describe("Only observations that may become this"),
      project: onlyProject,
    },
    columns: { to: "candidate" },
    examples: [{ run: "reward-ledger learn list --to GAIA.md", does: "candidates for rules" }],
  }),
);

/** Converts pairs such as `static=pass` to a JSON object; passes that are not given are `skipped`. */
function passesJson(pairs: readonly string[]): string {
  const results = Object.fromEntries(pairs.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
  return JSON.stringify({ ...Object.fromEntries(reviewPasses.map((name) => [name, "skipped"])), ...results });
}

export const selfEditAdd = defineOperation({
  name: "self-edit add",
  summary: "Record a change of the agent to itself",
  input: z.object({
    pr: trimmedText.describe("URL of the pull request"),
    fix_class: z.enum(fixClasses).describe("Kind of fix"),
    file: z.array(trimmedText).default([]).describe("A file that changed; repeat for each"),
    before_sha: trimmedText.describe("Commit before"),
    after_sha: trimmedText.describe("Commit after"),
    pass: z
      .array(z.string().regex(/^\w+=\w+$/, { error: "must be like static=pass" }))
      .default([])
      .describe(`Result of a review pass, such as static=pass; repeat for each of ${reviewPasses.join(", ")}; default skipped`),
    confidence: z.int().min(0).max(100).describe("Confidence of the review, 0 to 100"),
    em_review: trimmedText.describe("Verdict of the person who reviewed it, such as approved"),
    auto_merged: z.boolean().default(false).describe("It was merged without a person's approval"),
    feedback_id: trimmedText.optional().describe("Id of the feedback it answers"),
    at: trimmedText.optional().describe("Time, ISO-8601; default now"),
    project: ofProject,
  }),
  positional: ["pr"],
  effect: "write",
  idempotent: false,
  examples: [
    {
      run: "reward-ledger self-edit add https://github.com/acme/agent/pull/7 --fix-class prompt --file GAIA.md --before-sha 1a2b --after-sha 3c4d --confidence 92 --em-review approved",
      does: "record a change",
    },
  ],
  document: doneDocument(selfEdits, ({ t }) => t("Recorded")),
  async run(ports, input): Promise<SelfEditView> {
    return addRow(ports, selfEdits, await resolveProject(ports, input.project), {
      ts: input.at === undefined ? ports.clock.now().toISOString() : parseTime("at", input.at),
      pr: input.pr,
      fix_class: input.fix_class,
      files: JSON.stringify(input.file),
      before_sha: input.before_sha,
      after_sha: input.after_sha,
      review_passes: passesJson(input.pass),
      confidence: input.confidence,
      em_review: input.em_review,
      auto_merged: input.auto_merged ? 1 : 0,
      ...omitUndefined({ feedback_id: input.feedback_id }),
    });
  },
});

export const selfEditList = defineOperation(
  listDefinition(selfEdits, asStored, {
    name: "self-edit list",
    summary: "List the agent's changes to itself, latest first",
    filters: { project: onlyProject },
    examples: [{ run: "reward-ledger self-edit list", does: "all changes, latest first" }],
  }),
);
