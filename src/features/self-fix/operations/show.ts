import * as z from "zod";
import { feedback } from "../../agent/model/feedback.ts";
import { resolveKey } from "../../agent/operations/rows.ts";
import { projectFilter } from "../../shared/fields.ts";
import { defineOperation } from "../../shared/operation.ts";
import { defaultRowLimit } from "../../shared/row-limit.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { fixDocument, fixListDocument } from "../documents/self-fix.ts";
import { fixView, newestFixes, readFix } from "./record.ts";
import type { FixView } from "./views.ts";

const fixShape = z.object({
  feedback: toolName(),
  body: toolText(),
  state: toolName(),
  step: toolName().nullable(),
  next: toolName(),
  places: z.array(z.object({ file: toolName(), start: z.int(), end: z.int() })),
  triage: z.object({ fix_class: toolName(), confidence: z.int(), escalated: z.boolean() }).nullable(),
  plan: z.object({ lines: z.int(), large: z.boolean(), reasons: z.array(toolText()) }).nullable(),
  question: toolName().nullable(),
  fix: z.object({ branch: toolName(), commit: toolName(), title: toolText(), test: toolName() }).nullable(),
  gate: z.object({ run: toolName(), verdict: toolName(), reasons: z.array(toolText()) }).nullable(),
  pull_request: z.object({ state: toolName(), url: toolName().nullable(), reason: toolText().nullable() }).nullable(),
  merge: z.object({ commit: toolName(), result: toolName() }).nullable(),
  stop: z.object({ reason: toolText() }).nullable(),
});

export const selfFixShow = defineOperation({
  name: "self-fix show",
  summary: "Show the state of a feedback fix",
  input: z.object({
    feedback: z.string().trim().normalize("NFC").min(1).describe("Id of the feedback, or the start of it"),
  }),
  positional: ["feedback"],
  effect: "read",
  examples: [{ run: "reward-ledger self-fix show 019b2f00-…", does: "its steps so far" }],
  document: fixDocument,
  tool: {
    takes: { feedback: true },
    output: fixShape,
  },
  run: async (ports, { feedback: idOrPrefix }): Promise<FixView> =>
    fixView(await readFix(ports, await resolveKey(ports, feedback, idOrPrefix))),
});

export const selfFixList = defineOperation({
  name: "self-fix list",
  summary: "List feedback fixes, latest first",
  input: z.object({
    project: projectFilter.describe("Only fixes in this project; default all projects"),
    limit: z.int().min(1).max(1_000).default(defaultRowLimit).describe("Maximum number of fixes"),
  }),
  effect: "read",
  examples: [{ run: "reward-ledger self-fix list", does: "what is in work, waits or was proposed" }],
  document: fixListDocument,
  async run(ports, { project, limit }): Promise<readonly FixView[]> {
    return (await newestFixes(ports, project, limit)).map(fixView);
  },
});
