-- The agent's store sessions. Sessions of coding agents: when, with which model and tools, on which branch. Answers and code are no part of them, prompts only where the settings ask for them. A session that goes on changes its row.
-- Written by `npm run migration -- sessions` from the store's definition.

insert into ai_sync_private.agent_stores (store, columns, key, key_from, defaults, changes, fill, state, ways, trail, checks) values
  ('sessions', '{session_id,host,model,started_at,ended_at,turns,tools_json,files_json,branch,commits_json,project,commit_times_json,pull_request,source,summary,prompts_json}',
    '{session_id}', 'given', '{"turns":0,"tools_json":"{}","files_json":"[]","commits_json":"[]","commit_times_json":"[]"}', 'free', '{}', null,
    null, null, '
      $.session_id.type() == "string"
      && $.host.type() == "string"
      && (!exists($.model) || $.model.type() == "string")
      && $.started_at.type() == "string"
      && (!exists($.ended_at) || $.ended_at.type() == "string")
      && $.turns.type() == "number" && $.turns.floor() == $.turns && $.turns >= 0 && $.turns <= 9007199254740991
      && $.tools_json.type() == "string"
      && $.files_json.type() == "string"
      && (!exists($.branch) || $.branch.type() == "string")
      && $.commits_json.type() == "string"
      && (!exists($.project) || $.project.type() == "string")
      && $.commit_times_json.type() == "string"
      && (!exists($.pull_request) || $.pull_request.type() == "string")
      && (!exists($.source) || $.source.type() == "string")
      && (!exists($.summary) || $.summary.type() == "string")
      && (!exists($.prompts_json) || $.prompts_json.type() == "string")
      && (!exists($.ended_at) || $.ended_at >= $.started_at)')
on conflict (store) do update set
  columns = excluded.columns, key = excluded.key, key_from = excluded.key_from, defaults = excluded.defaults, changes = excluded.changes,
  fill = excluded.fill, state = excluded.state, ways = excluded.ways, trail = excluded.trail, checks = excluded.checks;

insert into ai_sync_private.agent_kinds (kind, store, op) values
  ('session.changed', 'sessions', 'change'),
  ('session.recorded', 'sessions', 'add')
on conflict (kind) do update set store = excluded.store, op = excluded.op;

create or replace view ai_sync.agent_sessions with (security_invoker = true) as
  select team_id, fact_id, user_id,
    cells ->> 'session_id' as session_id,
    cells ->> 'host' as host,
    cells ->> 'model' as model,
    cells ->> 'started_at' as started_at,
    cells ->> 'ended_at' as ended_at,
    (cells ->> 'turns')::numeric::bigint as turns,
    cells ->> 'tools_json' as tools_json,
    cells ->> 'files_json' as files_json,
    cells ->> 'branch' as branch,
    cells ->> 'commits_json' as commits_json,
    project,
    cells ->> 'commit_times_json' as commit_times_json,
    cells ->> 'pull_request' as pull_request,
    cells ->> 'source' as source,
    cells ->> 'summary' as summary,
    cells ->> 'prompts_json' as prompts_json
  from ai_sync.agent_rows where store = 'sessions' and cells is not null;

select ai_sync_private.finish_store('20261129000910', 'sessions');
