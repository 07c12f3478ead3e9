import * as z from "zod";
import { path, plain, transcript } from "../../../kernel/privacy.ts";
import { integer, json, micros, oneOf, text, time } from "./column-types.ts";
import { defineStore } from "./store.ts";
import { taskId } from "./task-id.ts";

export const taskStates = ["pending", "running", "waiting", "blocked", "paused", "done", "abandoned"] as const;

const promptInputs = z.object({ prompt: z.string() });

/** Returns the prompt in a task's inputs, or the inputs unchanged if they have none. */
export function promptOf(inputs: string): string {
  const { data } = promptInputs.safeParse(JSON.parse(inputs));
  return data?.prompt ?? inputs;
}

export const tasks = defineStore({
  name: "tasks",
  noun: "task",
  about: "What the agent has to do.",
  example: "reward-ledger task claim --worker a1 --stale-minutes 30",
  kinds: { add: "task.added", change: "task.changed" },
  row: z.object({
    id: plain(taskId()),
    /** 0 (lowest) to 100 (highest). */
    priority: integer(0, 100),
    state: oneOf(taskStates),
    created_at: time(),
    last_heartbeat_at: time().nullable(),
    stage: plain(text()).nullable(),
    current_state_name: plain(text()).nullable(),
    /** The prompt and its parameters. */
    inputs_json: transcript(json()),
    result_json: transcript(json()).nullable(),
    /** Path of the trace file (JSON Lines). */
    trace_file: path(text()).nullable(),
    cost_usd_micros: micros(),
    /** Version of the worker's state machine. */
    loop_version: integer(0),
    /** Worker that claimed the task. */
    worker: plain(text()).nullable(),
    project: plain(text()).nullable(),
  }),
  listing: ({ t }) => ({
    none: t("There are no tasks."),
    columns: [
      { name: "priority", head: t("Priority") },
      { name: "state", head: t("State") },
      { name: "created_at", head: t("Created"), drop: 2 },
      { name: "worker", head: t("Worker"), cut: 6, drop: 3 },
      { name: "stage", head: t("Stage"), cut: 6, drop: 4 },
      { name: "inputs_json", head: t("Task"), cut: 16, brief: promptOf },
      { name: "cost_usd", head: "USD", drop: 1 },
      { name: "id", head: "ID" },
    ],
    labels: {
      id: "ID",
      priority: t("Priority"),
      state: t("State"),
      created_at: t("Created"),
      last_heartbeat_at: t("Last heartbeat"),
      stage: t("Stage"),
      current_state_name: t("State of the worker"),
      inputs_json: t("Inputs"),
      result_json: t("Result"),
      trace_file: t("Trace"),
      cost_usd: t("Cost in USD"),
      loop_version: t("Version of the state machine"),
      worker: t("Worker"),
      project: t("Project"),
    },
  }),
  key: ["id"],
  order: [{ column: "priority", desc: true }, { column: "created_at" }, { column: "id" }],
  defaults: { priority: 50, state: "pending", cost_usd_micros: 0 },
  dollars: { cost_usd_micros: "cost_usd" },
  indexes: [
    { name: "idx_tasks_state", columns: [{ column: "state" }] },
    { name: "idx_tasks_priority", columns: [{ column: "priority", desc: true }, { column: "created_at" }] },
    {
      name: "tasks_by_state",
      columns: [{ column: "state" }, { column: "priority", desc: true }, { column: "created_at" }, { column: "id" }],
    },
  ],
  states: {
    column: "state",
    ways: {
      pending: ["running", "abandoned"],
      running: ["waiting", "blocked", "paused", "done", "abandoned"],
      waiting: ["running", "abandoned"],
      blocked: ["running", "abandoned"],
      paused: ["running", "pending", "abandoned"],
      done: [],
      abandoned: [],
    },
  },
});

export type TaskRow = z.infer<typeof tasks.row>;
