-- The agent's stores: rows that facts add, change and remove, by the same steps as in the program. One table holds the rows of all
-- stores, and each store is a view of it with columns of its own; agent_stores says what a store is, as the program defines it.

create table if not exists ai_sync_private.agent_stores (
  store text primary key,
  columns text[] not null,
  key text[] not null,
  -- given: the row brings its key; recorded, serial: it follows from the place of the fact in its log.
  key_from text not null,
  defaults jsonb not null,
  -- free: anything may change; none: nothing; fill: the columns of `fill`, as long as they are null.
  changes text not null,
  fill text[] not null,
  -- Column with the state of a row, and where each state leads.
  state text,
  ways jsonb,
  -- Column with a list of what became of the row.
  trail text,
  -- What the cells of a row have to be; null ones are left out.
  checks jsonpath not null
);

create table if not exists ai_sync_private.agent_kinds (
  kind text primary key,
  store text not null references ai_sync_private.agent_stores (store),
  op text not null check (op in ('add', 'change', 'remove'))
);

-- Only the trigger has a use for them: without a policy, members see no row.
alter table ai_sync_private.agent_stores enable row level security;
alter table ai_sync_private.agent_kinds enable row level security;
revoke all on ai_sync_private.agent_stores, ai_sync_private.agent_kinds from public, anon, authenticated, service_role;
grant select on ai_sync_private.agent_stores, ai_sync_private.agent_kinds to authenticated, service_role;

