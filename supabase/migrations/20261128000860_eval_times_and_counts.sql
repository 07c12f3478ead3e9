-- Eval runs as the program reads them: one that is dated after its recording takes its place by the recording, a test that was retried
-- counts once, and counts and amounts that cannot be right do not count.

-- The time that the run states. "timestamp" is where the run takes its place: no later than its recording.
alter table ai_sync.eval_runs add column if not exists stated_at timestamptz;

-- What a run states to have cost, in dollars; 0 where that cannot be right.
create or replace function ai_sync_private.stated_cost(value jsonb) returns numeric
language sql immutable
return case when ai_sync_private.dollars(value) between 0 and 1000000 then ai_sync_private.dollars(value) else 0 end;

-- Whether a count can be right: a whole number of at least 0.
create or replace function ai_sync_private.is_count(value jsonb) returns boolean
language sql immutable
return case when jsonb_typeof(value) = 'number' then value between '0' and '9007199254740991' and floor(value::numeric) = value::numeric
  else false end;

-- The counts of a run: those that it states, unless they cannot be right, or count attempts. Then its tests are counted, each once by
-- its last attempt.
create or replace function ai_sync_private.run_counts(
  of_tier jsonb, tests jsonb, stated_total jsonb, stated_passed jsonb, stated_failed jsonb,
  out total bigint, out passed bigint, out failed bigint
)
language plpgsql immutable set search_path = '' set jit = off as $$
declare
  possible boolean := false;
