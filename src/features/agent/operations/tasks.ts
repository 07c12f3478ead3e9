import * as z from "zod";
import { changedMeanwhile, notFound, usage } from "../../../kernel/errors.ts";
import type { Queries } from "../../../ports/ports.ts";
import { parseJson } from "../../shared/input/json.ts";
import { defineOperation } from "../../shared/operation.ts";
import { toolName, toolText } from "../../shared/tool-answer.ts";
import { doneDocument } from "../documents/rows.ts";
import { claimDocument } from "../documents/stores.ts";
import { nonBlank } from "../model/column-types.ts";
import { pausedTasks } from "../model/paused-tasks.ts";
import { type TaskRow, taskStates, tasks } from "../model/tasks.ts";
import { ofProject, onlyProject, resolveProject, trimmedText } from "./fields.ts";
import { listDefinition, showDefinition } from "./list-and-show.ts";
import {
  addRow,
  changeDraft,
  changeRow,
  dollarsOf,
  getRow,
  keyByPrefix,
  lateChange,
  lateRemove,
  microsOf,
  omitUndefined,
  recordBatch,
  requireRow,
  resolveKey,
} from "./rows.ts";
import type { ClaimView, TaskView } from "./views.ts";

export const taskView = (row: TaskRow): TaskView => ({ ...row, cost_usd: dollarsOf(row.cost_usd_micros) });

/** The fields of a task that an agent receives. */
const taskShape = z.object({
  id: toolName(),
  state: z.enum(taskStates),
  priority: z.int(),
  created_at: toolName(),
  last_heartbeat_at: toolName().nullable(),
  stage: toolName().nullable(),
  worker: toolName().nullable(),
  project: toolName().nullable(),
  inputs_json: toolText(),
  cost_usd: z.number(),
});

const taskKey = { id: trimmedText.describe("Id of the task, or the start of it") };
const worker = trimmedText.optional().describe("Worker of the task; default REWARD_LEDGER_AGENT, else claude-code");
const stage = trimmedText.optional().describe("Stage of the work");
const stateName = trimmedText.optional().describe("State of the worker's own state machine");

/**
 * Returns the inputs of a task: the given JSON unchanged, or an object with the prompt and the JSON as `params`. @throws
 * invalid_json
 */
function inputsOf(prompt: string | undefined, inputs: string | undefined): string {
  const params = inputs === undefined ? undefined : parseJson(inputs, "--inputs-json");
  if (prompt === undefined) {
    if (inputs === undefined) throw usage("Failed to add a task: it has neither a prompt nor inputs", "Say what is to be done.");
    return inputs;
  }
  return JSON.stringify(params === undefined ? { prompt } : { prompt, params });
}

export const taskAdd = defineOperation({
  name: "task add",
  summary: "Queue a task",
  input: z.object({
    prompt: nonBlank().optional().describe("The prompt"),
    priority: z.int().min(0).max(100).optional().describe("0 lowest to 100 highest; default 50"),
    id: trimmedText.optional().describe("Id of the task; default a new one"),
    inputs_json: z.string().optional().describe("Parameters of the task, JSON"),
    loop_version: z.int().min(0).default(1).describe("Version of the worker's state machine"),
    project: ofProject,
  }),
  positional: ["prompt"],
  effect: "write",
  idempotent: false,
  examples: [{ run: 'reward-ledger task add "Fix the flaky login test" --priority 70', does: "queue a task" }],
  document: doneDocument(tasks, ({ t }) => t("Queued")),
  async run(ports, input): Promise<TaskView> {
    const now = ports.clock.now();
    const row = {
      id: input.id ?? ports.ids.next(now),
      created_at: now.toISOString(),
      inputs_json: inputsOf(input.prompt, input.inputs_json),
      loop_version: input.loop_version,
      ...omitUndefined({ priority: input.priority }),
    };
    return taskView(await addRow(ports, tasks, await resolveProject(ports, input.project), row));
  },
});

type Choice = Readonly<{ task: TaskRow; reclaimed: boolean }>;

