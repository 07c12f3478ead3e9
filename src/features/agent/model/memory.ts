import * as z from "zod";
import { message, plain } from "../../../kernel/privacy.ts";
import { integer, json, nonBlank, oneOf, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";

export const memoryTopics = [
  "review_patterns",
  "failure_patterns",
  "flaky_tests",
  "em_preferences",
  "adr_decisions",
  "tool_usage_heuristics",
  "task_outcomes",
  "mutation_seeds",
] as const;

/** Default confidence of a memory, 0 to 100. */
export const defaultConfidence = 80;

export const memory = defineStore({
  name: "memory",
  noun: "memory",
  about: "What the agent has learnt for good, in one project.",
  example: "reward-ledger memory recall failure_patterns",
  kinds: { add: "memory.added", change: "memory.changed" },
  isPersonal: true,
  row: z.object({
    id: plain(nonBlank()),
    topic: oneOf(memoryTopics),
    created_at: time(),
    /** Source of the memory: `feedback`, `pr`, `issue`, `task`, `event`, `audit`, `reconcile` or another one. */
    source_kind: plain(nonBlank()),
    source_id: plain(text()).nullable(),
    payload_json: message(json(z.record(z.string(), z.unknown()))),
    embedding_key: plain(nonBlank()),
    confidence: integer(0, 100),
    last_recalled_at: time().nullable(),
    recall_count: integer(0),
    /** Id of the memory that replaces this one. */
    superseded_by: plain(text()).nullable(),
    project: plain(text()).nullable(),
  }),
  listing: ({ t }) => ({
    none: t("Nothing is remembered."),
    columns: [
      { name: "created_at", head: t("Since"), drop: 2 },
      { name: "topic", head: t("Topic") },
      { name: "payload_json", head: t("Memory"), cut: 20 },
      { name: "confidence", head: t("Confidence") },
      { name: "recall_count", head: t("Recalled"), drop: 1 },
      { name: "superseded_by", head: t("Superseded by"), cut: 8, drop: 3 },
      { name: "id", head: "ID" },
    ],
  }),
  key: ["id"],
  order: [
    { column: "created_at", desc: true },
    { column: "id", desc: true },
  ],
  defaults: { confidence: defaultConfidence, recall_count: 0 },
  indexes: [
    { name: "idx_memory_topic", columns: [{ column: "topic" }] },
    { name: "idx_memory_recalled", columns: [{ column: "last_recalled_at" }] },
    { name: "memory_by_created", columns: [{ column: "created_at" }, { column: "id" }] },
    { name: "memory_by_topic", columns: [{ column: "topic" }, { column: "created_at" }, { column: "id" }] },
    {
      name: "memory_by_age",
      columns: [{ column: "project" }, { column: "created_at" }, { column: "id" }],
      where: "superseded_by IS NULL",
    },
    {
      name: "memory_by_project",
      columns: [{ column: "project" }, { column: "topic" }, { column: "created_at" }, { column: "id" }],
      where: "superseded_by IS NULL",
    },
  ],
  rule: (row) => (row.superseded_by === row.id ? "a memory cannot supersede itself" : undefined),
  ruleInSql: "!($.superseded_by == $.id)",
});

export type MemoryRow = z.infer<typeof memory.row>;
