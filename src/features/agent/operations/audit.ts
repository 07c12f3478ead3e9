import * as z from "zod";
import { defineOperation } from "../../shared/operation.ts";
import { doneDocument, listDocument } from "../documents/rows.ts";
import { audit } from "../model/audit.ts";
import { buildWhere, cursor, ofProject, onlyProject, parseTime, readPage, resolveProject, trimmedText } from "./fields.ts";
import { addRow, omitUndefined } from "./rows.ts";
import type { AuditView, PageView } from "./views.ts";

export const auditAdd = defineOperation({
  name: "audit add",
  summary: "Record a tool call",
  input: z.object({
    tool_name: trimmedText.describe("The tool"),
    args_json: z.string().default("{}").describe("Arguments, JSON"),
    result_json: z.string().optional().describe("Result of the call, JSON; may be filled in later"),
    duration_ms: z.int().min(0).optional().describe("Duration, ms; may be filled in later"),
    error: trimmedText.optional().describe("Error class, if it failed"),
    task_id: trimmedText.optional().describe("Id of the task"),
    stage: trimmedText.optional().describe("Stage of the work"),
    state_name: trimmedText.optional().describe("State of the worker's own state machine"),
    at: trimmedText.optional().describe("Time, ISO-8601; default now"),
    loop_version: z.int().min(0).default(1).describe("Version of the state machine"),
    project: ofProject,
  }),
  positional: ["tool_name"],
  effect: "write",
  idempotent: false,
  examples: [
    {
      run: 'reward-ledger audit add git_push --args-json \'{"branch":"fix"}\' --duration-ms 800',
      does: "record a tool call",
    },
  ],
  document: doneDocument(audit, ({ t }) => t("Recorded")),
  async run(ports, input): Promise<AuditView> {
    const { at, project, tool_name, args_json, loop_version, ...rest } = input;
    return addRow(ports, audit, await resolveProject(ports, project), {
      occurred_at: at === undefined ? ports.clock.now().toISOString() : parseTime("at", at),
      tool_name,
      args_json,
      loop_version,
      ...omitUndefined(rest),
    });
  },
});

export const auditList = defineOperation({
  name: "audit list",
  summary: "List the latest tool calls, oldest first",
  input: z.object({
    limit: z.int().default(50).describe("Maximum number of entries, the latest ones; 0 for all"),
    since: trimmedText.optional().describe("Only entries since this time: ISO-8601, or the beginning of one"),
    task_id: trimmedText.optional().describe("Only for this task"),
    tool_name: trimmedText.optional().describe("Only this tool"),
    project: onlyProject,
    cursor,
  }),
  effect: "read",
  examples: [{ run: "reward-ledger audit list --since 2026-03-01 --limit 20", does: "the latest of these" }],
  document: listDocument(audit, "audit list"),
  async run(ports, input): Promise<PageView<AuditView>> {
    const page = await readPage(ports, audit, {
      where: buildWhere({
        occurred_at: input.since === undefined ? undefined : { from: input.since },
        task_id: input.task_id,
        tool_name: input.tool_name,
        project: input.project,
      }),
      reverse: true,
      limit: input.limit <= 0 ? undefined : input.limit,
      cursor: input.cursor,
    });
    return { ...page, rows: page.rows.toReversed() };
  },
});
