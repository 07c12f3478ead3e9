import * as z from "zod";
import type { DeferredDraft, Ports } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { doneDocument } from "../documents/rows.ts";
import { nonBlank, type Row } from "../model/column-types.ts";
import { feedback, feedbackSeverities, feedbackStates, fixClasses } from "../model/feedback.ts";
import { type MemoryRow, memory } from "../model/memory.ts";
import { ofProject, oldestFirst, onlyProject, resolveProject, trimmedText } from "./fields.ts";
import { asStored, listDefinition, showDefinition } from "./list-and-show.ts";
import { addDraft, addRow, getRow, lateChange, omitUndefined, recordBatch, requireRow, resolveKey } from "./rows.ts";
import type { FeedbackView } from "./views.ts";

export const feedbackAdd = defineOperation({
  name: "feedback add",
  summary: "Add feedback on the agent's work",
  input: z.object({
    body: nonBlank().describe("The feedback"),
    severity: z.enum(feedbackSeverities).default("med").describe("Severity"),
    on: trimmedText.optional().describe("Target: a URL, or file:line"),
    fix_class: z.enum(fixClasses).optional().describe("Kind of fix that is needed"),
    from_handle: trimmedText.default("em").describe("Author"),
    channel: trimmedText.default("cli").describe("Channel it came from"),
    project: ofProject,
  }),
  positional: ["body"],
  effect: "write",
  idempotent: false,
  examples: [
    { run: 'reward-ledger feedback add "Never force-push" --severity high --on src/git.ts:42', does: "report a problem" },
  ],
  document: doneDocument(feedback, ({ t }) => t("Recorded")),
  async run(ports, input): Promise<FeedbackView> {
    const now = ports.clock.now();
    const { body, severity, from_handle, channel } = input;
    return addRow(ports, feedback, await resolveProject(ports, input.project), {
      id: ports.ids.next(now),
      received_at: now.toISOString(),
      from_handle,
      channel,
      body,
      severity,
      ...omitUndefined({ context_url: input.on, fix_class: input.fix_class }),
    });
  },
});

export const feedbackList = defineOperation(
  listDefinition(feedback, asStored, {
    name: "feedback list",
    summary: "List feedback",
    filters: {
      state: z.enum(feedbackStates).optional().describe("Only feedback in this state"),
      fix_class: z.enum(fixClasses).optional().describe("Only feedback that asks for this kind of fix"),
      project: onlyProject,
      oldest_first: oldestFirst,
    },
    examples: [{ run: "reward-ledger feedback list --state pending --oldest-first", does: "feedback to triage" }],
  }),
);

const feedbackId = { id: trimmedText.describe("Id of the feedback, or the start of it") };

export const feedbackShow = defineOperation(
  showDefinition(feedback, asStored, {
    name: "feedback show",
    summary: "Show feedback with its history",
    id: feedbackId.id,
    examples: [{ run: "reward-ledger feedback show 019b2f00-…", does: "feedback with its history" }],
  }),
);

/**
 * Returns the memories to record for a verified fix: how the failure looked, and how it was reviewed. Source: the stores'
 * specification, section 8. A memory that an interrupted attempt left behind is updated, not duplicated.
 */