/** Chooses the task to work on next: the first pending one, otherwise a running one whose heartbeat is too old. */
function chooseTask({ agent }: Queries, project: string | undefined, staleBefore: string | undefined): Choice | undefined {
  const pending = agent.nextTask(project);
  if (pending !== undefined) return { task: pending, reclaimed: false };
  const stale = staleBefore === undefined ? undefined : agent.staleTask(staleBefore, project);
  return stale === undefined ? undefined : { task: stale, reclaimed: true };
}

export const taskClaim = defineOperation({
  name: "task claim",
  summary: "Claim the next pending task; no two workers get the same task",
  input: z.object({
    id: trimmedText.optional().describe("Id of the task to claim; default the oldest of those with the highest priority"),
    worker,
    stage,
    stale_minutes: z
      .int()
      .min(1)
      .optional()
      .describe("When nothing is pending, take over a running task without a heartbeat for this many minutes"),
    project: onlyProject,
  }),
  positional: ["id"],
  effect: "write",
  idempotent: false,
  examples: [
    { run: "reward-ledger task claim --worker a1", does: "claim the next task" },
    { run: "reward-ledger task claim --stale-minutes 30", does: "or a running task without a heartbeat for that long" },
  ],
  document: claimDocument,
  tool: {
    takes: { id: true, worker: true, stage: true, stale_minutes: true, project: true },
    output: z.object({ task: taskShape.nullable(), reclaimed: z.boolean() }),
  },
  async run(ports, input): Promise<ClaimView> {
    const now = ports.clock.now();
    const at = now.toISOString();
    const workerName = input.worker ?? ports.surroundings.agent;
    const { stale_minutes: minutes } = input;
    const staleBefore = minutes === undefined ? undefined : new Date(now.getTime() - minutes * 60_000).toISOString();
    let chosen: Choice | undefined;
    /** The task after the claim. Nobody else can change it before the claim is recorded. */
    let claimed: TaskRow | undefined;

    /** Returns the named task if it is pending or stale. */
    const chooseNamed = (queries: Queries, id: string): Choice => {
      const task = requireRow(queries, tasks, id);
      if (task.state === "pending") return { task, reclaimed: false };
      const isStale = staleBefore !== undefined && task.state === "running" && (task.last_heartbeat_at ?? "") < staleBefore;
      if (isStale) return { task, reclaimed: true };
      throw changedMeanwhile(tasks.noun, id, ["state"]);
    };

    const [outcome] = await ports.ledger.record([
      {
        decide(queries) {
          chosen =
            input.id === undefined
              ? chooseTask(queries, input.project, staleBefore)
              : chooseNamed(queries, keyByPrefix(queries, tasks, input.id));
          if (chosen === undefined) throw notFound("a pending task", "Add one with `reward-ledger task add`.");
          const { task, reclaimed } = chosen;
          const { state, worker: before, last_heartbeat_at } = task;
          const claim = { worker: workerName, last_heartbeat_at: at, stage: input.stage ?? task.stage };
          claimed = { ...task, ...claim, state: "running" };
          return changeDraft(tasks, task.id, task.project, now, {
            set: reclaimed ? claim : { ...claim, state: "running" },
            expect: reclaimed ? { state, worker: before, last_heartbeat_at } : { state },
          });
        },
      },
    ]);
    if (chosen === undefined && input.id === undefined) return { task: null, reclaimed: false };
    if (outcome?.recorded === false && outcome.reason === "refused") throw outcome.error;
    if (chosen === undefined || claimed === undefined) throw new Error("a task was claimed that nobody chose");
    return { task: taskView(claimed), reclaimed: chosen.reclaimed };
  },
});

