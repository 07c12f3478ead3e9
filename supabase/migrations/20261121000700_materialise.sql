-- Facts become rows of the typed tables in the transaction that stores them. A fact is never refused: one that cannot be read is
-- noted in fact_errors.

-- Reviews, resets and undos of a batch.
create or replace function ai_sync_private.materialise_reviews(batch ai_sync.facts[], kinds text[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  touched record;
begin
  -- Resets first: whether a run of the same batch is hidden follows from them.
  if kinds && array['review.reset', 'review.reset_undone'] then
    insert into ai_sync.review_resets (team_id, fact_id, agent, recorded_at, device, seq)
    select f.team_id, f.id, f.data ->> 'agent', f.at, f.device, f.seq
    from unnest(batch) f
    where f.kind = 'review.reset' and jsonb_path_match(f.data, '
      $.agent.type() == "null" || $.agent.type() == "string" && $.agent != ""', silent => true)
    on conflict do nothing;

    insert into ai_sync.review_reset_undos (team_id, reset, fact_id)
    select f.team_id, (f.data ->> 'reset')::uuid, f.id
    from unnest(batch) f
    where f.kind = 'review.reset_undone' and ai_sync_private.is_uuid(f.data -> 'reset')
    on conflict do nothing;

    insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
    select f.team_id, f.id, f.device, f.seq, f.kind, 'not the form of a reset or its undoing'
    from unnest(batch) f
    where f.kind in ('review.reset', 'review.reset_undone')
      and not exists (select from ai_sync.review_resets r where r.team_id = f.team_id and r.fact_id = f.id)
      and not exists (select from ai_sync.review_reset_undos u where u.team_id = f.team_id and u.fact_id = f.id)
    on conflict do nothing;

    for touched in
      select known.team_id, known.agent
      from ai_sync.reward_ledger known
      where exists (
        select from unnest(batch) f
        where f.team_id = known.team_id and f.kind in ('review.reset', 'review.reset_undone')
      )
    loop
      perform ai_sync_private.apply_resets(touched.team_id, touched.agent);
    end loop;
  end if;

  if not kinds @> array['review.recorded'] then
    return;
  end if;

  for touched in
    with read as materialized (
      select f.team_id, f.id, f.at, f.device, f.seq, f.user_id, f.project, said.agent #>> '{}' as agent,
        report.run_id #>> '{}' as run_id, report."timestamp" #>> '{}' as reported_at, report.score, report.findings,
        said.changed_files, said.issue_number, said.house_rules_version,
        coalesce(
          jsonb_typeof(said.agent) = 'string' and said.agent <> '""'
          and ai_sync_private.is_written(report.run_id)
          and ai_sync_private.is_instant(report."timestamp")
          and ai_sync_private.is_whole(report.score, '0', '120')
          and (said.issue_number is null or ai_sync_private.is_whole(said.issue_number, '1', '9007199254740991'))
          and (said.house_rules_version is null or ai_sync_private.is_whole(said.house_rules_version, '1', '9007199254740991'))
          and jsonb_typeof(said.changed_files) = 'array'
          and ai_sync_private.are_findings(report.findings), false) as readable
      from unnest(batch) f
      cross join lateral jsonb_to_record(f.data) as said (
        agent jsonb, changed_files jsonb, issue_number jsonb, house_rules_version jsonb, report jsonb
      )
      cross join lateral jsonb_to_record(said.report) as report (run_id jsonb, "timestamp" jsonb, score jsonb, findings jsonb)
      where f.kind = 'review.recorded'
    ),
    refused as (
      insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
      select team_id, id, device, seq, 'review.recorded', 'not the form of a recorded review' from read where not readable
      on conflict do nothing
    ),
    hiding as materialized (
      select owner.team_id, owner.agent, reset.recorded_at, reset.device, reset.seq
      from (select distinct team_id, agent from read where readable) owner
      cross join lateral ai_sync_private.hiding_reset(owner.team_id, owner.agent) reset
    ),
    runs as (
      select distinct on (team_id, agent, run_id) *
      from read
      where readable
      order by team_id, agent, run_id, at, device, seq
    ),
    stored as (
      insert into ai_sync.review_runs as known (
        id, team_id, fact_id, user_id, project, recorded_at, device, seq, agent, session_id, created_at,
        score, reward_delta, verdict, findings_json, changed_files, issue_number, house_rules_ver, hidden
      )
      select ai_sync_private.id_of(r.team_id, r.agent, r.run_id), r.team_id, r.id, r.user_id, r.project, r.at, r.device, r.seq,
        r.agent, r.run_id, r.reported_at::timestamptz,
        r.score::integer, r.score::integer - 80, ai_sync_private.verdict_of(r.score::integer, r.findings), r.findings,
        array(select jsonb_array_elements_text(r.changed_files)),
        -- The columns are the peer's, and smaller than a program's integers.
        least(r.issue_number::numeric, 2147483647)::integer,
        least(coalesce(r.house_rules_version::numeric, 1), 2147483647)::integer,
        coalesce((r.at, r.device, r.seq) < (reset.recorded_at, reset.device, reset.seq), false)
      from runs r
      left join hiding reset on reset.team_id = r.team_id and reset.agent = r.agent
      on conflict (id) do update set
        fact_id = excluded.fact_id, user_id = excluded.user_id, project = excluded.project, recorded_at = excluded.recorded_at,
        device = excluded.device, seq = excluded.seq, created_at = excluded.created_at, score = excluded.score,
        reward_delta = excluded.reward_delta, verdict = excluded.verdict, findings_json = excluded.findings_json,
        changed_files = excluded.changed_files, issue_number = excluded.issue_number,
        house_rules_ver = excluded.house_rules_ver, hidden = excluded.hidden
      where (excluded.recorded_at, excluded.device, excluded.seq) < (known.recorded_at, known.device, known.seq)
      -- A row that was there has a deleting transaction: its predecessor's lock.
      returning known.team_id, known.agent, known.created_at, known.fact_id, known.hidden, known.xmax <> 0 as replaced
    )
    select s.team_id, s.agent,
      -- Folding on from the last run is right only when every run of the batch comes after it.
      coalesce(bool_or(s.replaced or not s.hidden and (s.created_at, s.fact_id) < (l.last_run_at, l.fact_id)), false) as anew
    from stored s left join ai_sync.reward_ledger l on l.team_id = s.team_id and l.agent = s.agent
    group by s.team_id, s.agent
  loop
    perform ai_sync_private.refold(touched.team_id, touched.agent, touched.anew);
  end loop;
end
$$;

-- A UUID as the program writes it.
create or replace function ai_sync_private.is_uuid(value jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select jsonb_typeof(value) = 'string' and value #>> '{}' ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
$$;

-- Eval runs of a batch, and what they cost. The joins are of rows that were just made, of which the planner knows nothing.
create or replace function ai_sync_private.materialise_evals(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan
set enable_nestloop = off set enable_mergejoin = off as $$
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
    select s.id as eval_run_id, s.team_id, entry, said.*, ai_sync_private.dollars(said.cost_usd) as reported,
      ai_sync_private.whole(r.micros -> (entry - 1)::integer) / 1000000.0 as estimated
    from stored s
    join runs r on r.team_id = s.team_id and r.id = s.fact_id
    cross join lateral jsonb_array_elements(coalesce(r.costs, ai_sync_private.costs_of_tests(r.tests))) with ordinality costs (cost, entry)
    cross join lateral jsonb_to_record(cost) as said (
      model text, calls jsonb, input_tokens jsonb, output_tokens jsonb, cache_read_input_tokens jsonb,
      cache_creation_input_tokens jsonb, cost_usd jsonb
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

-- Pins and unpins of a batch.
create or replace function ai_sync_private.materialise_baselines(batch ai_sync.facts[]) returns void
language sql set search_path = '' as $$
  with read as materialized (
    select f.team_id, f.id, f.user_id, f.at, f.device, f.seq, f.data,
      coalesce(ai_sync_private.is_uuid(f.data -> 'run') and jsonb_typeof(f.data -> 'pinned') = 'boolean', false) as readable
    from unnest(batch) f
    where f.kind = 'eval.baseline'
  ),
  refused as (
    insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
    select team_id, id, device, seq, 'eval.baseline', 'not the form of a baseline' from read where not readable
    on conflict do nothing
  )
  insert into ai_sync.eval_baselines (team_id, fact_id, user_id, run, pinned, recorded_at, device, seq)
  select team_id, id, user_id, (data ->> 'run')::uuid, (data -> 'pinned')::boolean, at, device, seq from read where readable
  on conflict do nothing
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
  if kinds @> array['eval.recorded'] then
    perform ai_sync_private.materialise_evals(batch);
  end if;
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

create or replace function ai_sync_private.materialise_added() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- One batch of a team at a time, so that each folds on from what the one before it left. Teams in one order: no deadlock.
  perform pg_advisory_xact_lock(hashtextextended('ai_sync.facts ' || team_id, 0))
  from (select distinct team_id from added order by team_id) teams;
  perform ai_sync_private.materialise(array(select a::ai_sync.facts from added a));
  return null;
end
$$;

-- Makes the typed tables of a team from its facts again. For the owner of the database, after an update that reads more kinds.
create or replace function ai_sync_private.rematerialise(of_team uuid) returns void
language plpgsql set search_path = '' as $$
declare
  part ai_sync.facts[];
begin
  perform pg_advisory_xact_lock(hashtextextended('ai_sync.facts ' || of_team, 0));
  delete from ai_sync.review_runs where team_id = of_team;
  delete from ai_sync.reward_ledger where team_id = of_team;
  delete from ai_sync.review_resets where team_id = of_team;
  delete from ai_sync.review_reset_undos where team_id = of_team;
  delete from ai_sync.eval_runs where team_id = of_team;
  delete from ai_sync.eval_baselines where team_id = of_team;
  delete from ai_sync.agent_rows where team_id = of_team;
  delete from ai_sync.agent_changes where team_id = of_team;
  delete from ai_sync.fact_errors where team_id = of_team;
  for part in
    select array_agg(paged.fact order by (paged.fact).device, (paged.fact).seq)
    from (
      select f as fact, (row_number() over (order by f.device, f.seq) - 1) / 500 as page
      from ai_sync.facts f
      where f.team_id = of_team
    ) paged
    group by paged.page
    order by paged.page
  loop
    perform ai_sync_private.materialise(part);
  end loop;
end
$$;

drop trigger if exists materialise_added on ai_sync.facts;
create trigger materialise_added after insert on ai_sync.facts
  referencing new table as added
  for each statement execute function ai_sync_private.materialise_added();

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.materialise_reviews(ai_sync.facts[], text[]), ai_sync_private.materialise_evals(ai_sync.facts[]),
  ai_sync_private.materialise_baselines(ai_sync.facts[]), ai_sync_private.materialise(ai_sync.facts[]),
  ai_sync_private.materialise_added(),
  ai_sync_private.rematerialise(uuid), ai_sync_private.is_uuid(jsonb)
from authenticated;
