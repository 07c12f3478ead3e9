import type { MessageView, SpendSumView, TaskView } from "../../src/features/agent/operations/views.ts";

/*
 * Rows of the agent's stores in the form in which operations return them.
 */

export const sampleTime = "2026-03-16T09:30:00.000Z";

export const sampleMessage: MessageView = {
  id: "m1",
  received_at: sampleTime,
  from_handle: "em",
  channel: "cli",
  severity: "question",
  body: "May I drop\nthe [old](command:evil) table?",
  state: "pending",
  answer: null,
  escalated_to: null,
  ack_sent_at: sampleTime,
  answered_at: null,
  closed_at: null,
  project: "team/app",
};

export const sampleTask: TaskView = {
  id: "t1",
  priority: 70,
  state: "running",
  created_at: sampleTime,
  last_heartbeat_at: sampleTime,
  stage: "tests",
  current_state_name: null,
  inputs_json: '{"prompt":"Mend the cart"}',
  result_json: null,
  trace_file: null,
  cost_usd_micros: 1_250_000,
  cost_usd: 1.25,
  loop_version: 1,
  worker: "claude-code",
  project: "team/app",
};

/** Totals of model calls. */
export const sampleSum: SpendSumView = {
  calls: 1200,
  input_tokens: 5,
  cache_read_tokens: 2,
  cache_create_tokens: 1,
  output_tokens: 7,
  usd_micros: 2_000_000,
  usd: 2,
};