begin
  if ai_sync_private.is_count(stated_total) and ai_sync_private.is_count(stated_passed) and ai_sync_private.is_count(stated_failed) then
    possible := stated_passed::numeric + stated_failed::numeric <= stated_total::numeric;
  end if;
  if possible and stated_total::numeric <> jsonb_array_length(tests) then
    total := stated_total; passed := stated_passed; failed := stated_failed;
    return;
  end if;
  select count(*), count(*) filter (where last.passed), count(*) filter (where not last.passed)
  into total, passed, failed
  from (
    select distinct on (tier, suite, name) read.passed
    from jsonb_array_elements(tests) with ordinality each (test, place)
    cross join lateral (
      select normalize(coalesce(test ->> 'tier', of_tier #>> '{}')) as tier, normalize(coalesce(test ->> 'suite', '')) as suite,
        normalize(test ->> 'name') as name, (test -> 'passed')::boolean as passed
    ) read
    order by tier, suite, name, place desc
  ) last;
  if possible and total = jsonb_array_length(tests) then
    total := stated_total; passed := stated_passed; failed := stated_failed;
  end if;
end
$$;

-- Eval runs of a batch, and what they cost. The joins are of rows that were just made, of which the planner knows nothing.
create or replace function ai_sync_private.materialise_evals(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan
set enable_nestloop = off set enable_mergejoin = off set jit = off as $$
begin
  with read as materialized (
    select f.team_id, f.id, f.at, f.device, f.seq, f.user_id, coalesce(f.project, '') as repo_slug, said.at #>> '{}' as happened,
      ai_sync_private.shown_at(f.at, f.extra) as shown, said.content_sha256 #>> '{}' as content_sha256, said.label #>> '{}' as label, said.estimates -> 'micros' as micros, run.*,
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
      git_sha, "timestamp", stated_at, tier, total_tests, passed, failed, total_cost_usd, total_duration_ms, wall_clock_ms, label, prompt_sha,
      partial, by_category, costs, tests
    )
    select ai_sync_private.id_of(team_id, repo_slug, content_sha256), team_id, user_id, id, at, device, seq, content_sha256, repo_slug,
      coalesce(hostname #>> '{}', ''),
      least(2147483647, ai_sync_private.counted(schema_version))::integer, version #>> '{}', git_branch #>> '{}',
      git_sha #>> '{}', ai_sync_private.place_of(happened::timestamptz, shown), happened::timestamptz, tier #>> '{}',
      counts.total, counts.passed, counts.failed, ai_sync_private.stated_cost(total_cost_usd),
      ai_sync_private.whole(total_duration_ms), ai_sync_private.whole(wall_clock_ms),
      label, prompt_sha #>> '{}', coalesce(_partial = 'true', false), by_category, costs,
      case when ai_sync_private.hold_prompts(tests) then ai_sync_private.shown_tests(tests) else tests end
    from runs
    cross join lateral ai_sync_private.run_counts(tier, tests, total, passed, failed) counts
    on conflict (id) do update set
      user_id = excluded.user_id, fact_id = excluded.fact_id, recorded_at = excluded.recorded_at, device = excluded.device,
      seq = excluded.seq, "timestamp" = excluded."timestamp", stated_at = excluded.stated_at, label = excluded.label
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

-- Gives the eval runs of a device their places by the times at which they were recorded as far as its log tells; by the rule of
-- settle_device, among all recordings of eval runs.
create or replace function ai_sync_private.settle_evals(of_team uuid, of_device uuid) returns void
language sql set search_path = '' set jit = off as $$
  with log as (
    select id, kind, seq, shown, min(shown) over (order by seq desc rows unbounded preceding) as lowest
    from (
      select f.id, f.kind, f.seq, ai_sync_private.shown_at(f.at, f.extra) as shown
      from ai_sync.facts f where f.team_id = of_team and f.device = of_device
    ) read
  ),
  settled as (
    select id,
      case when shown <= lowest then shown
        else greatest(
          max(shown) filter (where shown <= lowest) over (order by seq rows unbounded preceding), lowest - interval '5 minutes')
      end as settled_at
    from log
    where kind = 'eval.recorded'
      and not exists (select from ai_sync.fact_errors e where e.team_id = of_team and e.fact_id = log.id)
  )
  update ai_sync.eval_runs run set "timestamp" = ai_sync_private.place_of(run.stated_at, s.settled_at)
  from settled s
  where run.team_id = of_team and run.device = of_device and run.fact_id = s.id
    and run."timestamp" <> ai_sync_private.place_of(run.stated_at, s.settled_at)
$$;

-- Settles the logs that hold the eval runs that decisions of a batch have given rows anew.
create or replace function ai_sync_private.settle_renewed_evals(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' as $$
declare
  touched record;
begin
  for touched in
    select distinct run.team_id, run.device
    from unnest(batch) f
    join ai_sync.intake_undos u on u.team_id = f.team_id
      and (u.fact_id = f.id or f.kind = 'intake.redone' and u.undo::text = lower(f.data ->> 'undo'))
    join ai_sync.facts named on named.team_id = u.team_id and named.id = u.taken_back and named.kind = 'eval.recorded'
    join ai_sync.eval_runs run on run.id = ai_sync_private.id_of(
      named.team_id, coalesce(named.project, ''), named.data ->> 'content_sha256')
    where f.kind in ('intake.undone', 'intake.redone')
  loop
    perform ai_sync_private.settle_evals(touched.team_id, touched.device);
  end loop;
end
$$;

-- Settles the logs of the devices of a batch whose clock had gone back.
create or replace function ai_sync_private.settle_clocks(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' set jit = off as $$
declare
  back record;
begin
  for back in
    select distinct read.team_id, read.device
    from (
      select f.team_id, f.device, f.seq, shown,
        lag(shown) over (partition by f.team_id, f.device order by f.seq) as shown_before
      from unnest(batch) f
      cross join lateral (select ai_sync_private.shown_at(f.at, f.extra) as shown) clock
    ) read
    where read.shown < coalesce(read.shown_before, (
      select ai_sync_private.shown_at(f.at, f.extra)
      from ai_sync.facts f
      where f.team_id = read.team_id and f.device = read.device and f.seq = read.seq - 1
    ))
  loop
    perform ai_sync_private.settle_device(back.team_id, back.device);
    perform ai_sync_private.settle_evals(back.team_id, back.device);
  end loop;
end
$$;

-- A batch of facts, of any kinds and teams. A batch that fails is halved, until a fact that cannot be stored stands alone and is
-- noted.
create or replace function ai_sync_private.materialise(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' as $$
declare
  size integer := cardinality(batch);
  kinds text[] := array(select distinct f.kind from unnest(batch) f);
begin
  if kinds && array['review.recorded', 'review.reset', 'review.reset_undone'] then
    perform ai_sync_private.materialise_reviews(batch, kinds);
  end if;
  if kinds && array['intake.undone', 'intake.redone'] then
    perform ai_sync_private.materialise_intake(batch);
  end if;
  if kinds @> array['review.recorded'] then
    perform ai_sync_private.settle_taken_back(batch);
  end if;
  if kinds @> array['eval.recorded'] then
    perform ai_sync_private.materialise_evals(ai_sync_private.standing(batch));
  end if;
  if kinds && array['intake.undone', 'intake.redone'] then
    perform ai_sync_private.settle_renewed_evals(batch);
  end if;
  perform ai_sync_private.settle_clocks(batch);
  if kinds @> array['eval.baseline'] then
    perform ai_sync_private.materialise_baselines(batch);
  end if;
  if exists (select from ai_sync_private.agent_kinds k where k.kind = any(kinds)) then
    perform ai_sync_private.materialise_agents(batch);
  end if;
exception when others then
  -- Not the fact's fault: a conflict of transactions, a full disk, a shutdown. The client sends the batch again.
  if left(sqlstate, 2) in ('40', '53', '55', '57', '58', 'XX') then
    raise;
  end if;
  if size > 1 then
    perform ai_sync_private.materialise(batch[1 : size / 2]);
    perform ai_sync_private.materialise(batch[size / 2 + 1 : size]);
  else
    insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
    values (batch[1].team_id, batch[1].id, batch[1].device, batch[1].seq, batch[1].kind, sqlerrm)
    on conflict do nothing;
  end if;
end
$$;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.stated_cost(jsonb), ai_sync_private.is_count(jsonb), ai_sync_private.run_counts(jsonb, jsonb, jsonb, jsonb, jsonb),
  ai_sync_private.materialise_evals(ai_sync.facts[]), ai_sync_private.settle_evals(uuid, uuid),
  ai_sync_private.settle_renewed_evals(ai_sync.facts[]), ai_sync_private.settle_clocks(ai_sync.facts[]),
  ai_sync_private.materialise(ai_sync.facts[])
from authenticated;

-- Runs that were read by other rules.
do $$
declare
  touched record;
begin
  for touched in
    with read as materialized (
      select run.id, run.team_id, run.device, f.data -> 'run' as said, (f.data ->> 'at')::timestamptz as stated_at,
        ai_sync_private.shown_at(f.at, f.extra) as shown
      from ai_sync.eval_runs run
      join ai_sync.facts f on f.team_id = run.team_id and f.id = run.fact_id
      where run.stated_at is null
    ),
    renewed as (
      update ai_sync.eval_runs run
      set stated_at = r.stated_at, "timestamp" = ai_sync_private.place_of(r.stated_at, r.shown),
        total_tests = counts.total, passed = counts.passed, failed = counts.failed,
        total_cost_usd = ai_sync_private.stated_cost(r.said -> 'total_cost_usd')
      from read r
      cross join lateral ai_sync_private.run_counts(
        r.said -> 'tier', r.said -> 'tests', r.said -> 'total', r.said -> 'passed', r.said -> 'failed') counts
      where run.id = r.id
      returning run.team_id, run.device
    )
    select distinct team_id, device from renewed
  loop
    perform ai_sync_private.settle_evals(touched.team_id, touched.device);
  end loop;
end
$$;
