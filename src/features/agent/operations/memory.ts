import { v5 } from "uuid";
import * as z from "zod";
import { changedMeanwhile } from "../../../kernel/errors.ts";
import type { DeferredDraft, Queries } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { doneDocument } from "../documents/rows.ts";
import { recallDocument, supersedeDocument } from "../documents/stores.ts";
import type { Row } from "../model/column-types.ts";
import { defaultConfidence, type MemoryRow, memory, memoryTopics } from "../model/memory.ts";
import { ofProject, onlyProject, ownId, resolveProject, trimmedText } from "./fields.ts";
import { asStored, listDefinition } from "./list-and-show.ts";
import { addDraft, addRowOnce, lateChange, omitUndefined, recordBatch, requireRow } from "./rows.ts";
import type { MemoryView, RecallView, SupersedeView } from "./views.ts";

const contentFields = {
  payload_json: z.string().describe("The content, a JSON object"),
  source_kind: trimmedText.default("task").describe("Source: feedback, pr, issue, task, event, audit, reconcile"),
  source_id: trimmedText.optional().describe("Which one"),
  embedding_key: trimmedText.optional().describe("Key of a vector index; default the id"),
  confidence: z.int().min(0).max(100).optional().describe("Confidence, 0 to 100; default 80"),
};

/** The fields of a memory that an agent receives. */
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

const toRow = (id: string, topic: string, at: Date, { payload_json, source_kind, ...rest }: Content) => ({
  id,
  topic,
  created_at: at.toISOString(),
  source_kind,
  payload_json,
  embedding_key: rest.embedding_key ?? id,
  ...omitUndefined({ source_id: rest.source_id, confidence: rest.confidence }),
});

export const memoryAdd = defineOperation({
  name: "memory add",
  summary: "Add a memory to this project",
  input: z.object({ topic: z.enum(memoryTopics).describe("Topic"), ...contentFields, project: ofProject, id: ownId }),
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
    const row = toRow(input.id ?? ports.ids.next(now), input.topic, now, input);
    const comparedColumns = ["topic", "payload_json", "source_kind", "source_id"];
    return addRowOnce(ports, memory, await resolveProject(ports, input.project), row, comparedColumns, (added) => added);
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
    const project = await resolveProject(ports, input.project);
    const now = ports.clock.now();
    const found = await ports.ledger.ask(({ agent }) => agent.recall(project, input.topic, input.limit));
    await recordBatch(
      ports,
      found.map(({ id }) =>
        lateChange(memory, id, now, (row) => ({
          set: { last_recalled_at: now.toISOString(), recall_count: row.recall_count + 1 },
        })),
      ),
    );
    const rows = await ports.ledger.ask((queries) => found.map(({ id }) => requireRow(queries, memory, id)));
    return { rows };
  },
});

/** Namespace of the ids of memories that supersede others (RFC 9562, version 5). */
const successorNamespace = "b8a1ef0c-5a0f-4a53-9b0e-5f6c3b1d2a77";

/**
 * The id of the memory that supersedes `old`, and whether an attempt that a crash interrupted has recorded it already. Ids follow from
 * the old id, so that such an attempt is found again, and from the device, so that two devices never give one id to two contents.
 */
function successorOf(
  { agent }: Queries,
  old: MemoryRow,
  device: string,
  input: Content,
): Readonly<{ id: string; begun: boolean }> {
  for (let attempt = 0; ; attempt += 1) {
    const id = v5(`${old.id} ${device} ${attempt}`, successorNamespace);
    const known: Row | undefined = agent.get(memory, id);
    if (known === undefined) return { id, begun: false };
    const { created_at: _, ...cells } = toRow(id, old.topic, new Date(0), input);
    const row: Row = { source_id: null, confidence: defaultConfidence, superseded_by: null, project: old.project, ...cells };
    if (Object.entries(row).every(([name, cell]) => known[name] === cell)) return { id, begun: true };
  }
}

export const memorySupersede = defineOperation({
  name: "memory supersede",
  summary: "Replace a memory; the old one is no longer recalled",
  input: z.object({ id: trimmedText.describe("Id of the old memory"), ...contentFields }),
  positional: ["id", "payload_json"],
  effect: "write",
  idempotent: false,
  examples: [{ run: 'reward-ledger memory supersede 019b2f00-… \'{"preference":"small commits"}\'', does: "replace a memory" }],
  document: supersedeDocument,
  async run(ports, input): Promise<SupersedeView> {
    const now = ports.clock.now();
    const { device } = ports.ledger;
    // The newer memory is recorded first. A crash in between leaves two memories that are recalled; the next attempt finds the
    // newer one and uses it.
    const { id, begun } = await ports.ledger.ask((queries) =>
      successorOf(queries, requireRow(queries, memory, input.id), device.id, input),
    );
    const addition: DeferredDraft = {
      decide(queries) {
        const { topic, project, superseded_by } = requireRow(queries, memory, input.id);
        // Another process may have been faster: it took the id, and the same error as for any other change says so.
        if (superseded_by !== null) throw changedMeanwhile(memory.noun, input.id, ["superseded_by"]);
        return addDraft(memory, project, toRow(id, topic, now, input));
      },
    };
    const replacement = lateChange(memory, input.id, now, () => ({
      set: { superseded_by: id },
      expect: { superseded_by: null },
    }));
    await recordBatch(ports, begun ? [replacement] : [addition, replacement]);
    return ports.ledger.ask((queries) => ({ old: requireRow(queries, memory, input.id), new: requireRow(queries, memory, id) }));
  },
});

export const memoryList = defineOperation({
  ...listDefinition(memory, asStored, {
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
