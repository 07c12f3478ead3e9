-- Types are asked for strictly. A comparison in a JSON path unwraps lists, so `[1, 2]` is between 0 and 10 as 1 and as 2 are: a row
-- with such a cell was held, and failed every view and sum that cast it.

-- What cells have to be: the type of each, then its bounds.
update ai_sync_private.agent_stores known set checks = strict.checks::jsonpath
from (values
  ('em_inbox', '
    $.id.type() == "string" && $.received_at.type() == "string" && $.from_handle.type() == "string" && $.channel.type() == "string"
    && $.severity.type() == "string" && $.body.type() == "string" && $.state.type() == "string"
    && ($.state == "pending" || $.state == "seen" || $.state == "answered" || $.state == "escalated" || $.state == "closed")
    && (!exists($.answer) || $.answer.type() == "string") && (!exists($.escalated_to) || $.escalated_to.type() == "string")
    && (!exists($.ack_sent_at) || $.ack_sent_at.type() == "string") && (!exists($.answered_at) || $.answered_at.type() == "string")
    && (!exists($.closed_at) || $.closed_at.type() == "string") && (!exists($.project) || $.project.type() == "string")
    && ($.state != "answered" || $.answer like_regex "\\S" && exists($.answered_at))
    && ($.state != "escalated" || exists($.escalated_to)) && ($.state != "closed" || exists($.closed_at))'),
  ('tasks', '
    $.id.type() == "string" && $.priority.type() == "number" && $.priority.floor() == $.priority && $.priority >= 0 && $.priority <= 100
    && $.state.type() == "string"
    && ($.state == "pending" || $.state == "running" || $.state == "waiting" || $.state == "blocked" || $.state == "paused" || $.state == "done" || $.state == "abandoned")
    && $.created_at.type() == "string" && (!exists($.last_heartbeat_at) || $.last_heartbeat_at.type() == "string")
    && (!exists($.stage) || $.stage.type() == "string") && (!exists($.current_state_name) || $.current_state_name.type() == "string")
    && $.inputs_json.type() == "string" && (!exists($.result_json) || $.result_json.type() == "string")
    && (!exists($.trace_file) || $.trace_file.type() == "string") && $.cost_usd_micros.type() == "number"
    && $.cost_usd_micros.floor() == $.cost_usd_micros && $.cost_usd_micros >= 0 && $.cost_usd_micros <= 9007199254740991
    && $.loop_version.type() == "number" && $.loop_version.floor() == $.loop_version && $.loop_version >= 0
    && $.loop_version <= 9007199254740991 && (!exists($.worker) || $.worker.type() == "string")
    && (!exists($.project) || $.project.type() == "string")'),
  ('feedback', '
    $.id.type() == "string" && $.received_at.type() == "string" && $.from_handle.type() == "string" && $.channel.type() == "string"
    && $.body.type() == "string" && $.severity.type() == "string" && (!exists($.context_url) || $.context_url.type() == "string")
    && (!exists($.fix_class) || $.fix_class.type() == "string") && $.state.type() == "string"
    && ($.state == "pending" || $.state == "triaged" || $.state == "in-fix" || $.state == "fix-pr-open" || $.state == "verified" || $.state == "rejected" || $.state == "closed")
    && (!exists($.fix_pr_url) || $.fix_pr_url.type() == "string")
    && (!exists($.regression_test_path) || $.regression_test_path.type() == "string")
    && (!exists($.root_cause) || $.root_cause.type() == "string")
    && (!exists($.success_criterion) || $.success_criterion.type() == "string") && $.notes_json.type() == "string"
    && (!exists($.project) || $.project.type() == "string") && ($.state != "verified" || $.regression_test_path like_regex "\\S")'),
  ('spend', '
    $.id.type() == "string" && $.occurred_at.type() == "string" && (!exists($.task_id) || $.task_id.type() == "string")
    && $.call_site.type() == "string" && $.model.type() == "string" && $.input_tokens.type() == "number"
    && $.input_tokens.floor() == $.input_tokens && $.input_tokens >= 0 && $.input_tokens <= 9007199254740991
    && $.cache_read_tokens.type() == "number" && $.cache_read_tokens.floor() == $.cache_read_tokens && $.cache_read_tokens >= 0
    && $.cache_read_tokens <= 9007199254740991 && $.cache_create_tokens.type() == "number"
    && $.cache_create_tokens.floor() == $.cache_create_tokens && $.cache_create_tokens >= 0 && $.cache_create_tokens <= 9007199254740991
    && $.output_tokens.type() == "number" && $.output_tokens.floor() == $.output_tokens && $.output_tokens >= 0
    && $.output_tokens <= 9007199254740991 && $.usd_micros.type() == "number" && $.usd_micros.floor() == $.usd_micros
    && $.usd_micros >= 0 && $.usd_micros <= 9007199254740991 && (!exists($.project) || $.project.type() == "string")'),
  ('audit', '
    $.occurred_at.type() == "string" && (!exists($.task_id) || $.task_id.type() == "string")
    && (!exists($.stage) || $.stage.type() == "string") && (!exists($.state_name) || $.state_name.type() == "string")
    && $.tool_name.type() == "string" && $.args_json.type() == "string" && (!exists($.result_json) || $.result_json.type() == "string")
    && (!exists($.duration_ms) || $.duration_ms.type() == "number" && $.duration_ms.floor() == $.duration_ms && $.duration_ms >= 0
    && $.duration_ms <= 9007199254740991) && (!exists($.error) || $.error.type() == "string") && $.loop_version.type() == "number"
    && $.loop_version.floor() == $.loop_version && $.loop_version >= 0 && $.loop_version <= 9007199254740991
    && (!exists($.project) || $.project.type() == "string")'),
  ('ci_history', '
    $.workflow_name.type() == "string" && $.branch.type() == "string" && $.run_id.type() == "number" && $.run_id.floor() == $.run_id
    && $.run_id >= 0 && $.run_id <= 9007199254740991 && $.started_at.type() == "string"
    && (!exists($.completed_at) || $.completed_at.type() == "string") && (!exists($.duration_s) || $.duration_s.type() == "number"
    && $.duration_s.floor() == $.duration_s && $.duration_s >= 0 && $.duration_s <= 9007199254740991)
    && (!exists($.conclusion) || $.conclusion.type() == "string") && (!exists($.project) || $.project.type() == "string")'),
  ('memory', '
    $.id.type() == "string" && $.topic.type() == "string" && $.created_at.type() == "string" && $.source_kind.type() == "string"
    && (!exists($.source_id) || $.source_id.type() == "string") && $.payload_json.type() == "string"
    && $.embedding_key.type() == "string" && $.confidence.type() == "number" && $.confidence.floor() == $.confidence
    && $.confidence >= 0 && $.confidence <= 100 && (!exists($.last_recalled_at) || $.last_recalled_at.type() == "string")
    && $.recall_count.type() == "number" && $.recall_count.floor() == $.recall_count && $.recall_count >= 0
    && $.recall_count <= 9007199254740991 && (!exists($.superseded_by) || $.superseded_by.type() == "string")
    && (!exists($.project) || $.project.type() == "string") && !($.superseded_by == $.id)'),
  ('paused_tasks', '
    $.task_id.type() == "string" && $.paused_at.type() == "string" && $.reason.type() == "string" && $.resume_hint.type() == "string"
    && $.cwd.type() == "string" && $.original_prompt.type() == "string" && $.context_hash.type() == "string"
    && $.stage_at_pause.type() == "string" && $.state_at_pause.type() == "string" && $.tool_call_history.type() == "string"
    && $.partial_outputs.type() == "string" && $.loop_version.type() == "number" && $.loop_version.floor() == $.loop_version
    && $.loop_version >= 0 && $.loop_version <= 9007199254740991 && (!exists($.project) || $.project.type() == "string")'),
  ('self_edits_log', '
    $.ts.type() == "string" && $.pr.type() == "string" && $.fix_class.type() == "string" && $.files.type() == "string"
    && $.before_sha.type() == "string" && $.after_sha.type() == "string" && $.review_passes.type() == "string"
    && $.confidence.type() == "number" && $.confidence.floor() == $.confidence && $.confidence >= 0 && $.confidence <= 100
    && $.em_review.type() == "string" && $.auto_merged.type() == "number" && $.auto_merged.floor() == $.auto_merged
    && $.auto_merged >= 0 && $.auto_merged <= 1 && (!exists($.feedback_id) || $.feedback_id.type() == "string")
    && (!exists($.project) || $.project.type() == "string")'),
  ('learnings_log', '
    $.ts.type() == "string" && $.task_id.type() == "string" && $.observation.type() == "string" && $.candidate.type() == "string"
    && (!exists($.project) || $.project.type() == "string")'),
  ('budgets', '
    $.set_at.type() == "string" && $.daily_usd_micros.type() == "number" && $.daily_usd_micros.floor() == $.daily_usd_micros
    && $.daily_usd_micros >= 0 && $.daily_usd_micros <= 9007199254740991 && $.weekly_usd_micros.type() == "number"
    && $.weekly_usd_micros.floor() == $.weekly_usd_micros && $.weekly_usd_micros >= 0 && $.weekly_usd_micros <= 9007199254740991
    && $.monthly_usd_micros.type() == "number" && $.monthly_usd_micros.floor() == $.monthly_usd_micros && $.monthly_usd_micros >= 0
    && $.monthly_usd_micros <= 9007199254740991 && $.allow_extension_request.type() == "number"
    && $.allow_extension_request.floor() == $.allow_extension_request && $.allow_extension_request >= 0
    && $.allow_extension_request <= 1 && $.extension_max_per_day_usd_micros.type() == "number"
    && $.extension_max_per_day_usd_micros.floor() == $.extension_max_per_day_usd_micros && $.extension_max_per_day_usd_micros >= 0
    && $.extension_max_per_day_usd_micros <= 9007199254740991 && $.set_by.type() == "string"'),
  ('budget_extensions', '
    $.granted_at.type() == "string" && $.usd_micros.type() == "number" && $.usd_micros.floor() == $.usd_micros && $.usd_micros >= 0
    && $.usd_micros <= 9007199254740991 && $.granted_by.type() == "string" && (!exists($.reason) || $.reason.type() == "string")')

) as strict (store, checks)
where known.store = strict.store;

-- The views, with the names and types of columns that they have. A cell of another type than its column is null there, whatever
-- the table holds: a view answers always. A key is text of any row until it is known to be this store's.
do $$
declare
  shown record;
begin
  for shown in
    select s.store, string_agg(
      case
        when a.attname in ('team_id', 'fact_id', 'user_id', 'project') then quote_ident(a.attname)
        when s.key_from = 'recorded' and a.attname = s.key[1] then format('key as %I', a.attname)
        when s.key_from = 'serial' and a.attname = s.key[1] then
          format('case when key ~ ''^[0-9]{1,18}$'' then key::bigint end as %I', a.attname)
        when a.atttypid = 'bigint'::regtype then format(
          'case when jsonb_typeof(cells -> %1$L) = ''number'' '
          || 'then least(9007199254740991, greatest(-9007199254740991, trunc((cells ->> %1$L)::numeric)))::bigint end as %1$I', a.attname)
        else format('cells ->> %1$L as %1$I', a.attname)
      end, ', ' order by a.attnum) as columns
    from ai_sync_private.agent_stores s
    join pg_catalog.pg_attribute a on a.attrelid = format('ai_sync.%I', 'agent_' || s.store)::regclass and a.attnum > 0
    group by s.store
  loop
    execute format(
      'create or replace view ai_sync.%I with (security_invoker = true) as '
      || 'select %s from ai_sync.agent_rows where store = %L and cells is not null',
      'agent_' || shown.store, shown.columns, shown.store
    );
  end loop;
end
$$;

-- The key of a row that brings it: the cell itself, or three of them as a JSON list. Numbers are written as the program writes them.
create or replace function ai_sync_private.own_key(cells jsonb, key text[]) returns text
language sql immutable
return case cardinality(key)
  when 1 then cells ->> key[1]
  when 3 then (
    select '[' || string_agg(
      case jsonb_typeof(cells -> name) when 'number' then trim_scale((cells ->> name)::numeric)::text else (cells -> name)::text end,
      ',' order by place) || ']'
    from unnest(key) with ordinality parts (name, place)
    having count(cells -> name) = 3
  )
end;

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
  exception when data_exception or program_limit_exceeded then
    -- What stands there left its machine as a hash, or is no JSON that the database can hold: no list that could be added to.
    return after;
  end;
  return jsonb_set(after, array[known.trail], to_jsonb((trail || jsonb_build_array(entry))::text));
end
$$;

-- Of each table that is not empty: its rows, and the sum of what it counts (tests passed, or millionths of dollars; else 0). Sums
-- stop at a program's largest integers.
create or replace function ai_sync.totals(team uuid) returns table (held_in text, held bigint, amount bigint)
language sql stable security invoker set search_path = '' set jit = off as $$
  select held_in, held, least(9007199254740991, greatest(-9007199254740991, amount))::bigint
  from (
    select 'eval_runs' as held_in, count(*) as held, sum(passed::numeric) as amount from ai_sync.eval_runs
    where team_id = totals.team having count(*) > 0
    union all
    select 'eval_costs', count(*), trunc(sum(estimated_cost_usd * 1000000)) from ai_sync.eval_costs
    where team_id = totals.team having count(*) > 0
    union all
    select 'agent_' || store, count(*),
      coalesce(sum(case when jsonb_typeof(cells -> 'usd_micros') = 'number' then trunc((cells ->> 'usd_micros')::numeric) end), 0)
    from ai_sync.agent_rows
    where team_id = totals.team and cells is not null
    group by store
  ) tables
  order by 1
$$;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.own_key(jsonb, text[]), ai_sync_private.changed_row(ai_sync_private.agent_stores, jsonb, jsonb)
from authenticated;
revoke all on function ai_sync.totals(uuid) from public, anon;
grant execute on function ai_sync.totals(uuid) to authenticated, service_role;

-- Teams with rows that the checks refuse: their tables are made again.
do $$
declare
  of_team uuid;
begin
  for of_team in
    select distinct held.team_id
    from ai_sync.agent_rows held join ai_sync_private.agent_stores known on known.store = held.store
    where held.cells is not null and jsonb_path_match(held.cells, known.checks, silent => true) is not true
  loop
    perform ai_sync_private.rematerialise(of_team);
  end loop;
end
$$;
