-- The agent's store sessions. Sessions of coding agents: when, with which model and tools, on which branch. Prompts, answers and code are no part of them. A session that goes on changes its row.
-- Written by `npm run migration -- sessions` from the store's definition.

insert into ai_sync_private.agent_stores (store, columns, key, key_from, defaults, changes, fill, state, ways, trail, checks) values
  ('sessions', '{session_id,host,model,started_at,ended_at,turns,tools_json,files_json,branch,commits_json,project}',
    '{session_id}', 'given', '{"turns":0,"tools_json":"{}","files_json":"[]","commits_json":"[]"}', 'free', '{}', null,
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
      && (!exists($.ended_at) || $.ended_at >= $.started_at)')
on conflict (store) do update set
  columns = excluded.columns, key = excluded.key, key_from = excluded.key_from, defaults = excluded.defaults, changes = excluded.changes,
  fill = excluded.fill, state = excluded.state, ways = excluded.ways, trail = excluded.trail, checks = excluded.checks;

insert into ai_sync_private.agent_kinds (kind, store, op) values
  ('session.changed', 'sessions', 'change'),
  ('session.recorded', 'sessions', 'add')
on conflict (kind) do update set store = excluded.store, op = excluded.op;

-- Where this file runs again, a later one may have given the view more columns, which replacing cannot take away.
drop view if exists ai_sync.agent_sessions;
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
    project
  from ai_sync.agent_rows where store = 'sessions' and cells is not null;

select ai_sync_private.finish_store('20261129000300', 'sessions');
