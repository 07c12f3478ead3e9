import * as z from "zod";
import { integer, json, micros, oneOf, text, time } from "./columns.ts";
import { defineStore } from "./store.ts";
import { taskId } from "./task-id.ts";

export const taskStates = ["pending", "running", "waiting", "blocked", "paused", "done", "abandoned"] as const;

/** What the agent has to do. */
export const tasks = defineStore({
  name: "tasks",
  noun: "task",
  place: "index.sqlite",
  row: z.object({
    id: taskId(),
    /** 0 lowest, 100 highest. */
    priority: integer(0, 100),
    state: oneOf(taskStates),
    created_at: time(),
    last_heartbeat_at: time().nullable(),
    stage: text().nullable(),
    current_state_name: text().nullable(),
    /** The prompt and its parameters. */
    inputs_json: json(),
    result_json: json().nullable(),
    /** Path of the trace, JSON Lines. */
    trace_file: text().nullable(),
    cost_usd_micros: micros(),
    /** Version of the state machine that works on it. */
    loop_version: integer(0),
    /** Who claimed it. */
    worker: text().nullable(),
    project: text().nullable(),
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
