import * as z from "zod";
import type { LateDraft, Queries } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { doneDocument } from "../documents/rows.ts";
import { recallDocument, supersedeDocument } from "../documents/stores.ts";
import { type MemoryRow, memory, memoryTopics, usualConfidence } from "../model/memory.ts";
import { ofProject, onlyProject, ownId, projectFor, word } from "./fields.ts";
import { asStored, listing } from "./list-and-show.ts";
import { addDraft, addRowOnce, given, lateChange, recordTogether, rowOf } from "./rows.ts";
import type { MemoryView, RecallView, SupersedeView } from "./views.ts";

const content = {
  payload_json: z.string().describe("The content, a JSON object"),
  source_kind: word.default("task").describe("Source: feedback, pr, issue, task, event, audit, reconcile"),
  source_id: word.optional().describe("Which one"),
  embedding_key: word.optional().describe("Key of a vector index; default the id"),
  confidence: z.int().min(0).max(100).optional().describe("Confidence, 0 to 100; default 80"),
};

/** What an agent is told of a memory. */
const memoryShape = z.object({
  id: toolName(),
  topic: toolName(),
  created_at: toolName(),
  confidence: z.int(),
  source_kind: toolName(),
  source_id: toolName().nullable(),
  payload_json: toolText(),
});

type Content = Readonly<{
  payload_json: string;
  source_kind: string;
  source_id?: string | undefined;
  embedding_key?: string | undefined;
  confidence?: number | undefined;
}>;

const rowFrom = (id: string, topic: string, at: Date, { payload_json, source_kind, ...rest }: Content) => ({
  id,
  topic,
  created_at: at.toISOString(),
  source_kind,
  payload_json,
  embedding_key: rest.embedding_key ?? id,
  ...given({ source_id: rest.source_id, confidence: rest.confidence }),
});

export const memoryAdd = defineOperation({
  name: "memory add",
  summary: "Add a memory to this project",
  input: z.object({ topic: z.enum(memoryTopics).describe("Topic"), ...content, project: ofProject, id: ownId }),
  positional: ["topic", "payload_json"],
  effect: "write",
  idempotent: false,
  examples: [
    { run: 'reward-ledger memory add flaky_tests \'{"test_fqn":"login","flake_rate":0.2}\'', does: "remember something" },
  ],
  document: doneDocument(memory, ({ t }) => t("Remembered")),
  tool: {
    takes: { topic: true, payload_json: true, source_kind: true, source_id: true, confidence: true, project: true },
    output: memoryShape,
    once: "id",
  },
  async run(ports, input): Promise<MemoryView> {
    const now = ports.clock.now();
    const row = rowFrom(input.id ?? ports.ids.next(now), input.topic, now, input);
    const said = ["topic", "payload_json", "source_kind", "source_id"];
    return addRowOnce(ports, memory, await projectFor(ports, input.project), row, said, (added) => added);
  },
});

export const memoryRecall = defineOperation({
  name: "memory recall",
  summary: "Recall memories of this project, latest first, and count the recall",
  input: z.object({
    topic: z.enum(memoryTopics).optional().describe("Only of this topic"),
    limit: z.int().min(1).max(100).default(5).describe("Maximum number of memories"),
    project: ofProject,
  }),
  positional: ["topic"],
  effect: "write",
  idempotent: false,
  examples: [{ run: "reward-ledger memory recall failure_patterns", does: "known failures of this project" }],
  document: recallDocument,
  tool: { takes: { topic: true, limit: true, project: true }, output: z.object({ rows: z.array(memoryShape) }) },
  async run(ports, input): Promise<RecallView> {
    const project = await projectFor(ports, input.project);
    const now = ports.clock.now();
    const found = await ports.ledger.ask(({ agent }) => agent.recall(project, input.topic, input.limit));
    await recordTogether(
      ports,
      found.map(({ id }) =>
        lateChange(memory, id, now, (row) => ({
          set: { last_recalled_at: now.toISOString(), recall_count: row.recall_count + 1 },
        })),
      ),
    );
    const rows = await ports.ledger.ask((queries) => found.map(({ id }) => rowOf(queries, memory, id)));
    return { rows };
  },
});

/**
 * The memory that an attempt to supersede `old` left behind when a crash cut it off: it says the same, is younger, and neither
 * supersedes anything nor is superseded.
 */
function begunSuccessor({ agent }: Queries, old: MemoryRow | undefined, said: Content): MemoryRow | undefined {
  if (old === undefined) return undefined;
  const { topic, project, created_at } = old;
  const { payload_json, source_kind } = said;
  const same = { topic, project, payload_json, source_kind, source_id: said.source_id ?? null, superseded_by: null };
  return agent
    .list(memory, { where: { ...same, created_at: { from: created_at } } })
    .rows.find(
      (row) =>
        row.id !== old.id &&
        row.embedding_key === (said.embedding_key ?? row.id) &&
        row.confidence === (said.confidence ?? usualConfidence) &&
        agent.list(memory, { where: { superseded_by: row.id }, limit: 1 }).rows.length === 0,
    );
}

export const memorySupersede = defineOperation({
  name: "memory supersede",
  summary: "Replace a memory; the old one is no longer recalled",
  input: z.object({ id: word.describe("Id of the old memory"), ...content }),
  positional: ["id", "payload_json"],
  effect: "write",
  idempotent: false,
  examples: [{ run: 'reward-ledger memory supersede 019b2f00-… \'{"preference":"small commits"}\'', does: "replace a memory" }],
  document: supersedeDocument,
  async run(ports, input): Promise<SupersedeView> {
    const now = ports.clock.now();
    // The newer memory stands first. What a crash may leave of the two is then two memories that are recalled, and the next attempt
    // takes the newer one for what it is.
    const begun = await ports.ledger.ask((queries) => begunSuccessor(queries, queries.agent.get(memory, input.id), input));
    const newId = begun?.id ?? ports.ids.next(now);
    const begin: LateDraft = {
      decide(queries) {
        const { topic, project } = rowOf(queries, memory, input.id);
        return addDraft(memory, project, rowFrom(newId, topic, now, input));
      },
    };
    const end = lateChange(memory, input.id, now, () => ({ set: { superseded_by: newId }, expect: { superseded_by: null } }));
    await recordTogether(ports, begun === undefined ? [begin, end] : [end]);
    return ports.ledger.ask((queries) => ({ old: rowOf(queries, memory, input.id), new: rowOf(queries, memory, newId) }));
  },
});

export const memoryList = defineOperation({
  ...listing(memory, asStored, {
    name: "memory list",
    summary: "List memories, latest first, including superseded ones; does not count as a recall",
    filters: {
      topic: z.enum(memoryTopics).optional().describe("Only of this topic"),
      current: z.boolean().default(false).describe("Only memories that are not superseded"),
      project: onlyProject,
    },
    empty: { current: "superseded_by" },
    examples: [{ run: "reward-ledger memory list em_preferences", does: "all of a topic" }],
  }),
  positional: ["topic"],
});
