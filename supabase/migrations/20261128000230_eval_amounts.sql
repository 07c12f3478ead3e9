-- Amounts of evals, as the program reads them: those that cannot be right are no price, and counts that cannot be right are none.

-- Whether a count is absent or can be right. Numbers are compared as JSON, where other types are none between numbers.
create or replace function ai_sync_private.is_possible_count(value jsonb) returns boolean
language sql immutable
return value is null or value between '0' and '1000000000000';

-- A count of tokens or calls: rounded half up; 0 when it is absent, negative, or more than a trillion.
create or replace function ai_sync_private.counted(value jsonb) returns bigint
language sql immutable
return case when ai_sync_private.is_possible_count(value) then coalesce(ai_sync_private.whole(value), 0) else 0 end;

-- Whether a mode of calls is the one that list prices are for.
create or replace function ai_sync_private.is_list_price(mode jsonb) returns boolean
language sql immutable
return coalesce(mode in ('null', '"standard"', '"default"', '"auto"', '"normal"'), true);

-- What the provider reported for a cost entry, in dollars; null when it reported nothing, or an amount that cannot be right:
-- a negative one, or more than a million.
create or replace function ai_sync_private.reported_cost(entry jsonb) returns numeric
language sql immutable
return case when ai_sync_private.dollars(entry -> 'cost_usd') between 0 and 1000000 then ai_sync_private.dollars(entry -> 'cost_usd') end;

-- What a cost entry was estimated at when it was recorded, in dollars; null where an estimate may not stand: the provider
-- reported something, counts cannot be right, or the mode has prices of its own.
create or replace function ai_sync_private.estimated_cost(entry jsonb, micros jsonb) returns numeric
language sql immutable
return case
  when micros between '0' and '1000000000000' and not entry ? 'cost_usd'
    and ai_sync_private.is_possible_count(entry -> 'input_tokens') and ai_sync_private.is_possible_count(entry -> 'output_tokens')
    and ai_sync_private.is_possible_count(entry -> 'cache_read_input_tokens')
    and ai_sync_private.is_possible_count(entry -> 'cache_creation_input_tokens')
    and ai_sync_private.is_list_price(entry -> 'service_tier') and ai_sync_private.is_list_price(entry -> 'speed')
  then ai_sync_private.whole(micros) / 1000000.0
end;

