import * as z from "zod";
import type { ShownColumn } from "./rows.ts";

/*
 * What tables show of the stores' rows.
 */

const id: ShownColumn = { name: "id", head: "Id" };
const state: ShownColumn = { name: "state", head: "State" };

const prompted = z.object({ prompt: z.string() });

/** What a task is to do: its prompt, else its inputs as they are. */
function promptOf(inputs: string): string {
  const { data } = prompted.safeParse(JSON.parse(inputs));
  return data?.prompt ?? inputs;
}

export const inboxColumns: readonly ShownColumn[] = [
  { name: "received_at", head: "Received" },
  { name: "severity", head: "Severity" },
  state,
  { name: "from_handle", head: "From", cut: 4, drop: 2 },
  { name: "body", head: "Message", cut: 16 },
  { name: "answer", head: "Answer", cut: 8, drop: 1 },
  id,
];

export const taskColumns: readonly ShownColumn[] = [
  { name: "priority", head: "Priority", right: true },
  state,
  { name: "created_at", head: "Created", drop: 2 },
  { name: "worker", head: "Worker", cut: 6, drop: 3 },
  { name: "stage", head: "Stage", cut: 6, drop: 4 },
  { name: "inputs_json", head: "Task", cut: 16, brief: promptOf },
  { name: "cost_usd", head: "USD", right: true, drop: 1 },
  id,
];

export const feedbackColumns: readonly ShownColumn[] = [
  { name: "received_at", head: "Received", drop: 2 },
  { name: "severity", head: "Severity" },
  state,
  { name: "fix_class", head: "Fix", drop: 1 },
  { name: "body", head: "Feedback", cut: 16 },
  { name: "context_url", head: "On", cut: 8, drop: 3 },
  id,
];

export const auditColumns: readonly ShownColumn[] = [
  { name: "occurred_at", head: "When" },
  { name: "tool_name", head: "Tool", cut: 8 },
  { name: "task_id", head: "Task", cut: 8, drop: 2 },
  { name: "args_json", head: "Arguments", cut: 12 },
  { name: "duration_ms", head: "ms", right: true, drop: 1 },
  { name: "error", head: "Error", cut: 8 },
  id,
];

export const ciColumns: readonly ShownColumn[] = [
  { name: "started_at", head: "Started" },
  { name: "workflow_name", head: "Workflow", cut: 8 },
  { name: "branch", head: "Branch", cut: 6 },
  { name: "run_id", head: "Run", right: true },
  { name: "duration_s", head: "s", right: true },
  { name: "conclusion", head: "Conclusion" },
];

export const memoryColumns: readonly ShownColumn[] = [
  { name: "created_at", head: "Since", drop: 2 },
  { name: "topic", head: "Topic" },
  { name: "payload_json", head: "What", cut: 20 },
  { name: "confidence", head: "Sure", right: true },
  { name: "recall_count", head: "Recalled", right: true, drop: 1 },
  { name: "superseded_by", head: "Superseded by", cut: 8, drop: 3 },
  id,
];

export const learningColumns: readonly ShownColumn[] = [
  { name: "ts", head: "When" },
  { name: "task_id", head: "Task", cut: 8, drop: 1 },
  { name: "observation", head: "Observed", cut: 20 },
  { name: "candidate", head: "May become" },
];

export const selfEditColumns: readonly ShownColumn[] = [
  { name: "ts", head: "When" },
  { name: "fix_class", head: "Fix" },
  { name: "pr", head: "Pull request", cut: 16 },
  { name: "confidence", head: "Sure", right: true },
  { name: "em_review", head: "Human", cut: 6 },
];
