-- What the typed tables hold of a team, so that a client can compare it with a fold of its own.

-- Of each table that is not empty: its rows, and the sum of what it counts (tests passed, or millionths of dollars; else 0).
create or replace function ai_sync.totals(team uuid) returns table (held_in text, held bigint, amount bigint)
language sql stable security invoker set search_path = '' as $$
  select 'eval_runs', count(*), sum(passed)::bigint from ai_sync.eval_runs where team_id = totals.team having count(*) > 0
  union all
  select 'eval_costs', count(*), sum(estimated_cost_usd * 1000000)::bigint from ai_sync.eval_costs
  where team_id = totals.team having count(*) > 0
  union all
  select 'agent_' || store, count(*), coalesce(sum((cells ->> 'usd_micros')::numeric), 0)::bigint from ai_sync.agent_rows
  where team_id = totals.team and cells is not null
  group by store
  order by 1
$$;

revoke all on function ai_sync.totals(uuid) from public, anon;
grant execute on function ai_sync.totals(uuid) to authenticated, service_role;
