import type { Row } from "../../src/features/agent/model/column-types.ts";
import { type PausedRow, pausedTasks } from "../../src/features/agent/model/paused-tasks.ts";
import { type SelfEditRow, selfEdits } from "../../src/features/agent/model/self-edits.ts";
import type { Store } from "../../src/features/agent/model/store.ts";

const at = "2026-03-16T08:00:00.000Z";

const samples: Readonly<Record<string, Row>> = {
  em_inbox: { id: "m1", received_at: at, from_handle: "em", channel: "cli", severity: "question", body: "Which\nbranch?" },
  tasks: { id: "t1", created_at: at, inputs_json: '{"prompt":"p"}', loop_version: 1 },
  feedback: { id: "f1", received_at: at, from_handle: "em", channel: "cli", body: "Never", severity: "high" },
  spend: { id: "s1", occurred_at: at, call_site: "plan", model: "m", input_tokens: 10, output_tokens: 5, usd_micros: 1234 },
  audit: { id: 1, occurred_at: at, tool_name: "git", args_json: "{}", loop_version: 1 },
  ci_history: { workflow_name: "build", branch: "main", run_id: 7, started_at: at },
  memory: {
    id: "y1",
    topic: "flaky_tests",
    created_at: at,
    source_kind: "task",
    payload_json: '{"test_fqn":"a"}',
    embedding_key: "k",
  },
  paused_tasks: {
    task_id: "t1",
    paused_at: at,
    reason: "to fix myself",
    resume_hint: "",
    cwd: "/w",
    original_prompt: "p",
    context_hash: "sha256-abc",
    stage_at_pause: "",
    state_at_pause: "running",
    tool_call_history: '[{"tool":"read","args":{"a":1},"result":null}]',
    partial_outputs: "{}",
    loop_version: 1,
  },
  self_edits_log: {
    recorded: "r1",
    ts: at,
    pr: "https://example.com/pull/1",
    fix_class: "prompt",
    files: '["a.md"]',
    before_sha: "a",
    after_sha: "b",
    review_passes:
      '{"static":"pass","functional":"pass","arch":"pass","security":"pass","prose":"pass","adversarial":"pass","feedback_binding":"skipped"}',
    confidence: 90,
    em_review: "approved",
    auto_merged: 0,
  },
  learnings_log: { recorded: "r1", ts: "2026-05-03", task_id: "t1", observation: "seen", candidate: "GAIA.md" },
  sessions: {
    session_id: "s1",
    host: "codex",
    started_at: at,
    ended_at: at,
    tools_json: '{"Bash":2}',
    files_json: '["a.ts"]',
    commits_json: '["1a2b"]',
    commit_times_json: `["${at}"]`,
    prompts_json: `[{"at":"${at}","text":"Mend it"}]`,
  },
  budgets: {
    recorded: "r1",
    set_at: at,
    daily_usd_micros: 1,
    weekly_usd_micros: 2,
    monthly_usd_micros: 3,
    allow_extension_request: 1,
    extension_max_per_day_usd_micros: 4,
    set_by: "em",
  },
  budget_extensions: { recorded: "r1", granted_at: at, usd_micros: 5, granted_by: "em" },
};

/** A row of a store, without the columns that have a default. */
export function sampleRow(store: Store): Row {
  const { sample, now } = store.verbs ?? {};
  const verbSample =
    sample === undefined
      ? undefined
      : { ...(store.key[0] === "id" ? { id: "v1" } : {}), ...(now === undefined ? {} : { [now]: at }), ...sample };
  const row = samples[store.name] ?? verbSample;
  if (row === undefined) throw new Error(`no sample of ${store.name}`);
  return row;
}

export const pausedRow: PausedRow = pausedTasks.row.parse({ ...samples["paused_tasks"], project: "acme/shop" });
export const selfEditRow: SelfEditRow = selfEdits.row.parse({
  ...samples["self_edits_log"],
  feedback_id: null,
  project: "acme/shop",
});
