-- Facts become rows of the typed tables in the transaction that stores them. A fact is never refused: one that cannot be read is
-- noted in fact_errors.

-- Reviews, resets and undos of a batch.
create or replace function ai_sync_private.materialise_reviews(batch ai_sync.facts[], lenient boolean) returns void
language plpgsql set search_path = '' as $$
declare
  touched record;
begin
  -- Resets first: whether a run of the same batch is hidden follows from them.
  if exists (select from unnest(batch) f where f.kind in ('review.reset', 'review.reset_undone')) then
    insert into ai_sync.review_resets (team_id, fact_id, agent, recorded_at, device, seq)
    select f.team_id, f.id, f.data ->> 'agent', f.at, f.device, f.seq
    from unnest(batch) f
    where f.kind = 'review.reset' and jsonb_path_match(f.data::jsonb, '
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

  if not exists (select from unnest(batch) f where f.kind = 'review.recorded') then
    return;
  end if;

  for touched in
    with read as materialized (
      select f.team_id, f.id, f.at, f.device, f.seq, f.user_id, f.project, parsed.data, ai_sync_private.review_problem(parsed.data) as problem
      from unnest(batch) f
      cross join lateral (select case when lenient then ai_sync_private.readable(f.data) else f.data::jsonb end as data) parsed
      where f.kind = 'review.recorded'
    ),
    refused as (
      insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
      select team_id, id, device, seq, 'review.recorded', problem from read where problem is not null
      on conflict do nothing
    ),
    runs as (
      select distinct on (team_id, data ->> 'agent', data -> 'report' ->> 'run_id')
        team_id, id, at, device, seq, user_id, project, data ->> 'agent' as agent, data -> 'report' as report, data
      from read
      where problem is null
      order by team_id, data ->> 'agent', data -> 'report' ->> 'run_id', at, device, seq
    ),
    stored as (
      insert into ai_sync.review_runs as known (
        team_id, fact_id, user_id, project, recorded_at, device, seq, agent, session_id, created_at,
        score, reward_delta, verdict, findings_json, changed_files, issue_number, house_rules_ver, hidden
      )
      select r.team_id, r.id, r.user_id, r.project, r.at, r.device, r.seq, r.agent, r.report ->> 'run_id',
        (r.report ->> 'timestamp')::timestamptz, score, score - 80,
        ai_sync_private.verdict_of(score, r.report -> 'findings'), r.report -> 'findings',
        array(select jsonb_array_elements_text(r.data -> 'changed_files')),
        -- The columns are the peer's, and smaller than a program's integers.
        least((r.data ->> 'issue_number')::numeric, 2147483647)::integer,
        coalesce(least((r.data ->> 'house_rules_version')::numeric, 2147483647)::integer, 1),
        coalesce((r.at, r.device, r.seq) < (reset.recorded_at, reset.device, reset.seq), false)
      from runs r
      cross join lateral (select (r.report ->> 'score')::numeric::integer as score) counted
      left join lateral ai_sync_private.hiding_reset(r.team_id, r.agent) reset on true
      on conflict (team_id, agent, session_id) do update set
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
create or replace function ai_sync_private.is_uuid(value json) returns boolean
language sql immutable set search_path = '' as $$
  select json_typeof(value) = 'string' and value #>> '{}' ~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
$$;

-- Eval runs of a batch, and what they cost.
create or replace function ai_sync_private.materialise_evals(batch ai_sync.facts[], lenient boolean) returns void
language plpgsql set search_path = '' as $$
begin
  if not exists (select from unnest(batch) f where f.kind = 'eval.recorded') then
    return;
  end if;
  with read as materialized (
    select f.team_id, f.id, f.at, f.device, f.seq, f.user_id, f.project, parsed.data, ai_sync_private.eval_problem(parsed.data) as problem
    from unnest(batch) f
    cross join lateral (select case when lenient then ai_sync_private.readable(f.data) else f.data::jsonb end as data) parsed
    where f.kind = 'eval.recorded'
  ),
  refused as (
    insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
    select team_id, id, device, seq, 'eval.recorded', problem from read where problem is not null
    on conflict do nothing
  ),
  runs as (
    select distinct on (team_id, coalesce(project, ''), data ->> 'content_sha256') *, data -> 'run' as run
    from read
    where problem is null
    order by team_id, coalesce(project, ''), data ->> 'content_sha256', at, device, seq
  ),
  stored as (
    insert into ai_sync.eval_runs as known (
      team_id, user_id, fact_id, recorded_at, device, seq, content_sha256, repo_slug, hostname, schema_version, version, branch,
      git_sha, "timestamp", tier, total_tests, passed, failed, total_cost_usd, total_duration_ms, wall_clock_ms, label, prompt_sha,
      partial, by_category, costs, tests
    )
    select team_id, user_id, id, at, device, seq, data ->> 'content_sha256', coalesce(project, ''), coalesce(run ->> 'hostname', ''),
      least(2147483647, ai_sync_private.counted(run -> 'schema_version'))::integer, run ->> 'version', run ->> 'git_branch',
      run ->> 'git_sha', (data ->> 'at')::timestamptz, run ->> 'tier', ai_sync_private.whole(run -> 'total'),
      ai_sync_private.whole(run -> 'passed'), ai_sync_private.whole(run -> 'failed'),
      ai_sync_private.dollars(run -> 'total_cost_usd'), ai_sync_private.whole(run -> 'total_duration_ms'),
      ai_sync_private.whole(run -> 'wall_clock_ms'), data ->> 'label', run ->> 'prompt_sha',
      coalesce(run -> '_partial' = 'true', false), run -> 'by_category', run -> 'costs',
      coalesce((
        select jsonb_agg(
          case when test ? 'prompt'
            then jsonb_set(test - 'transcript', '{prompt}', to_jsonb(left(test ->> 'prompt', 500)))
            else test - 'transcript'
          end order by place)
        from jsonb_array_elements(run -> 'tests') with ordinality tests (test, place)
      ), '[]')
    from runs
    on conflict (team_id, repo_slug, content_sha256) do update set
      user_id = excluded.user_id, fact_id = excluded.fact_id, recorded_at = excluded.recorded_at, device = excluded.device,
      seq = excluded.seq, "timestamp" = excluded."timestamp", label = excluded.label
    where (excluded.recorded_at, excluded.device, excluded.seq) < (known.recorded_at, known.device, known.seq)
    returning known.id, known.team_id, known.fact_id
  ),
  entries as (
    select s.id as eval_run_id, s.team_id, entry, cost,
      ai_sync_private.dollars(cost -> 'cost_usd') as reported,
      ai_sync_private.whole(r.data -> 'estimates' -> 'micros' -> (entry - 1)::integer) / 1000000.0 as estimated
    from stored s
    join runs r on r.team_id = s.team_id and r.id = s.fact_id
    cross join lateral jsonb_array_elements(coalesce(r.run -> 'costs', (
      select jsonb_agg(cost order by place, number)
      from jsonb_array_elements(r.run -> 'tests') with ordinality tests (test, place)
      cross join lateral jsonb_array_elements(test -> 'costs') with ordinality costs (cost, number)
      where jsonb_typeof(test -> 'costs') = 'array'
    ))) with ordinality costs (cost, entry)
  )
  insert into ai_sync.eval_costs as known (
    team_id, eval_run_id, entry, model, calls, input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens,
    estimated_cost_usd, exact, priced
  )
  select team_id, eval_run_id, entry - 1, cost ->> 'model', ai_sync_private.counted(cost -> 'calls'),
    ai_sync_private.counted(cost -> 'input_tokens'), ai_sync_private.counted(cost -> 'output_tokens'),
    ai_sync_private.counted(cost -> 'cache_read_input_tokens'), ai_sync_private.counted(cost -> 'cache_creation_input_tokens'),
    coalesce(reported, estimated, 0), reported is not null, coalesce(reported, estimated) is not null
  from entries
  on conflict (eval_run_id, entry) do update set
    model = excluded.model, calls = excluded.calls, input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens,
    cache_read_input_tokens = excluded.cache_read_input_tokens,
    cache_creation_input_tokens = excluded.cache_creation_input_tokens,
    estimated_cost_usd = excluded.estimated_cost_usd, exact = excluded.exact, priced = excluded.priced;
end
$$;

-- A batch of facts, of any kinds and teams. When one of them cannot be read the batch is halved until it stands alone, tried once
-- more leniently, and noted.
create or replace function ai_sync_private.materialise(batch ai_sync.facts[], lenient boolean default false) returns void
language plpgsql set search_path = '' as $$
declare
  size integer := cardinality(batch);
begin
  if size = 0 then
    return;
  end if;
  perform ai_sync_private.materialise_reviews(batch, lenient);
  perform ai_sync_private.materialise_evals(batch, lenient);
exception when others then
  -- Not the fact's fault: a conflict of transactions, a full disk, a shutdown. The client sends the batch again.
  if left(sqlstate, 2) in ('40', '53', '55', '57', '58', 'XX') then
    raise;
  end if;
  if size > 1 then
    perform ai_sync_private.materialise(batch[1 : size / 2]);
    perform ai_sync_private.materialise(batch[size / 2 + 1 : size]);
  elsif not lenient then
    perform ai_sync_private.materialise(batch, true);
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
  perform ai_sync_private.materialise(array(select a::ai_sync.facts from added a order by a.team_id, a.device, a.seq));
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
  ai_sync_private.materialise_reviews(ai_sync.facts[], boolean), ai_sync_private.materialise_evals(ai_sync.facts[], boolean),
  ai_sync_private.materialise(ai_sync.facts[], boolean), ai_sync_private.materialise_added(),
  ai_sync_private.rematerialise(uuid), ai_sync_private.is_uuid(json)
from authenticated;
