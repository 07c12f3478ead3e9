import * as z from "zod";
import { message, plain, transcript } from "../../../kernel/privacy.ts";
import { integer, json, nonBlank, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";

export const audit = defineStore({
  name: "audit",
  noun: "audit entry",
  about: "Every use of a tool. Rows are added; of a row only what was not known yet is filled in.",
  example: "reward-ledger audit add git_push --duration-ms 800",
  kinds: { add: "audit.added", change: "audit.changed" },
  row: z.object({
    id: integer(1),
    occurred_at: time(),
    task_id: plain(text()).nullable(),
    stage: plain(text()).nullable(),
    state_name: plain(text()).nullable(),
    tool_name: plain(nonBlank()),
    args_json: transcript(json()),
    result_json: transcript(json()).nullable(),
    duration_ms: integer(0).nullable(),
    /** Null on success, otherwise the name of the error's class. */
    error: message(text()).nullable(),
    loop_version: integer(0),
    project: plain(text()).nullable(),
  }),
  listing: ({ t }) => ({
    none: t("No use of a tool is recorded."),
    columns: [
      { name: "occurred_at", head: t("Time") },
      { name: "tool_name", head: t("Tool"), cut: 8 },
      { name: "task_id", head: t("Task"), cut: 8, drop: 2 },
      { name: "args_json", head: t("Arguments"), cut: 12 },
      { name: "duration_ms", head: "ms", drop: 1 },
      { name: "error", head: t("Error"), cut: 8 },
      { name: "id", head: "ID" },
    ],
  }),
  key: ["id"],
  keyFrom: "serial",
  order: [{ column: "occurred_at" }, { column: "id" }],
  changes: { fill: ["result_json", "duration_ms", "error"] },
  indexes: [
    { name: "idx_audit_occurred", columns: [{ column: "occurred_at" }] },
    { name: "idx_audit_task", columns: [{ column: "task_id" }] },
    { name: "idx_audit_tool", columns: [{ column: "tool_name" }] },
    { name: "audit_by_task", columns: [{ column: "task_id" }, { column: "occurred_at" }, { column: "id" }] },
    { name: "audit_by_tool", columns: [{ column: "tool_name" }, { column: "occurred_at" }, { column: "id" }] },
  ],
});

export type AuditRow = z.infer<typeof audit.row>;