export const taskHeartbeat = defineOperation({
  name: "task heartbeat",
  summary: "Send a heartbeat of a running task",
  input: z.object({
    ...taskKey,
    worker: trimmedText.optional().describe("Worker of the task; refused if another worker has taken it over"),
    stage,
    current_state_name: stateName,
    cost_usd: z.number().min(0).optional().describe("Cost so far, USD"),
  }),
  positional: ["id"],
  effect: "write",
  examples: [{ run: "reward-ledger task heartbeat 019b2f00-… --stage tests", does: "send a heartbeat" }],
  document: doneDocument(tasks, ({ t }) => t("Noted")),
  async run(ports, input): Promise<TaskView> {
    const at = ports.clock.now().toISOString();
    const row = await changeRow(ports, tasks, await resolveKey(ports, tasks, input.id), () => ({
      set: {
        last_heartbeat_at: at,
        ...omitUndefined({
          stage: input.stage,
          current_state_name: input.current_state_name,
          cost_usd_micros: input.cost_usd === undefined ? undefined : microsOf(input.cost_usd),
        }),
      },
      expect: { state: "running", ...omitUndefined({ worker: input.worker }) },
    }));
    return taskView(row);
  },
});

/** States with a verb of their own, which does more than move the task. */
const verbByState: Readonly<Partial<Record<(typeof taskStates)[number], string>>> = { paused: "task pause" };

export const taskMove = defineOperation({
  name: "task move",
  summary: "Move a task to another state",
  input: z.object({
    ...taskKey,
    state: z.enum(taskStates).describe("The state to move to"),
    worker: trimmedText.optional().describe("Worker of the task; refused if another worker has taken it over"),
    stage,
    current_state_name: stateName,
    result_json: z.string().optional().describe("Result, JSON"),
    trace_file: trimmedText.optional().describe("Path of its trace"),
    cost_usd: z.number().min(0).optional().describe("Cost, USD"),
  }),
  positional: ["id", "state"],
  effect: "write",
  examples: [
    { run: "reward-ledger task move 019b2f00-… done", does: "finish a task" },
    { run: "reward-ledger task move 019b2f00-… waiting --stage ci", does: "wait for an event" },
  ],
  document: doneDocument(tasks, ({ t }) => t("Moved")),
  tool: {
    about: "Move a task to another state; a running task moved to running gets a heartbeat",
    takes: { id: true, state: true, worker: true, stage: true, result_json: true, cost_usd: true },
    output: taskShape,
  },
  async run(ports, input): Promise<TaskView> {
    const verb = verbByState[input.state];
    if (verb !== undefined) {
      throw usage(`Failed to move task ${input.id}: a pause needs a snapshot`, `Use \`reward-ledger ${verb} ${input.id}\`.`);
    }
    const id = await resolveKey(ports, tasks, input.id);
    const now = ports.clock.now();
    const at = now.toISOString();
    const change = lateChange(tasks, id, now, (before) => ({
      set: {
        state: input.state,
        // Moving a task that was started counts as its heartbeat; for a finished task it is the time at which it ended.
        ...(before.state === "pending" && input.state !== "running" ? {} : { last_heartbeat_at: at }),
        ...(input.state === "running" && before.worker === null ? { worker: ports.surroundings.agent } : {}),
        ...omitUndefined({
          stage: input.stage,
          current_state_name: input.current_state_name,
          result_json: input.result_json,
          trace_file: input.trace_file,
          cost_usd_micros: input.cost_usd === undefined ? undefined : microsOf(input.cost_usd),
        }),
      },
      ...(input.worker === undefined ? {} : { expect: { worker: input.worker } }),
    }));
    const isPaused = await ports.ledger.ask(({ agent }) => agent.get(pausedTasks, id) !== undefined);
    // However a task leaves its pause, its snapshot is removed with the change.
    await recordBatch(ports, isPaused ? [change, lateRemove(pausedTasks, id, now)] : [change]);
    return taskView(await getRow(ports, tasks, id));
  },
});

export const taskList = defineOperation(
  listDefinition(tasks, taskView, {
    name: "task list",
    summary: "List tasks in the order of work",
    filters: { state: z.enum(taskStates).optional().describe("Only tasks in this state"), project: onlyProject },
    examples: [{ run: "reward-ledger task list --state pending", does: "tasks in the order of work" }],
  }),
);

export const taskShow = defineOperation(
  showDefinition(tasks, taskView, {
    name: "task show",
    summary: "Show one task",
    id: taskKey.id,
    examples: [{ run: "reward-ledger task show 019b2f00-…", does: "one task" }],
  }),
);
