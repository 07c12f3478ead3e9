import * as z from "zod";
import { concurrentPause, invalidInput } from "../../../kernel/errors.ts";
import type { Ports, Queries } from "../../../ports/ports.ts";
import { parseJson } from "../../shared/input/json.ts";
import { defineOperation } from "../../shared/operation.ts";
import { pauseDocument } from "../documents/stores.ts";
import { type PausedRow, pausedFolder, pausedTasks, snapshotFile, snapshotOf } from "../model/paused-tasks.ts";
import { taskIdProblem } from "../model/task-id.ts";
import { type TaskRow, tasks } from "../model/tasks.ts";
import { trimmedText } from "./fields.ts";
import { addDraft, lateChange, lateRemove, omitUndefined, recordBatch, requireRow, resolveKey } from "./rows.ts";
import { taskView } from "./tasks.ts";
import type { PauseView } from "./views.ts";

/** The state of the work that a caller may give, as an object; missing fields are taken from the task. */
const partialSnapshot = z.looseObject({
  resume_hint: z.string().optional(),
  cwd: z.string().optional(),
  original_prompt: z.string().optional(),
  context_hash: z.string().optional(),
  stage_at_pause: z.string().optional(),
  state_at_pause: z.string().optional(),
  tool_call_history: z.array(z.unknown()).optional(),
  partial_outputs: z.record(z.string(), z.unknown()).optional(),
  loop_version: z.int().optional(),
});
type PartialSnapshot = z.infer<typeof partialSnapshot>;

async function readPartialSnapshot(
  ports: Ports,
  from: string | undefined,
  snapshot: string | undefined,
): Promise<PartialSnapshot> {
  const text = from === undefined ? snapshot : await ports.files.text(from);
  if (text === undefined) return {};
  const parsed = partialSnapshot.safeParse(parseJson(text, from ?? "--snapshot"));
  if (parsed.success) return parsed.data;
  throw invalidInput(from ?? "--snapshot", [parsed.error.issues[0]?.message ?? "it is no snapshot"]);
}

/** Returns the prompt in a task's inputs, or the inputs unchanged if they have none. */
function promptOf({ inputs_json }: TaskRow): string {
  const inputs: unknown = JSON.parse(inputs_json);
  const prompt = z.object({ prompt: z.string() }).safeParse(inputs);
  return prompt.success ? prompt.data.prompt : typeof inputs === "string" ? inputs : inputs_json;
}

async function contextHash(context: unknown): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(context)));
  return `sha256-${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

type SnapshotParts = Readonly<{
  reason: string;
  hint: string | undefined;
  at: string;
  cwd: string;
  told: PartialSnapshot;
  hash: string;
}>;

/** Builds the complete snapshot of a task. */
function snapshotRow(task: TaskRow, { reason, hint, at, cwd, told: work, hash }: SnapshotParts): Omit<PausedRow, "project"> {
  return {
    task_id: task.id,
    paused_at: at,
    reason,
    resume_hint: hint ?? work.resume_hint ?? "",
    cwd: work.cwd ?? cwd,
    original_prompt: work.original_prompt ?? promptOf(task),
    context_hash: work.context_hash ?? hash,
    stage_at_pause: work.stage_at_pause ?? task.stage ?? "",
    state_at_pause: work.state_at_pause ?? task.current_state_name ?? task.state,
    tool_call_history: JSON.stringify(work.tool_call_history ?? []),
    partial_outputs: JSON.stringify(work.partial_outputs ?? {}),
    loop_version: work.loop_version ?? task.loop_version,
  };
}

/** Throws if the worker has paused another task: a worker has one pause at a time, because a second one would be forgotten. */
function refuseSecondPause({ agent }: Queries, task: TaskRow): void {
  const [other] = agent.pausedBy(task.worker).filter(({ id }) => id !== task.id);
  if (other !== undefined) throw concurrentPause(task.id, other.id);
}

const snapshotPath = (home: string, id: string): string => `${home}/${pausedFolder}/${snapshotFile(id)}`;

export const taskPause = defineOperation({
  name: "task pause",
  summary: "Pause a running task with a snapshot to resume it from",
  input: z.object({
    id: trimmedText.describe("Id of the task, or the start of it"),
    reason: trimmedText.describe("Reason for the pause"),
    resume_hint: z.string().optional().describe("First step when the task is resumed"),
    snapshot: z
      .string()
      .optional()
      .describe("JSON object with tool_call_history, partial_outputs and any other state of the work"),
    from: trimmedText.optional().describe("File that holds this object"),
  }),
  positional: ["id"],
  effect: "write",
  examples: [{ run: 'reward-ledger task pause 019b2f00-… --reason "fix myself first" --from work.json', does: "pause it" }],
  document: pauseDocument,
  async run(ports, input): Promise<PauseView> {
    const id = await resolveKey(ports, tasks, input.id);
    const problem = taskIdProblem(id);
    if (problem !== undefined) throw invalidInput("the id of the task", [problem]);
    const work = await readPartialSnapshot(ports, input.from, input.snapshot);
    const now = ports.clock.now();
    const hash = await contextHash([id, work]);
    const parts: SnapshotParts = {
      reason: input.reason,
      hint: input.resume_hint,
      at: now.toISOString(),
      cwd: ports.surroundings.folder,
      told: work,
      hash,
    };
    // The snapshot is recorded first. A crash in between leaves a snapshot of a task that still runs, which the next attempt
    // replaces; it never leaves a paused task that cannot be resumed.
    const isBegun = await ports.ledger.ask(({ agent }) => agent.get(pausedTasks, id) !== undefined);
    await recordBatch(ports, [
      ...(isBegun ? [lateRemove(pausedTasks, id, now)] : []),
      {
        decide(queries) {
          const task = requireRow(queries, tasks, id);
          return addDraft(pausedTasks, task.project, snapshotRow(task, parts));
        },
      },
      lateChange(tasks, id, now, (task, queries) => {
        refuseSecondPause(queries, task);
        return { set: { state: "paused" } };
      }),
    ]);
    return ports.ledger.ask((queries) => ({
      task: taskView(requireRow(queries, tasks, id)),
      snapshot: snapshotOf(requireRow(queries, pausedTasks, id)),
      file: snapshotPath(ports.ledger.home, id),
    }));
  },
});

export const taskResume = defineOperation({
  name: "task resume",
  summary: "Resume a paused task and show its snapshot",
  input: z.object({
    id: trimmedText.describe("Id of the task, or the start of it"),
    worker: trimmedText.optional().describe("Worker that resumes it; default the one that paused it"),
  }),
  positional: ["id"],
  effect: "write",
  examples: [{ run: "reward-ledger task resume 019b2f00-…", does: "resume it" }],
  document: pauseDocument,
  async run(ports, { id: idOrPrefix, worker }): Promise<PauseView> {
    const id = await resolveKey(ports, tasks, idOrPrefix);
    const now = ports.clock.now();
    const at = now.toISOString();
    const snapshot = snapshotOf(await ports.ledger.ask((queries) => requireRow(queries, pausedTasks, id)));
    await recordBatch(ports, [
      lateChange(tasks, id, now, () => ({
        set: { state: "running", last_heartbeat_at: at, ...omitUndefined({ worker }) },
        expect: { state: "paused" },
      })),
      lateRemove(pausedTasks, id, now),
    ]);
    const task = await ports.ledger.ask((queries) => requireRow(queries, tasks, id));
    return { task: taskView(task), snapshot, file: snapshotPath(ports.ledger.home, id) };
  },
});