-- Eval runs of a batch, and what they cost. The joins are of rows that were just made, of which the planner knows nothing.
create or replace function ai_sync_private.materialise_evals(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan
set enable_nestloop = off set enable_mergejoin = off set jit = off as $$
begin
  with read as materialized (
    select f.team_id, f.id, f.at, f.device, f.seq, f.user_id, coalesce(f.project, '') as repo_slug, said.at #>> '{}' as happened,
      said.content_sha256 #>> '{}' as content_sha256, said.label #>> '{}' as label, said.estimates -> 'micros' as micros, run.*,
      coalesce(
        ai_sync_private.is_instant(said.at)
        and jsonb_typeof(said.content_sha256) = 'string' and length(said.content_sha256 #>> '{}') = 64
        and (said.label is null or jsonb_typeof(said.label) = 'string')
        and (run.format = '"standard"' or run.format = '"legacy"')
        and jsonb_typeof(run.schema_version) = 'number' and jsonb_typeof(run.version) = 'string'
        and jsonb_typeof(run.git_branch) = 'string' and jsonb_typeof(run.git_sha) = 'string' and jsonb_typeof(run.tier) = 'string'
        and jsonb_typeof(run.total) = 'number' and jsonb_typeof(run.passed) = 'number' and jsonb_typeof(run.failed) = 'number'
        and jsonb_typeof(run.total_cost_usd) = 'number' and jsonb_typeof(run.total_duration_ms) = 'number'
        and ai_sync_private.are_tests(run.tests)
        and (run.costs is null or ai_sync_private.are_costs(run.costs)), false) as readable
    from unnest(batch) f
    cross join lateral jsonb_to_record(f.data) as said (run jsonb, at jsonb, content_sha256 jsonb, label jsonb, estimates jsonb)
    cross join lateral jsonb_to_record(said.run) as run (
      format jsonb, hostname jsonb, schema_version jsonb, version jsonb, git_branch jsonb, git_sha jsonb, tier jsonb, total jsonb,
      passed jsonb, failed jsonb, total_cost_usd jsonb, total_duration_ms jsonb, wall_clock_ms jsonb, prompt_sha jsonb,
      _partial jsonb, by_category jsonb, costs jsonb, tests jsonb
    )
    where f.kind = 'eval.recorded'
  ),
  refused as (
    insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
    select team_id, id, device, seq, 'eval.recorded', 'not the form of a recorded eval run' from read where not readable
    on conflict do nothing
  ),
  runs as materialized (
    select distinct on (team_id, repo_slug, content_sha256) *
    from read
    where readable
    order by team_id, repo_slug, content_sha256, at, device, seq
  ),
  stored as (
    insert into ai_sync.eval_runs as known (
      id, team_id, user_id, fact_id, recorded_at, device, seq, content_sha256, repo_slug, hostname, schema_version, version, branch,
      git_sha, "timestamp", tier, total_tests, passed, failed, total_cost_usd, total_duration_ms, wall_clock_ms, label, prompt_sha,
      partial, by_category, costs, tests
    )
    select ai_sync_private.id_of(team_id, repo_slug, content_sha256), team_id, user_id, id, at, device, seq, content_sha256, repo_slug,
      coalesce(hostname #>> '{}', ''),
      least(2147483647, ai_sync_private.counted(schema_version))::integer, version #>> '{}', git_branch #>> '{}',
      git_sha #>> '{}', happened::timestamptz, tier #>> '{}',
      ai_sync_private.whole(total), ai_sync_private.whole(passed), ai_sync_private.whole(failed),
      ai_sync_private.dollars(total_cost_usd), ai_sync_private.whole(total_duration_ms), ai_sync_private.whole(wall_clock_ms),
      label, prompt_sha #>> '{}', coalesce(_partial = 'true', false), by_category, costs,
      case when ai_sync_private.hold_prompts(tests) then ai_sync_private.shown_tests(tests) else tests end
    from runs
    on conflict (id) do update set
      user_id = excluded.user_id, fact_id = excluded.fact_id, recorded_at = excluded.recorded_at, device = excluded.device,
      seq = excluded.seq, "timestamp" = excluded."timestamp", label = excluded.label
    where (excluded.recorded_at, excluded.device, excluded.seq) < (known.recorded_at, known.device, known.seq)
    returning known.id, known.team_id, known.fact_id
  ),
  entries as (
    select s.id as eval_run_id, s.team_id, entry, said.*, ai_sync_private.reported_cost(cost) as reported,
      ai_sync_private.estimated_cost(cost, r.micros -> (entry - 1)::integer) as estimated
    from stored s
    join runs r on r.team_id = s.team_id and r.id = s.fact_id
    cross join lateral jsonb_array_elements(coalesce(r.costs, ai_sync_private.costs_of_tests(r.tests))) with ordinality costs (cost, entry)
    cross join lateral jsonb_to_record(cost) as said (
      model text, calls jsonb, input_tokens jsonb, output_tokens jsonb, cache_read_input_tokens jsonb,
      cache_creation_input_tokens jsonb
    )
  )
  insert into ai_sync.eval_costs as known (
    team_id, eval_run_id, entry, model, calls, input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens,
    estimated_cost_usd, exact, priced
  )
  select team_id, eval_run_id, entry - 1, model, ai_sync_private.counted(calls), ai_sync_private.counted(input_tokens),
    ai_sync_private.counted(output_tokens), ai_sync_private.counted(cache_read_input_tokens),
    ai_sync_private.counted(cache_creation_input_tokens), coalesce(reported, estimated, 0), reported is not null,
    coalesce(reported, estimated) is not null
  from entries
  on conflict (eval_run_id, entry) do update set
    model = excluded.model, calls = excluded.calls, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
    cache_read_input_tokens = excluded.cache_read_input_tokens,
    cache_creation_input_tokens = excluded.cache_creation_input_tokens,
    estimated_cost_usd = excluded.estimated_cost_usd, exact = excluded.exact, priced = excluded.priced;
end
$$;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.counted(jsonb), ai_sync_private.is_possible_count(jsonb), ai_sync_private.reported_cost(jsonb),
  ai_sync_private.estimated_cost(jsonb, jsonb), ai_sync_private.is_list_price(jsonb),
  ai_sync_private.materialise_evals(ai_sync.facts[])
from authenticated;

-- Teams whose tables have amounts that cannot be right: they are made again.
do $$
declare
  of_team uuid;
begin
  for of_team in
    select distinct team_id
    from ai_sync.eval_costs
    where estimated_cost_usd < 0 or estimated_cost_usd > 1000000
      or greatest(calls, input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens) > 1000000000000
  loop
    perform ai_sync_private.rematerialise(of_team);
  end loop;
end
$$;