async function lessonDrafts(
  { ids, ledger }: Pick<Ports, "ids" | "ledger">,
  id: string,
  now: Date,
  set: Row,
  { reason, affected_file: files }: Readonly<{ reason: string | undefined; affected_file: readonly string[] | undefined }>,
): Promise<readonly DeferredDraft[]> {
  const created_at = now.toISOString();
  const source = { source_kind: "feedback", source_id: id };
  const existing = await ledger.ask(
    ({ agent }) => agent.list(memory, { where: { topic: ["failure_patterns", "review_patterns"], ...source } }).rows,
  );
  const remember = (
    topic: MemoryRow["topic"],
    key: string,
    confidence: number,
    payload: (row: Row) => unknown,
  ): DeferredDraft => {
    const embedding_key = `${key}:${id}`;
    const payloadFrom = (row: Row): string => JSON.stringify(payload({ ...row, ...set }));
    const known = existing.find((row) => row.topic === topic && row.embedding_key === embedding_key);
    if (known !== undefined) {
      return lateChange(memory, known.id, now, (_, queries) => ({
        set: { payload_json: payloadFrom(requireRow(queries, feedback, id)) },
      }));
    }
    return {
      decide(queries) {
        const row = requireRow(queries, feedback, id);
        const payload_json = payloadFrom(row);
        const lesson = { id: ids.next(now), topic, created_at, ...source, payload_json, embedding_key, confidence };
        return addDraft(memory, row.project, lesson);
      },
    };
  };
  return [
    remember("failure_patterns", "failure", 85, ({ body, root_cause, fix_pr_url, fix_class, context_url }) => ({
      error_signature: body,
      stack_hash: null,
      root_cause,
      fix_pr_url,
      affected_files: files ?? (context_url === null ? [] : [context_url]),
      fix_class,
    })),
    remember("review_patterns", "review", 80, ({ fix_pr_url, regression_test_path }) => ({
      diff_signature: fix_pr_url,
      verdict: "approved",
      citation_urls: [fix_pr_url, regression_test_path].filter((one) => one !== null),
      em_comment: reason ?? null,
      created_at,
    })),
  ];
}

export const feedbackMove = defineOperation({
  name: "feedback move",
  summary: "Move feedback to another state",
  input: z.object({
    ...feedbackId,
    state: z.enum(feedbackStates).describe("The state to move to"),
    fix_class: z.enum(fixClasses).optional().describe("Kind of fix that is needed"),
    fix_pr_url: trimmedText.optional().describe("The pull request that fixes it"),
    regression_test_path: trimmedText.optional().describe("A test that fails without the fix; required for the state verified"),
    root_cause: trimmedText.optional().describe("Root cause"),
    success_criterion: trimmedText.optional().describe("How to verify the fix"),
    affected_file: z
      .array(trimmedText)
      .optional()
      .describe("A file that the fix changes, for the memory of the state verified; may be repeated"),
    reason: trimmedText.optional().describe("Reason, for the history"),
    confidence: z.int().min(0).max(100).optional().describe("Confidence of the agent, 0 to 100, for the history"),
    pr_number: z.int().min(1).optional().describe("Number of the pull request, for the history"),
    merged_sha: trimmedText.optional().describe("The merged commit, for the history"),
  }),
  positional: ["id", "state"],
  effect: "write",
  examples: [
    { run: "reward-ledger feedback move 019b2f00-… triaged --fix-class prompt", does: "classify the fix it needs" },
    {
      run: "reward-ledger feedback move 019b2f00-… verified --regression-test-path test/push.test.ts",
      does: "mark a fix as verified",
    },
  ],
  document: doneDocument(feedback, ({ t }) => t("Moved")),
  async run(ports, input): Promise<FeedbackView> {
    const { id: idOrPrefix, state, reason, affected_file, confidence, pr_number, merged_sha, ...rest } = input;
    const id = await resolveKey(ports, feedback, idOrPrefix);
    const note = omitUndefined({ reason, confidence, pr_number, merged_sha, regression_test_path: rest.regression_test_path });
    const set = omitUndefined(rest);
    const now = ports.clock.now();
    const move = lateChange(feedback, id, now, () => ({
      set: { state, ...set },
      ...(Object.keys(note).length > 0 ? { note } : {}),
    }));
    // The memories are recorded first. A crash in between leaves memories of feedback that is not verified yet, which the next
    // attempt completes; it never leaves verified feedback without memories.
    await recordBatch(
      ports,
      state === "verified" ? [...(await lessonDrafts(ports, id, now, set, { reason, affected_file })), move] : [move],
    );
    return getRow(ports, feedback, id);
  },
});
