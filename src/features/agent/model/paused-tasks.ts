import * as z from "zod";
import { message, path, plain, transcript, transcriptHash } from "../../../kernel/privacy.ts";
import { integer, json, nonBlank, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";
import { taskId } from "./task-id.ts";

/** Folder of the snapshots, below the home. */
export const pausedFolder = "paused-tasks";

const toolCall = z.looseObject({ tool: z.string(), args: z.unknown(), result: z.unknown() });

export const pausedTasks = defineStore({
  name: "paused_tasks",
  noun: "snapshot",
  about:
    "Everything that is needed to go on with a task that was put aside. Each row is also `paused-tasks/<task id>.json`: pretty JSON, keys sorted, the two JSON columns as what they hold, without `project`.",
  example: 'reward-ledger task pause ID --reason "fix myself first" --from work.json',
  kinds: { add: "task.paused", remove: "task.resumed" },
  place: pausedFolder,
  row: z.object({
    task_id: plain(taskId()),
    paused_at: time(),
    reason: message(nonBlank()),
    resume_hint: message(text()),
    cwd: path(text()),
    original_prompt: transcript(text()),
    context_hash: transcriptHash(z.string().regex(/^sha256-\S+$/, { error: "must be sha256-… of the context" })),
    stage_at_pause: plain(text()),
    state_at_pause: plain(text()),
    /** `{tool, args, result}` of each call. */
    tool_call_history: transcript(json(z.array(toolCall))),
    partial_outputs: transcript(json(z.record(z.string(), z.unknown()))),
    loop_version: integer(0),
    project: plain(text()).nullable(),
  }),
  key: ["task_id"],
  order: [{ column: "task_id" }],
  changes: "none",
});

export type PausedRow = z.infer<typeof pausedTasks.row>;

/** The file name of a snapshot. */
export const snapshotFile = (id: string): string => `${id}.json`;

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sortKeys(inner)]),
  );
}

/**
 * Returns a snapshot as an object: the row with its JSON columns parsed, without the project, which is not part of the format.
 */
export function snapshotOf({ project: _, ...row }: PausedRow): Readonly<Record<string, unknown>> {
  return { ...row, tool_call_history: JSON.parse(row.tool_call_history), partial_outputs: JSON.parse(row.partial_outputs) };
}

/** Returns the text of a snapshot's file: JSON indented by two spaces, with sorted keys. */
export const snapshotText = (row: PausedRow): string => `${JSON.stringify(sortKeys(snapshotOf(row)), null, 2)}\n`;
