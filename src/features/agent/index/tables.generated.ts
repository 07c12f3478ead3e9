/*
 * Written by `npm run migration` from the definitions of the agent's stores. A file of its own, so that a short command does not load the
 * definitions.
 */

/** The tables of the agent's stores. */
export const storeTables = `
CREATE TABLE em_inbox (
  id TEXT NOT NULL PRIMARY KEY,
  received_at TEXT NOT NULL,
  from_handle TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('cli', 'tui', 'gh-comment', 'email', 'daily-standup-reply')),
  severity TEXT NOT NULL CHECK (severity IN ('info', 'question', 'critical')),
  body TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'seen', 'answered', 'escalated', 'closed')),
  answer TEXT,
  escalated_to TEXT,
  ack_sent_at TEXT,
  answered_at TEXT,
  closed_at TEXT,
  project TEXT
) STRICT;
CREATE INDEX idx_em_inbox_state ON em_inbox (state);
CREATE INDEX idx_em_inbox_received ON em_inbox (received_at);
CREATE INDEX em_inbox_by_state ON em_inbox (state, received_at, id);
CREATE TABLE tasks (
  id TEXT NOT NULL PRIMARY KEY,
  priority INTEGER NOT NULL DEFAULT 50 CHECK (priority BETWEEN 0 AND 100),
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'waiting', 'blocked', 'paused', 'done', 'abandoned')),
  created_at TEXT NOT NULL,
  last_heartbeat_at TEXT,
  stage TEXT,
  current_state_name TEXT,
  inputs_json TEXT NOT NULL,
  result_json TEXT,
  trace_file TEXT,
  cost_usd_micros INTEGER NOT NULL DEFAULT 0 CHECK (cost_usd_micros >= 0),
  loop_version INTEGER NOT NULL CHECK (loop_version >= 0),
  worker TEXT,
  project TEXT,
  cost_usd REAL GENERATED ALWAYS AS (cost_usd_micros / 1000000.0) VIRTUAL
) STRICT;
CREATE INDEX idx_tasks_state ON tasks (state);
CREATE INDEX idx_tasks_priority ON tasks (priority DESC, created_at);
CREATE INDEX tasks_by_state ON tasks (state, priority DESC, created_at, id);
CREATE TABLE feedback (
  id TEXT NOT NULL PRIMARY KEY,
  received_at TEXT NOT NULL,
  from_handle TEXT NOT NULL,
  channel TEXT NOT NULL,
  body TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('low', 'med', 'high', 'critical')),
  context_url TEXT,
  fix_class TEXT CHECK (fix_class IS NULL OR fix_class IN ('prompt', 'doc', 'test', 'tool', 'policy', 'architectural', 'state-machine', 'out-of-scope')),
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'triaged', 'in-fix', 'fix-pr-open', 'verified', 'rejected', 'closed')),
  fix_pr_url TEXT,
  regression_test_path TEXT,
  root_cause TEXT,
  success_criterion TEXT,
  notes_json TEXT NOT NULL DEFAULT '[]',
  project TEXT
) STRICT;
CREATE INDEX idx_feedback_state ON feedback (state);
CREATE INDEX idx_feedback_fix_class ON feedback (fix_class);
CREATE INDEX feedback_by_received ON feedback (received_at, id);
CREATE INDEX feedback_by_state ON feedback (state, received_at, id);
CREATE TABLE spend (
  id TEXT NOT NULL PRIMARY KEY,
  occurred_at TEXT NOT NULL,
  task_id TEXT,
  call_site TEXT NOT NULL,
  model TEXT NOT NULL,
  input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
  cache_read_tokens INTEGER NOT NULL DEFAULT 0 CHECK (cache_read_tokens >= 0),
  cache_create_tokens INTEGER NOT NULL DEFAULT 0 CHECK (cache_create_tokens >= 0),
  output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
  usd_micros INTEGER NOT NULL CHECK (usd_micros >= 0),
  project TEXT,
  session_id TEXT,
  branch TEXT,
  calls INTEGER NOT NULL DEFAULT 1 CHECK (calls >= 0),
  unpriced_calls INTEGER NOT NULL DEFAULT 0 CHECK (unpriced_calls >= 0),
  cache_create_1h_tokens INTEGER NOT NULL DEFAULT 0 CHECK (cache_create_1h_tokens >= 0),
  usd REAL GENERATED ALWAYS AS (usd_micros / 1000000.0) VIRTUAL
) STRICT;
CREATE INDEX idx_spend_occurred ON spend (occurred_at);
CREATE INDEX idx_spend_task ON spend (task_id);
CREATE INDEX spend_by_session ON spend (session_id, occurred_at, id);
CREATE INDEX spend_by_task ON spend (task_id, occurred_at, id);
CREATE TABLE audit (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id >= 1),
  occurred_at TEXT NOT NULL,
  task_id TEXT,
  stage TEXT,
  state_name TEXT,
  tool_name TEXT NOT NULL,
  args_json TEXT NOT NULL,
  result_json TEXT,
  duration_ms INTEGER CHECK (duration_ms IS NULL OR duration_ms >= 0),
  error TEXT,
  loop_version INTEGER NOT NULL CHECK (loop_version >= 0),
  project TEXT
) STRICT;
CREATE INDEX idx_audit_occurred ON audit (occurred_at);
CREATE INDEX idx_audit_task ON audit (task_id);
CREATE INDEX idx_audit_tool ON audit (tool_name);
CREATE INDEX audit_by_task ON audit (task_id, occurred_at, id);
CREATE INDEX audit_by_tool ON audit (tool_name, occurred_at, id);
CREATE TABLE ci_history (
  workflow_name TEXT NOT NULL,
  branch TEXT NOT NULL,
  run_id INTEGER NOT NULL CHECK (run_id >= 0),
  started_at TEXT NOT NULL,
  completed_at TEXT,
  duration_s INTEGER CHECK (duration_s IS NULL OR duration_s >= 0),
  conclusion TEXT,
  project TEXT,
  PRIMARY KEY (workflow_name, branch, run_id)
) STRICT;
CREATE INDEX ci_history_by_started ON ci_history (started_at, workflow_name, branch, run_id);
CREATE INDEX ci_history_by_workflow ON ci_history (workflow_name, started_at, branch, run_id);
CREATE INDEX ci_history_by_branch ON ci_history (workflow_name, branch, started_at, run_id);
CREATE TABLE memory (
  id TEXT NOT NULL PRIMARY KEY,
  topic TEXT NOT NULL CHECK (topic IN ('review_patterns', 'failure_patterns', 'flaky_tests', 'em_preferences', 'adr_decisions', 'tool_usage_heuristics', 'task_outcomes', 'mutation_seeds')),
  created_at TEXT NOT NULL,
  source_kind TEXT NOT NULL,
  source_id TEXT,
  payload_json TEXT NOT NULL,
  embedding_key TEXT NOT NULL,
  confidence INTEGER NOT NULL DEFAULT 80 CHECK (confidence BETWEEN 0 AND 100),
  last_recalled_at TEXT,
  recall_count INTEGER NOT NULL DEFAULT 0 CHECK (recall_count >= 0),
  superseded_by TEXT,
  project TEXT
) STRICT;
CREATE INDEX idx_memory_topic ON memory (topic);
CREATE INDEX idx_memory_recalled ON memory (last_recalled_at);
CREATE INDEX memory_by_created ON memory (created_at, id);
CREATE INDEX memory_by_topic ON memory (topic, created_at, id);
CREATE INDEX memory_by_age ON memory (project, created_at, id) WHERE superseded_by IS NULL;
CREATE INDEX memory_by_project ON memory (project, topic, created_at, id) WHERE superseded_by IS NULL;
CREATE TABLE paused_tasks (
  task_id TEXT NOT NULL PRIMARY KEY,
  paused_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  resume_hint TEXT NOT NULL,
  cwd TEXT NOT NULL,
  original_prompt TEXT NOT NULL,
  context_hash TEXT NOT NULL,
  stage_at_pause TEXT NOT NULL,
  state_at_pause TEXT NOT NULL,
  tool_call_history TEXT NOT NULL,
  partial_outputs TEXT NOT NULL,
  loop_version INTEGER NOT NULL CHECK (loop_version >= 0),
  project TEXT
) STRICT;
CREATE TABLE self_edits_log (
  recorded TEXT NOT NULL PRIMARY KEY,
  ts TEXT NOT NULL,
  pr TEXT NOT NULL,
  fix_class TEXT NOT NULL CHECK (fix_class IN ('prompt', 'doc', 'test', 'tool', 'policy', 'architectural', 'state-machine', 'out-of-scope')),
  files TEXT NOT NULL,
  before_sha TEXT NOT NULL,
  after_sha TEXT NOT NULL,
  review_passes TEXT NOT NULL,
  confidence INTEGER NOT NULL CHECK (confidence BETWEEN 0 AND 100),
  em_review TEXT NOT NULL,
  auto_merged INTEGER NOT NULL CHECK (auto_merged BETWEEN 0 AND 1),
  feedback_id TEXT,
  project TEXT
) STRICT;
CREATE INDEX self_edits_log_by_ts ON self_edits_log (ts);
CREATE TABLE learnings_log (
  recorded TEXT NOT NULL PRIMARY KEY,
  ts TEXT NOT NULL,
  task_id TEXT NOT NULL,
  observation TEXT NOT NULL,
  candidate TEXT NOT NULL,
  project TEXT
) STRICT;
CREATE INDEX learnings_log_by_ts ON learnings_log (ts);
CREATE TABLE trust (
  id TEXT NOT NULL PRIMARY KEY,
  changed_at TEXT NOT NULL,
  agent TEXT NOT NULL,
  from_tier INTEGER NOT NULL CHECK (from_tier BETWEEN 0 AND 5),
  to_tier INTEGER NOT NULL CHECK (to_tier BETWEEN 0 AND 5),
  reason TEXT NOT NULL,
  em_handle TEXT NOT NULL,
  em_signature TEXT,
  project TEXT
) STRICT;
CREATE INDEX trust_by_changed ON trust (changed_at, id);
CREATE INDEX trust_by_agent ON trust (agent, changed_at, id);
CREATE TABLE sessions (
  session_id TEXT NOT NULL PRIMARY KEY,
  host TEXT NOT NULL,
  model TEXT,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  turns INTEGER NOT NULL DEFAULT 0 CHECK (turns >= 0),
  tools_json TEXT NOT NULL DEFAULT '{}',
  files_json TEXT NOT NULL DEFAULT '[]',
  branch TEXT,
  commits_json TEXT NOT NULL DEFAULT '[]',
  project TEXT,
  commit_times_json TEXT NOT NULL DEFAULT '[]',
  pull_request TEXT,
  source TEXT CHECK (source IS NULL OR source IN ('hook', 'transcript')),
  summary TEXT,
  prompts_json TEXT
) STRICT;
CREATE INDEX sessions_by_started ON sessions (started_at, session_id);
CREATE INDEX sessions_by_host ON sessions (host, started_at, session_id);
CREATE INDEX sessions_by_branch ON sessions (branch, started_at, session_id);
CREATE TABLE budgets (
  recorded TEXT NOT NULL PRIMARY KEY,
  set_at TEXT NOT NULL,
  daily_usd_micros INTEGER NOT NULL CHECK (daily_usd_micros >= 0),
  weekly_usd_micros INTEGER NOT NULL CHECK (weekly_usd_micros >= 0),
  monthly_usd_micros INTEGER NOT NULL CHECK (monthly_usd_micros >= 0),
  allow_extension_request INTEGER NOT NULL CHECK (allow_extension_request BETWEEN 0 AND 1),
  extension_max_per_day_usd_micros INTEGER NOT NULL CHECK (extension_max_per_day_usd_micros >= 0),
  set_by TEXT NOT NULL,
  daily_usd_ceiling REAL GENERATED ALWAYS AS (daily_usd_micros / 1000000.0) VIRTUAL,
  weekly_usd_ceiling REAL GENERATED ALWAYS AS (weekly_usd_micros / 1000000.0) VIRTUAL,
  monthly_usd_ceiling REAL GENERATED ALWAYS AS (monthly_usd_micros / 1000000.0) VIRTUAL,
  extension_max_per_day_usd REAL GENERATED ALWAYS AS (extension_max_per_day_usd_micros / 1000000.0) VIRTUAL
) STRICT;
CREATE TABLE budget_extensions (
  recorded TEXT NOT NULL PRIMARY KEY,
  granted_at TEXT NOT NULL,
  usd_micros INTEGER NOT NULL CHECK (usd_micros >= 0),
  granted_by TEXT NOT NULL,
  reason TEXT,
  usd REAL GENERATED ALWAYS AS (usd_micros / 1000000.0) VIRTUAL
) STRICT;
CREATE INDEX budget_extensions_by_granted ON budget_extensions (granted_at);
`;

/** The versions of the index with which one of them came or changed. An index from before is filled from the journal. */
export const storeVersions: readonly number[] = [9, 10, 13];
