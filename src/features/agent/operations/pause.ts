import * as z from "zod";
import { concurrentPause, invalidInput } from "../../../kernel/errors.ts";
import type { Ports, Queries } from "../../../ports/ports.ts";
import { parseJson } from "../../shared/input/json.ts";
import { defineOperation } from "../../shared/operation.ts";
import { pauseDocument } from "../documents/stores.ts";
import { type PausedRow, pausedFolder, pausedTasks, snapshotFile, snapshotOf } from "../model/paused-tasks.ts";
import { taskIdProblem } from "../model/task-id.ts";
import { type TaskRow, tasks } from "../model/tasks.ts";
import { word } from "./fields.ts";
import { addDraft, given, keyFor, lateChange, lateRemove, recordTogether, rowOf } from "./rows.ts";
import { taskView } from "./tasks.ts";
import type { PauseView } from "./views.ts";

/** The state of the work that a caller may give, as an object; missing fields are taken from the task. */
const partial = z.looseObject({
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
type Said = z.infer<typeof partial>;

async function partialOf(ports: Ports, from: string | undefined, snapshot: string | undefined): Promise<Said> {
  const text = from === undefined ? snapshot : await ports.files.text(from);
  if (text === undefined) return {};
  const parsed = partial.safeParse(parseJson(text, from ?? "--snapshot"));
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

type Told = Readonly<{ reason: string; hint: string | undefined; at: string; cwd: string; told: Said; hash: string }>;

/** Builds the complete snapshot of a task. */
function snapshotRow(task: TaskRow, { reason, hint, at, cwd, told, hash }: Told): Omit<PausedRow, "project"> {
  return {
    task_id: task.id,
    paused_at: at,
    reason,
    resume_hint: hint ?? told.resume_hint ?? "",
    cwd: told.cwd ?? cwd,
    original_prompt: told.original_prompt ?? promptOf(task),
    context_hash: told.context_hash ?? hash,
    stage_at_pause: told.stage_at_pause ?? task.stage ?? "",
    state_at_pause: told.state_at_pause ?? task.current_state_name ?? task.state,
    tool_call_history: JSON.stringify(told.tool_call_history ?? []),
    partial_outputs: JSON.stringify(told.partial_outputs ?? {}),
    loop_version: told.loop_version ?? task.loop_version,
  };
}

/** Throws if the worker has paused another task: a worker has one pause at a time, because a second one would be forgotten. */
function refuseSecondPause({ agent }: Queries, task: TaskRow): void {
  const [other] = agent.pausedBy(task.worker).filter(({ id }) => id !== task.id);
  if (other !== undefined) throw concurrentPause(task.id, other.id);
}

const pathOf = (home: string, id: string): string => `${home}/${pausedFolder}/${snapshotFile(id)}`;

export const taskPause = defineOperation({
  name: "task pause",
  summary: "Pause a running task with a snapshot to resume it from",
  input: z.object({
    id: word.describe("Id of the task, or the start of it"),
    reason: word.describe("Reason for the pause"),
    resume_hint: z.string().optional().describe("First step when the task is resumed"),
    snapshot: z
      .string()
      .optional()
      .describe("JSON object with tool_call_history, partial_outputs and any other state of the work"),
    from: word.optional().describe("File that holds this object"),
  }),
  positional: ["id"],
  effect: "write",
  examples: [{ run: 'reward-ledger task pause 019b2f00-… --reason "fix myself first" --from work.json', does: "pause it" }],
  document: pauseDocument,
  async run(ports, input): Promise<PauseView> {
    const id = await keyFor(ports, tasks, input.id);
    const problem = taskIdProblem(id);
    if (problem !== undefined) throw invalidInput("the id of the task", [problem]);
    const told = await partialOf(ports, input.from, input.snapshot);
    const now = ports.clock.now();
    const hash = await contextHash([id, told]);
    const all: Told = {
      reason: input.reason,
      hint: input.resume_hint,
      at: now.toISOString(),
      cwd: ports.surroundings.folder,
      told,
      hash,
    };
    // The snapshot is recorded first. A crash in between leaves a snapshot of a task that still runs, which the next attempt
    // replaces; it never leaves a paused task that cannot be resumed.
    const isBegun = await ports.ledger.ask(({ agent }) => agent.get(pausedTasks, id) !== undefined);
    await recordTogether(ports, [
      ...(isBegun ? [lateRemove(pausedTasks, id, now)] : []),
      {
        decide(queries) {
          const task = rowOf(queries, tasks, id);
          return addDraft(pausedTasks, task.project, snapshotRow(task, all));
        },
      },
      lateChange(tasks, id, now, (task, queries) => {
        refuseSecondPause(queries, task);
        return { set: { state: "paused" } };
      }),
    ]);
    return ports.ledger.ask((queries) => ({
      task: taskView(rowOf(queries, tasks, id)),
      snapshot: snapshotOf(rowOf(queries, pausedTasks, id)),
      file: pathOf(ports.ledger.home, id),
    }));
  },
});

export const taskResume = defineOperation({
  name: "task resume",
  summary: "Resume a paused task and show its snapshot",
  input: z.object({
    id: word.describe("Id of the task, or the start of it"),
    worker: word.optional().describe("Worker that resumes it; default the one that paused it"),
  }),
  positional: ["id"],
  effect: "write",
  examples: [{ run: "reward-ledger task resume 019b2f00-…", does: "resume it" }],
  document: pauseDocument,
  async run(ports, { id: idGiven, worker }): Promise<PauseView> {
    const id = await keyFor(ports, tasks, idGiven);
    const now = ports.clock.now();
    const at = now.toISOString();
    const snapshot = snapshotOf(await ports.ledger.ask((queries) => rowOf(queries, pausedTasks, id)));
    await recordTogether(ports, [
      lateChange(tasks, id, now, () => ({
        set: { state: "running", last_heartbeat_at: at, ...given({ worker }) },
        expect: { state: "paused" },
      })),
      lateRemove(pausedTasks, id, now),
    ]);
    const task = await ports.ledger.ask((queries) => rowOf(queries, tasks, id));
    return { task: taskView(task), snapshot, file: pathOf(ports.ledger.home, id) };
  },
});