insert into ai_sync_private.agent_stores (store, columns, key, key_from, defaults, changes, fill, state, ways, trail, checks) values
  ('em_inbox', '{id,received_at,from_handle,channel,severity,body,state,answer,escalated_to,ack_sent_at,answered_at,closed_at,project}',
    '{id}', 'given', '{"state":"pending"}', 'free', '{}', 'state',
    '{"pending":["seen","answered","escalated"],"seen":["answered","escalated"],"answered":["closed"],"escalated":["closed"],"closed":[]}', null, '
      $.id.type() == "string" && $.received_at.type() == "string" && $.from_handle.type() == "string"
      && $.channel.type() == "string" && $.severity.type() == "string" && $.body.type() == "string"
      && ($.state == "pending" || $.state == "seen" || $.state == "answered" || $.state == "escalated" || $.state == "closed")
      && ($.state != "answered" || $.answer like_regex "\\S" && exists($.answered_at))
      && ($.state != "escalated" || exists($.escalated_to)) && ($.state != "closed" || exists($.closed_at))'),
  ('tasks', '{id,priority,state,created_at,last_heartbeat_at,stage,current_state_name,inputs_json,result_json,trace_file,cost_usd_micros,loop_version,worker,project}',
    '{id}', 'given', '{"priority":50,"state":"pending","cost_usd_micros":0}', 'free', '{}', 'state',
    '{"pending":["running","abandoned"],"running":["waiting","blocked","paused","done","abandoned"],"waiting":["running","abandoned"],"blocked":["running","abandoned"],"paused":["running","pending","abandoned"],"done":[],"abandoned":[]}', null, '
      $.id.type() == "string" && $.priority >= 0 && $.priority <= 100
      && ($.state == "pending" || $.state == "running" || $.state == "waiting" || $.state == "blocked" || $.state == "paused" || $.state == "done" || $.state == "abandoned")
      && $.created_at.type() == "string" && $.inputs_json.type() == "string" && $.cost_usd_micros >= 0
      && $.cost_usd_micros <= 9007199254740991 && $.loop_version >= 0 && $.loop_version <= 9007199254740991'),
  ('feedback', '{id,received_at,from_handle,channel,body,severity,context_url,fix_class,state,fix_pr_url,regression_test_path,root_cause,success_criterion,notes_json,project}',
    '{id}', 'given', '{"state":"pending","notes_json":"[]"}', 'free', '{}', 'state',
    '{"pending":["triaged"],"triaged":["in-fix","rejected"],"in-fix":["fix-pr-open"],"fix-pr-open":["verified","rejected"],"verified":["closed"],"rejected":["closed"],"closed":[]}', 'notes_json', '
      $.id.type() == "string" && $.received_at.type() == "string" && $.from_handle.type() == "string"
      && $.channel.type() == "string" && $.body.type() == "string" && $.severity.type() == "string"
      && ($.state == "pending" || $.state == "triaged" || $.state == "in-fix" || $.state == "fix-pr-open" || $.state == "verified" || $.state == "rejected" || $.state == "closed")
      && $.notes_json.type() == "string" && ($.state != "verified" || $.regression_test_path like_regex "\\S")'),
  ('spend', '{id,occurred_at,task_id,call_site,model,input_tokens,cache_read_tokens,cache_create_tokens,output_tokens,usd_micros,project}',
    '{id}', 'given', '{"cache_read_tokens":0,"cache_create_tokens":0}', 'none', '{}', null,
    null, null, '
      $.id.type() == "string" && $.occurred_at.type() == "string" && $.call_site.type() == "string"
      && $.model.type() == "string" && $.input_tokens >= 0 && $.input_tokens <= 9007199254740991
      && $.cache_read_tokens >= 0 && $.cache_read_tokens <= 9007199254740991 && $.cache_create_tokens >= 0
      && $.cache_create_tokens <= 9007199254740991 && $.output_tokens >= 0 && $.output_tokens <= 9007199254740991
      && $.usd_micros >= 0 && $.usd_micros <= 9007199254740991'),
  ('audit', '{id,occurred_at,task_id,stage,state_name,tool_name,args_json,result_json,duration_ms,error,loop_version,project}',
    '{id}', 'serial', '{}', 'fill', '{result_json,duration_ms,error}', null,
    null, null, '
      $.occurred_at.type() == "string" && $.tool_name.type() == "string" && $.args_json.type() == "string"
      && (!exists($.duration_ms) || $.duration_ms >= 0 && $.duration_ms <= 9007199254740991) && $.loop_version >= 0
      && $.loop_version <= 9007199254740991'),
  ('ci_history', '{workflow_name,branch,run_id,started_at,completed_at,duration_s,conclusion,project}',
    '{workflow_name,branch,run_id}', 'given', '{}', 'free', '{}', null,
    null, null, '
      $.workflow_name.type() == "string" && $.branch.type() == "string" && $.run_id >= 0 && $.run_id <= 9007199254740991
      && $.started_at.type() == "string" && (!exists($.duration_s) || $.duration_s >= 0
      && $.duration_s <= 9007199254740991)'),
  ('memory', '{id,topic,created_at,source_kind,source_id,payload_json,embedding_key,confidence,last_recalled_at,recall_count,superseded_by,project}',
    '{id}', 'given', '{"confidence":80,"recall_count":0}', 'free', '{}', null,
    null, null, '
      $.id.type() == "string" && $.topic.type() == "string" && $.created_at.type() == "string"
      && $.source_kind.type() == "string" && $.payload_json.type() == "string" && $.embedding_key.type() == "string"
      && $.confidence >= 0 && $.confidence <= 100 && $.recall_count >= 0 && $.recall_count <= 9007199254740991
      && !($.superseded_by == $.id)'),
  ('paused_tasks', '{task_id,paused_at,reason,resume_hint,cwd,original_prompt,context_hash,stage_at_pause,state_at_pause,tool_call_history,partial_outputs,loop_version,project}',
    '{task_id}', 'given', '{}', 'none', '{}', null,
    null, null, '
      $.task_id.type() == "string" && $.paused_at.type() == "string" && $.reason.type() == "string"
      && $.resume_hint.type() == "string" && $.cwd.type() == "string" && $.original_prompt.type() == "string"
      && $.context_hash.type() == "string" && $.stage_at_pause.type() == "string" && $.state_at_pause.type() == "string"
      && $.tool_call_history.type() == "string" && $.partial_outputs.type() == "string" && $.loop_version >= 0
      && $.loop_version <= 9007199254740991'),
  ('self_edits_log', '{recorded,ts,pr,fix_class,files,before_sha,after_sha,review_passes,confidence,em_review,auto_merged,feedback_id,project}',
    '{recorded}', 'recorded', '{}', 'none', '{}', null,
    null, null, '
      $.ts.type() == "string" && $.pr.type() == "string" && $.fix_class.type() == "string" && $.files.type() == "string"
      && $.before_sha.type() == "string" && $.after_sha.type() == "string" && $.review_passes.type() == "string"
      && $.confidence >= 0 && $.confidence <= 100 && $.em_review.type() == "string" && $.auto_merged >= 0
      && $.auto_merged <= 1'),
  ('learnings_log', '{recorded,ts,task_id,observation,candidate,project}',
    '{recorded}', 'recorded', '{}', 'none', '{}', null,
    null, null, '
      $.ts.type() == "string" && $.task_id.type() == "string" && $.observation.type() == "string"
      && $.candidate.type() == "string"'),
  ('budgets', '{recorded,set_at,daily_usd_micros,weekly_usd_micros,monthly_usd_micros,allow_extension_request,extension_max_per_day_usd_micros,set_by}',
    '{recorded}', 'recorded', '{}', 'none', '{}', null,
    null, null, '
      $.set_at.type() == "string" && $.daily_usd_micros >= 0 && $.daily_usd_micros <= 9007199254740991
      && $.weekly_usd_micros >= 0 && $.weekly_usd_micros <= 9007199254740991 && $.monthly_usd_micros >= 0
      && $.monthly_usd_micros <= 9007199254740991 && $.allow_extension_request >= 0 && $.allow_extension_request <= 1
      && $.extension_max_per_day_usd_micros >= 0 && $.extension_max_per_day_usd_micros <= 9007199254740991
      && $.set_by.type() == "string"'),
  ('budget_extensions', '{recorded,granted_at,usd_micros,granted_by,reason}',
    '{recorded}', 'recorded', '{}', 'none', '{}', null,
    null, null, '
      $.granted_at.type() == "string" && $.usd_micros >= 0 && $.usd_micros <= 9007199254740991
      && $.granted_by.type() == "string"')
on conflict (store) do update set
  columns = excluded.columns, key = excluded.key, key_from = excluded.key_from, defaults = excluded.defaults, changes = excluded.changes,
  fill = excluded.fill, state = excluded.state, ways = excluded.ways, trail = excluded.trail, checks = excluded.checks;

insert into ai_sync_private.agent_kinds (kind, store, op) values
  ('audit.added', 'audit', 'add'),
  ('audit.changed', 'audit', 'change'),
  ('budget.extended', 'budget_extensions', 'add'),
  ('budget.set', 'budgets', 'add'),
  ('ci.added', 'ci_history', 'add'),
  ('ci.changed', 'ci_history', 'change'),
  ('feedback.added', 'feedback', 'add'),
  ('feedback.changed', 'feedback', 'change'),
  ('inbox.added', 'em_inbox', 'add'),
  ('inbox.changed', 'em_inbox', 'change'),
  ('learning.added', 'learnings_log', 'add'),
  ('memory.added', 'memory', 'add'),
  ('memory.changed', 'memory', 'change'),
  ('self_edit.added', 'self_edits_log', 'add'),
  ('spend.added', 'spend', 'add'),
  ('task.added', 'tasks', 'add'),
  ('task.changed', 'tasks', 'change'),
  ('task.paused', 'paused_tasks', 'add'),
  ('task.resumed', 'paused_tasks', 'remove')
on conflict (kind) do update set store = excluded.store, op = excluded.op;

create table if not exists ai_sync.agent_rows (
  -- No foreign key, which would be asked for every row: rows come from facts, and go with their team by a trigger on teams (below).
  team_id uuid not null,
  store text not null,
  key text not null,
  -- By column; left out are null ones, the project, and a key that follows from the fact. Null: facts are about this key, but by
  -- all of them there is no such row.
  cells jsonb,
  -- Of the fact that added the row.
  fact_id uuid,
  user_id uuid,
  project text,
  recorded_at timestamptz,
  device uuid,
  seq bigint,
  primary key (team_id, store, key)
);

-- The facts about rows that more than one fact is about, in the order in which they count.
create table if not exists ai_sync.agent_changes (
  team_id uuid not null,
  store text not null,
  key text not null,
  recorded_at timestamptz not null,
  device uuid not null,
  seq bigint not null,
  primary key (team_id, store, key, recorded_at, device, seq)
);

alter table ai_sync.agent_rows enable row level security;
alter table ai_sync.agent_changes enable row level security;
revoke all on ai_sync.agent_rows, ai_sync.agent_changes from anon, authenticated, service_role;
grant select on ai_sync.agent_rows, ai_sync.agent_changes to authenticated, service_role;
drop policy if exists "members read" on ai_sync.agent_rows;
create policy "members read" on ai_sync.agent_rows
  for select to authenticated using (team_id in (select ai_sync_private.my_teams()));
drop policy if exists "members read" on ai_sync.agent_changes;
create policy "members read" on ai_sync.agent_changes
  for select to authenticated using (team_id in (select ai_sync_private.my_teams()));

create or replace function ai_sync_private.forget_agents() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from ai_sync.agent_rows where team_id in (select id from gone);
  delete from ai_sync.agent_changes where team_id in (select id from gone);
  return null;
end
$$;
drop trigger if exists forget_agents on ai_sync.teams;
create trigger forget_agents after delete on ai_sync.teams
  referencing old table as gone
  for each statement execute function ai_sync_private.forget_agents();

create or replace view ai_sync.agent_em_inbox with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'id' as id, cells ->> 'received_at' as received_at, cells ->> 'from_handle' as from_handle,
    cells ->> 'channel' as channel, cells ->> 'severity' as severity, cells ->> 'body' as body, cells ->> 'state' as state,
    cells ->> 'answer' as answer, cells ->> 'escalated_to' as escalated_to, cells ->> 'ack_sent_at' as ack_sent_at,
    cells ->> 'answered_at' as answered_at, cells ->> 'closed_at' as closed_at, project
  from ai_sync.agent_rows where store = 'em_inbox' and cells is not null;

create or replace view ai_sync.agent_tasks with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'id' as id, (cells ->> 'priority')::numeric::bigint as priority, cells ->> 'state' as state,
    cells ->> 'created_at' as created_at, cells ->> 'last_heartbeat_at' as last_heartbeat_at, cells ->> 'stage' as stage,
    cells ->> 'current_state_name' as current_state_name, cells ->> 'inputs_json' as inputs_json,
    cells ->> 'result_json' as result_json, cells ->> 'trace_file' as trace_file,
    (cells ->> 'cost_usd_micros')::numeric::bigint as cost_usd_micros,
    (cells ->> 'loop_version')::numeric::bigint as loop_version, cells ->> 'worker' as worker, project
  from ai_sync.agent_rows where store = 'tasks' and cells is not null;

create or replace view ai_sync.agent_feedback with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'id' as id, cells ->> 'received_at' as received_at, cells ->> 'from_handle' as from_handle,
    cells ->> 'channel' as channel, cells ->> 'body' as body, cells ->> 'severity' as severity,
    cells ->> 'context_url' as context_url, cells ->> 'fix_class' as fix_class, cells ->> 'state' as state,
    cells ->> 'fix_pr_url' as fix_pr_url, cells ->> 'regression_test_path' as regression_test_path,
    cells ->> 'root_cause' as root_cause, cells ->> 'success_criterion' as success_criterion,
    cells ->> 'notes_json' as notes_json, project
  from ai_sync.agent_rows where store = 'feedback' and cells is not null;

-- Where this file runs again, a later one may have given the view more columns, which replacing cannot take away.
drop view if exists ai_sync.agent_spend;
create or replace view ai_sync.agent_spend with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'id' as id, cells ->> 'occurred_at' as occurred_at, cells ->> 'task_id' as task_id,
    cells ->> 'call_site' as call_site, cells ->> 'model' as model,
    (cells ->> 'input_tokens')::numeric::bigint as input_tokens,
    (cells ->> 'cache_read_tokens')::numeric::bigint as cache_read_tokens,
    (cells ->> 'cache_create_tokens')::numeric::bigint as cache_create_tokens,
    (cells ->> 'output_tokens')::numeric::bigint as output_tokens, (cells ->> 'usd_micros')::numeric::bigint as usd_micros,
    project
  from ai_sync.agent_rows where store = 'spend' and cells is not null;

create or replace view ai_sync.agent_audit with (security_invoker = true) as
  select team_id, fact_id, user_id,
    key::bigint as id, cells ->> 'occurred_at' as occurred_at, cells ->> 'task_id' as task_id, cells ->> 'stage' as stage,
    cells ->> 'state_name' as state_name, cells ->> 'tool_name' as tool_name, cells ->> 'args_json' as args_json,
    cells ->> 'result_json' as result_json, (cells ->> 'duration_ms')::numeric::bigint as duration_ms,
    cells ->> 'error' as error, (cells ->> 'loop_version')::numeric::bigint as loop_version, project
  from ai_sync.agent_rows where store = 'audit' and cells is not null;

create or replace view ai_sync.agent_ci_history with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'workflow_name' as workflow_name, cells ->> 'branch' as branch, (cells ->> 'run_id')::numeric::bigint as run_id,
    cells ->> 'started_at' as started_at, cells ->> 'completed_at' as completed_at,
    (cells ->> 'duration_s')::numeric::bigint as duration_s, cells ->> 'conclusion' as conclusion, project
  from ai_sync.agent_rows where store = 'ci_history' and cells is not null;

create or replace view ai_sync.agent_memory with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'id' as id, cells ->> 'topic' as topic, cells ->> 'created_at' as created_at,
    cells ->> 'source_kind' as source_kind, cells ->> 'source_id' as source_id, cells ->> 'payload_json' as payload_json,
    cells ->> 'embedding_key' as embedding_key, (cells ->> 'confidence')::numeric::bigint as confidence,
    cells ->> 'last_recalled_at' as last_recalled_at, (cells ->> 'recall_count')::numeric::bigint as recall_count,
    cells ->> 'superseded_by' as superseded_by, project
  from ai_sync.agent_rows where store = 'memory' and cells is not null;

create or replace view ai_sync.agent_paused_tasks with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'task_id' as task_id, cells ->> 'paused_at' as paused_at, cells ->> 'reason' as reason,
    cells ->> 'resume_hint' as resume_hint, cells ->> 'cwd' as cwd, cells ->> 'original_prompt' as original_prompt,
    cells ->> 'context_hash' as context_hash, cells ->> 'stage_at_pause' as stage_at_pause,
    cells ->> 'state_at_pause' as state_at_pause, cells ->> 'tool_call_history' as tool_call_history,
    cells ->> 'partial_outputs' as partial_outputs, (cells ->> 'loop_version')::numeric::bigint as loop_version, project
  from ai_sync.agent_rows where store = 'paused_tasks' and cells is not null;

create or replace view ai_sync.agent_self_edits_log with (security_invoker = true) as
  select team_id, fact_id, user_id,
    key as recorded, cells ->> 'ts' as ts, cells ->> 'pr' as pr, cells ->> 'fix_class' as fix_class,
    cells ->> 'files' as files, cells ->> 'before_sha' as before_sha, cells ->> 'after_sha' as after_sha,
    cells ->> 'review_passes' as review_passes, (cells ->> 'confidence')::numeric::bigint as confidence,
    cells ->> 'em_review' as em_review, (cells ->> 'auto_merged')::numeric::bigint as auto_merged,
    cells ->> 'feedback_id' as feedback_id, project
  from ai_sync.agent_rows where store = 'self_edits_log' and cells is not null;

create or replace view ai_sync.agent_learnings_log with (security_invoker = true) as
  select team_id, fact_id, user_id,
    key as recorded, cells ->> 'ts' as ts, cells ->> 'task_id' as task_id, cells ->> 'observation' as observation,
    cells ->> 'candidate' as candidate, project
  from ai_sync.agent_rows where store = 'learnings_log' and cells is not null;

create or replace view ai_sync.agent_budgets with (security_invoker = true) as
  select team_id, fact_id, user_id,
    key as recorded, cells ->> 'set_at' as set_at, (cells ->> 'daily_usd_micros')::numeric::bigint as daily_usd_micros,
    (cells ->> 'weekly_usd_micros')::numeric::bigint as weekly_usd_micros,
    (cells ->> 'monthly_usd_micros')::numeric::bigint as monthly_usd_micros,
    (cells ->> 'allow_extension_request')::numeric::bigint as allow_extension_request,
    (cells ->> 'extension_max_per_day_usd_micros')::numeric::bigint as extension_max_per_day_usd_micros,
    cells ->> 'set_by' as set_by
  from ai_sync.agent_rows where store = 'budgets' and cells is not null;

create or replace view ai_sync.agent_budget_extensions with (security_invoker = true) as
  select team_id, fact_id, user_id,
    key as recorded, cells ->> 'granted_at' as granted_at, (cells ->> 'usd_micros')::numeric::bigint as usd_micros,
    cells ->> 'granted_by' as granted_by, cells ->> 'reason' as reason
  from ai_sync.agent_rows where store = 'budget_extensions' and cells is not null;

do $$
declare
  known text;
begin
  for known in select store from ai_sync_private.agent_stores loop
    execute format('revoke all on ai_sync.%I from anon, authenticated, service_role', 'agent_' || known);
    execute format('grant select on ai_sync.%I to authenticated, service_role', 'agent_' || known);
  end loop;
end
$$;

-- 20 bits of a device's id. Source: FNV-1a, 32 bits, folded, as the program computes it.
create or replace function ai_sync_private.device_number(device uuid) returns bigint
language plpgsql immutable set search_path = '' as $$
declare
  hash bigint := 2166136261;
  letter text;
begin
  foreach letter in array string_to_array(device::text, null) loop
    hash := ((hash # ascii(letter)) * 16777619) & 4294967295;
  end loop;
  return (hash # (hash >> 20)) & 1048575;
end
$$;

-- The key that a fact gives to the row that it adds, as the program computes it; null when the row brings it.
create or replace function ai_sync_private.given_key(key_from text, at timestamptz, device uuid, seq bigint) returns text
language sql stable
return case key_from
  when 'recorded' then
    to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || ' ' || device::text || ' ' || lpad(seq::text, 12, '0')
  when 'serial' then (seq * 1048576 + ai_sync_private.device_number(device))::text
end;

-- The key of a row that brings it: the cell itself, or three of them as a JSON list.
create or replace function ai_sync_private.own_key(cells jsonb, key text[]) returns text
language sql immutable
return case cardinality(key)
  when 1 then cells ->> key[1]
  when 3 then '[' || (cells -> key[1])::text || ',' || (cells -> key[2])::text || ',' || (cells -> key[3])::text || ']'
end;

-- The cells of a row that a fact adds.
create or replace function ai_sync_private.added_cells(given jsonb, defaults jsonb) returns jsonb
language sql immutable
return case when defaults = '{}' then jsonb_strip_nulls(given) else defaults || jsonb_strip_nulls(given) end;

-- What a change makes of a row; the row itself when it may not be.
create or replace function ai_sync_private.changed_row(known ai_sync_private.agent_stores, before jsonb, data jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
declare
  given jsonb := data -> 'set';
  expected jsonb := coalesce(data -> 'expect', '{}');
  note jsonb := data -> 'note';
  names text[] := array(select jsonb_object_keys(given));
  after jsonb;
  was text := before ->> known.state;
  becomes text;
  entry jsonb;
  trail jsonb;
begin
  if (given || expected) - known.columns <> '{}' or names = '{}' and note is null then
    return before;
  end if;
  if known.changes = 'none' or names && (known.key || array['project'])
    or known.changes = 'fill' and (not names <@ known.fill or before ?| names) then
    return before;
  end if;
  if exists (select from jsonb_each(expected) cell where coalesce(before -> cell.key, 'null') <> cell.value) then
    return before;
  end if;
  if known.state is not null and given ->> known.state = was then
    return before;
  end if;
  after := jsonb_strip_nulls(before || given);
  becomes := after ->> known.state;
  if jsonb_path_match(after, known.checks, silent => true) is not true then
    return before;
  end if;
  if known.state is null then
    return after;
  end if;
  if was <> becomes and (
    not coalesce(known.ways -> was, '[]') ? becomes
    -- Triaged feedback is rejected only as out of scope.
    or known.store = 'feedback' and was = 'triaged' and becomes = 'rejected' and after ->> 'fix_class' is distinct from 'out-of-scope'
  ) then
    return before;
  end if;
  if known.trail is null or was = becomes and note is null then
    return after;
  end if;
  entry := jsonb_build_object('at', data -> 'at')
    || case when was = becomes then '{}' else jsonb_build_object('transition', was || ' → ' || becomes) end
    || coalesce(note, '{}');
  begin
    trail := (after ->> known.trail)::jsonb;
  exception when invalid_text_representation then
    -- What stands there left its machine as a hash: it is no list that could be added to.
    return after;
  end;
  return jsonb_set(after, array[known.trail], to_jsonb((trail || jsonb_build_array(entry))::text));
end
$$;

-- Makes a row from all facts about it, in recording order.
create or replace function ai_sync_private.refold_row(of_team uuid, of_store text, of_key text) returns void
language plpgsql set search_path = '' as $$
declare
  known ai_sync_private.agent_stores;
  step record;
  made_by record;
  row_now jsonb;
  given jsonb;
begin
  select * into known from ai_sync_private.agent_stores s where s.store = of_store;
  for step in
    select f.id, f.user_id, f.at, f.device, f.seq, f.project, f.data, k.op
    from ai_sync.agent_changes c
    join ai_sync.facts f on f.team_id = c.team_id and f.device = c.device and f.seq = c.seq
    join ai_sync_private.agent_kinds k on k.kind = f.kind
    where c.team_id = of_team and c.store = of_store and c.key = of_key
    order by c.recorded_at, c.device, c.seq
  loop
    if step.op = 'add' and row_now is null then
      row_now := ai_sync_private.added_cells(step.data -> 'row', known.defaults);
      given := jsonb_strip_nulls(jsonb_build_object('project', coalesce(step.project, row_now ->> 'project')));
      made_by := step;
    elsif step.op = 'change' and row_now is not null then
      row_now := ai_sync_private.changed_row(known, row_now || given, step.data) - 'project';
    elsif step.op = 'remove' then
      row_now := null;
    end if;
  end loop;
  if row_now is null then
    insert into ai_sync.agent_rows (team_id, store, key) values (of_team, of_store, of_key)
    on conflict (team_id, store, key) do update set
      cells = null, fact_id = null, user_id = null, project = null, recorded_at = null, device = null, seq = null;
    return;
  end if;
  insert into ai_sync.agent_rows (team_id, store, key, cells, fact_id, user_id, project, recorded_at, device, seq)
  values (
    of_team, of_store, of_key, row_now, made_by.id, made_by.user_id, given ->> 'project', made_by.at, made_by.device, made_by.seq
  )
  on conflict (team_id, store, key) do update set
    cells = excluded.cells, fact_id = excluded.fact_id, user_id = excluded.user_id, project = excluded.project,
    recorded_at = excluded.recorded_at, device = excluded.device, seq = excluded.seq;
end
$$;

-- Facts of a batch about the agent's stores. Most add a row that nothing else is known of; only for others is the order kept.
-- Rows of a batch are joined by hashes, and rows of tables found by their keys, whatever the planner believes their numbers to be.
create or replace function ai_sync_private.materialise_agents(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan
set enable_nestloop = off set enable_mergejoin = off set enable_seqscan = off as $$
declare
  touched record;
begin
  for touched in
    with read as materialized (
      select f.team_id, k.store, k.op, f.kind, f.id, f.user_id, f.at, f.device, f.seq, added.cells,
        coalesce(f.project, added.cells ->> 'project') as project,
        case
          when k.op <> 'add' then f.data ->> 'key'
          when known.key_from = 'given' then ai_sync_private.own_key(added.cells, known.key)
          else ai_sync_private.given_key(known.key_from, f.at, f.device, f.seq)
        end as key,
        coalesce(case k.op
          when 'add' then added.cells - known.columns = '{}' and jsonb_path_match(added.cells, known.checks, silent => true)
          when 'change' then jsonb_typeof(f.data -> 'key') = 'string' and ai_sync_private.is_instant(f.data -> 'at')
            and jsonb_typeof(f.data -> 'set') = 'object' and coalesce(jsonb_typeof(f.data -> 'expect'), 'object') = 'object'
            and coalesce(jsonb_typeof(f.data -> 'note'), 'object') = 'object'
          else jsonb_typeof(f.data -> 'key') = 'string' and ai_sync_private.is_instant(f.data -> 'at')
        end, false) as readable
      from unnest(batch) f
      join ai_sync_private.agent_kinds k on k.kind = f.kind
      join ai_sync_private.agent_stores known on known.store = k.store
      left join lateral (select ai_sync_private.added_cells(f.data -> 'row', known.defaults) as cells offset 0) added
        on k.op = 'add' and jsonb_typeof(f.data -> 'row') = 'object'
    ),
    refused as (
      insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
      select team_id, id, device, seq, kind, 'not a row of the store, or not a change of one' from read where not readable
      on conflict do nothing
    ),
    -- Keys that more than one fact of the batch is about.
    shared as materialized (
      select team_id, store, key from read where readable group by team_id, store, key having count(*) > 1
    ),
    added as (
      insert into ai_sync.agent_rows (team_id, store, key, cells, fact_id, user_id, project, recorded_at, device, seq)
      select team_id, store, key, cells, id, user_id, project, at, device, seq
      from read
      where readable and op = 'add' and (team_id, store, key) not in (select team_id, store, key from shared)
      on conflict do nothing
      returning team_id, store, key
    ),
    others as materialized (
      select one.*
      from read one left join added on added.team_id = one.team_id and added.store = one.store and added.key = one.key
      where one.readable and added.key is null
    ),
    kept as (
      insert into ai_sync.agent_changes (team_id, store, key, recorded_at, device, seq)
      select team_id, store, key, at, device, seq from others
      union
      select known.team_id, known.store, known.key, known.recorded_at, known.device, known.seq
      from others one
      cross join lateral (
        select * from ai_sync.agent_rows r where r.team_id = one.team_id and r.store = one.store and r.key = one.key offset 0
      ) known
      where known.cells is not null
      on conflict do nothing
    )
    select distinct team_id, store, key from others
  loop
    perform ai_sync_private.refold_row(touched.team_id, touched.store, touched.key);
  end loop;
end
$$;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.forget_agents(), ai_sync_private.device_number(uuid),
  ai_sync_private.given_key(text, timestamptz, uuid, bigint), ai_sync_private.own_key(jsonb, text[]),
  ai_sync_private.added_cells(jsonb, jsonb),
  ai_sync_private.changed_row(ai_sync_private.agent_stores, jsonb, jsonb), ai_sync_private.refold_row(uuid, text, text),
  ai_sync_private.materialise_agents(ai_sync.facts[])
from authenticated;
