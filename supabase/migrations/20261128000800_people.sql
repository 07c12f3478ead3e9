-- Reviews of several people: a reset is its recorder's own, a run is known by its project, agent and id, and no clock that is off
-- decides what counts. The rules are those of the program's own fold.

alter table ai_sync.review_runs
  -- Whose the run is: the user of its device, or the device where a service key registered it.
  add column if not exists person uuid,
  -- When it was recorded as far as its device's log tells. recorded_at is what the device's clock showed.
  add column if not exists settled_at timestamptz,
  -- The time that the report states. created_at is where the run takes its place: no later than its recording.
  add column if not exists stated_at timestamptz;

-- Every recording of a run has a row. Hidden are those that do not count: a reset hides them, or another recording stands for them.
create index if not exists review_runs_key_idx on ai_sync.review_runs (team_id, agent, session_id);

alter table ai_sync.review_resets
  add column if not exists person uuid,
  add column if not exists settled_at timestamptz,
  -- By device, the last fact of the recorder's logs that was known to it; null where the fact does not say.
  add column if not exists heads jsonb;

alter table ai_sync.review_reset_undos add column if not exists person uuid;

-- Resets of a whole team by one of its owners: all that the team had of each device's log then.
create table if not exists ai_sync.team_resets (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  id uuid not null default gen_random_uuid(),
  -- Null: of all agents.
  agent text,
  heads jsonb not null,
  user_id uuid,
  created_at timestamptz not null default now(),
  undone_at timestamptz,
  undone_by uuid,
  primary key (team_id, id)
);
alter table ai_sync.team_resets enable row level security;
revoke all on ai_sync.team_resets from public, anon, authenticated, service_role;
grant select on ai_sync.team_resets to authenticated, service_role;
drop policy if exists "members read" on ai_sync.team_resets;
create policy "members read" on ai_sync.team_resets
  for select to authenticated using (team_id in (select ai_sync_private.my_teams()));

-- What a device's clock showed when it recorded a fact: the field clock where the log's time was ahead of it.
create or replace function ai_sync_private.shown_at(at timestamptz, extra json) returns timestamptz
language plpgsql immutable set search_path = '' as $$
declare
  clock text;
  found_at timestamptz;
begin
  if extra is null or extra::text not like '%"clock"%' then
    return at;
  end if;
  clock := extra ->> 'clock';
  if clock is null or clock !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$' then
    return at;
  end if;
  found_at := clock::timestamptz;
  -- What is no time of the calendar comes back as another text, or not at all.
  if to_char(found_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') <> clock or found_at < '1970-01-01 00:00:00+00' then
    return at;
  end if;
  return least(at, found_at);
exception when others then
  -- No time, or text that cannot be read beside it: the fact tells nothing of a clock.
  return at;
end
$$;

-- Where a run takes its place: the time that its report states, unless that lies more than five minutes after its recording.
create or replace function ai_sync_private.place_of(stated_at timestamptz, settled_at timestamptz) returns timestamptz
language sql immutable
return case when stated_at > settled_at + interval '5 minutes' then settled_at else stated_at end;

-- Whether a JSON value says how far logs were known.
create or replace function ai_sync_private.are_heads(value jsonb) returns boolean
language sql immutable
return jsonb_typeof(value) = 'object' and not jsonb_path_exists(value, '$.* ? (
  @.type() != "number" || @ < 0 || @ > 9007199254740991 || @.floor() != @)');

-- Decides anew among the recordings of an agent's runs, or of those with some ids: each person's is the one recorded first; of those
-- that no reset hides the one recorded first counts. Gives whether that changed anything but rows that are not folded yet.
create or replace function ai_sync_private.decide(of_team uuid, of_agent text, run_ids text[] default null, fresh uuid[] default '{}')
returns boolean
language plpgsql set search_path = '' set jit = off as $$
declare
  changed boolean;
begin
  with in_force as materialized (
    select r.*
    from ai_sync.review_resets r
    where r.team_id = of_team and (r.agent is null or r.agent = of_agent)
      and not exists (
        select from ai_sync.review_reset_undos u where u.team_id = r.team_id and u.reset = r.fact_id and u.person = r.person
      )
  ),
  of_all as materialized (
    select t.* from ai_sync.team_resets t
    where t.team_id = of_team and t.undone_at is null and (t.agent is null or t.agent = of_agent)
  ),
  recordings as materialized (
    select run.id, run.hidden, run.project, run.session_id, run.settled_at, run.device, run.seq,
      exists (
        select from in_force r
        where r.person = run.person and case
          when r.device = run.device then run.seq < r.seq
          when r.heads is null then (run.settled_at, run.device, run.seq) < (r.settled_at, r.device, r.seq)
          else run.seq <= coalesce((r.heads ->> run.device::text)::numeric, 0)
        end
      ) or exists (
        select from of_all t where run.seq <= coalesce((t.heads ->> run.device::text)::numeric, 0)
      ) as reset,
      row_number() over (
        partition by run.project, run.session_id, run.person order by run.settled_at, run.device, run.seq
      ) as nth_of_person
    from ai_sync.review_runs run
    where run.team_id = of_team and run.agent = of_agent and (run_ids is null or run.session_id = any(run_ids))
  ),
  candidates as (
    select id, row_number() over (partition by project, session_id order by settled_at, device, seq) as nth
    from recordings
    where nth_of_person = 1 and not reset
  ),
  turned as (
    update ai_sync.review_runs run set hidden = not run.hidden
    from recordings known left join candidates counts on counts.id = known.id and counts.nth = 1
    where run.id = known.id and known.hidden <> (counts.id is null)
    returning run.id
  )
  select exists (select from turned where id <> all (fresh)) into changed;
  return changed;
end
$$;

-- Hides and shows the runs of an agent by the resets in force, and folds it anew when that changed anything.
create or replace function ai_sync_private.apply_resets(of_team uuid, of_agent text) returns void
language plpgsql set search_path = '' as $$
begin
  if ai_sync_private.decide(of_team, of_agent) then
    perform ai_sync_private.refold(of_team, of_agent, true);
  end if;
end
$$;

-- The last reset is no longer what decides.
drop function if exists ai_sync_private.hiding_reset(uuid, text);

-- Gives the runs and resets of a device the times at which they were recorded as far as its log tells. A fact whose clock showed more
-- than a later one of its log counts as recorded with the one before it, or five minutes before the later one if that is later.
create or replace function ai_sync_private.settle_device(of_team uuid, of_device uuid) returns void
language plpgsql set search_path = '' set jit = off as $$
declare
  touched record;
begin
  for touched in
    with log as (
      select seq, shown, min(shown) over (order by seq desc rows unbounded preceding) as lowest
      from (
        select f.seq, ai_sync_private.shown_at(f.at, f.extra) as shown
        from ai_sync.facts f where f.team_id = of_team and f.device = of_device
      ) read
    ),
    entries as (
      select r.seq from ai_sync.review_runs r where r.team_id = of_team and r.device = of_device
      union all
      select r.seq from ai_sync.review_resets r where r.team_id = of_team and r.device = of_device
    ),
    settled as materialized (
      select entries.seq,
        case when log.shown <= log.lowest then log.shown
          else greatest(
            max(log.shown) filter (where log.shown <= log.lowest) over (order by entries.seq rows unbounded preceding),
            log.lowest - interval '5 minutes')
        end as settled_at
      from entries join log on log.seq = entries.seq
    ),
    moved as (
      update ai_sync.review_runs run
      set settled_at = s.settled_at, created_at = ai_sync_private.place_of(run.stated_at, s.settled_at)
      from settled s
      where run.team_id = of_team and run.device = of_device and run.seq = s.seq and run.settled_at <> s.settled_at
      returning run.agent
    ),
    shifted as (
      update ai_sync.review_resets reset set settled_at = s.settled_at
      from settled s
      where reset.team_id = of_team and reset.device = of_device and reset.seq = s.seq and reset.settled_at <> s.settled_at
      returning reset.agent
    )
    select known.agent
    from ai_sync.reward_ledger known
    where known.team_id = of_team and (known.agent in (select agent from moved) or exists (select from shifted))
  loop
    perform ai_sync_private.decide(of_team, touched.agent);
    perform ai_sync_private.refold(of_team, touched.agent, true);
  end loop;
end
$$;

-- Reviews, resets and undos of a batch.
create or replace function ai_sync_private.materialise_reviews(batch ai_sync.facts[], kinds text[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  touched record;
  stored uuid[];
  anew boolean;
begin
  -- Resets first: whether a run of the same batch is hidden follows from them.
  if kinds && array['review.reset', 'review.reset_undone'] then
    insert into ai_sync.review_resets (team_id, fact_id, agent, recorded_at, settled_at, device, seq, person, heads)
    select f.team_id, f.id, f.data ->> 'agent', read.shown, read.shown, f.device, f.seq, coalesce(d.user_id, d.id), f.data -> 'heads'
    from unnest(batch) f
    join ai_sync.devices d on d.team_id = f.team_id and d.id = f.device
    cross join lateral (select ai_sync_private.shown_at(f.at, f.extra) as shown) read
    where f.kind = 'review.reset' and jsonb_path_match(f.data, '
      $.agent.type() == "null" || $.agent.type() == "string" && $.agent != ""', silent => true)
      and (not f.data ? 'heads' or ai_sync_private.are_heads(f.data -> 'heads'))
    on conflict do nothing;

    insert into ai_sync.review_reset_undos (team_id, reset, fact_id, person)
    select f.team_id, (f.data ->> 'reset')::uuid, f.id, coalesce(d.user_id, d.id)
    from unnest(batch) f
    join ai_sync.devices d on d.team_id = f.team_id and d.id = f.device
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

  with read as materialized (
    select f.team_id, f.id, f.device, f.seq, f.user_id, f.project, coalesce(d.user_id, d.id) as person,
      ai_sync_private.shown_at(f.at, f.extra) as shown, said.agent #>> '{}' as agent,
      report.run_id #>> '{}' as run_id, report."timestamp" #>> '{}' as reported_at, report.score, report.findings,
      report.assurance_status #>> '{}' as assurance_status, report.stated_verdict #>> '{}' as stated_verdict,
      said.changed_files, said.issue_number, said.house_rules_version,
      coalesce(
        jsonb_typeof(said.agent) = 'string' and said.agent <> '""'
        and ai_sync_private.is_written(report.run_id)
        and ai_sync_private.is_instant(report."timestamp")
        and ai_sync_private.is_whole(report.score, '0', '120')
        and (said.issue_number is null or ai_sync_private.is_whole(said.issue_number, '1', '9007199254740991'))
        and (said.house_rules_version is null or ai_sync_private.is_whole(said.house_rules_version, '1', '9007199254740991'))
        and jsonb_typeof(said.changed_files) = 'array'
        and (report.assurance_status is null or ai_sync_private.is_written(report.assurance_status))
        and (report.stated_verdict is null or report.stated_verdict in ('"PASS"', '"PASS_WITH_ADVISORY"', '"FAIL"'))
        and ai_sync_private.are_findings(report.findings), false) as readable
    from unnest(batch) f
    join ai_sync.devices d on d.team_id = f.team_id and d.id = f.device
    cross join lateral jsonb_to_record(f.data) as said (
      agent jsonb, changed_files jsonb, issue_number jsonb, house_rules_version jsonb, report jsonb
    )
    cross join lateral jsonb_to_record(said.report) as report (
      run_id jsonb, "timestamp" jsonb, score jsonb, findings jsonb, assurance_status jsonb, stated_verdict jsonb
    )
    where f.kind = 'review.recorded'
  ),
  refused as (
    insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
    select team_id, id, device, seq, 'review.recorded', 'not the form of a recorded review' from read where not readable
    on conflict do nothing
  ),
  added as (
    insert into ai_sync.review_runs (
      id, team_id, fact_id, user_id, person, project, recorded_at, settled_at, device, seq, agent, session_id, stated_at, created_at,
      score, reward_delta, verdict, findings_json, changed_files, issue_number, house_rules_ver, hidden
    )
    select ai_sync_private.id_of(r.team_id, 'review run', r.id::text), r.team_id, r.id, r.user_id, r.person, r.project, r.shown, r.shown,
      r.device, r.seq, r.agent, r.run_id, r.reported_at::timestamptz,
      ai_sync_private.place_of(r.reported_at::timestamptz, r.shown),
      r.score::integer,
      ai_sync_private.reward_of(r.score::integer, r.findings, r.assurance_status, r.stated_verdict),
      ai_sync_private.assured_verdict(r.score::integer, r.findings, r.assurance_status, r.stated_verdict), r.findings,
      array(select jsonb_array_elements_text(r.changed_files)),
      -- The columns are the peer's, and smaller than a program's integers.
      least(r.issue_number::numeric, 2147483647)::integer,
      least(coalesce(r.house_rules_version::numeric, 1), 2147483647)::integer,
      -- What may not count is decided below.
      exists (select from ai_sync.review_resets reset where reset.team_id = r.team_id)
        or exists (select from ai_sync.team_resets reset where reset.team_id = r.team_id)
        or row_number() over (partition by r.team_id, r.agent, r.project, r.run_id order by r.shown, r.device, r.seq) > 1
        or exists (
          select from ai_sync.review_runs known
          where known.team_id = r.team_id and known.agent = r.agent and known.session_id = r.run_id
            and known.project is not distinct from r.project
        )
    from read r
    where readable
    on conflict (id) do nothing
    returning id
  )
  select array_agg(id) into stored from added;

  for touched in
    select run.team_id, run.agent, array_agg(distinct run.session_id) as run_ids, bool_or(run.hidden) as undecided
    from ai_sync.review_runs run
    where run.id = any(stored)
    group by run.team_id, run.agent
  loop
    anew := touched.undecided and ai_sync_private.decide(touched.team_id, touched.agent, touched.run_ids, stored);
    -- Folding on from the last run is right only when every run of the batch comes after it. A statement of its own, which sees what
    -- was decided.
    perform ai_sync_private.refold(
      touched.team_id, touched.agent,
      anew or exists (
        select from ai_sync.review_runs run
        join ai_sync.reward_ledger known on known.team_id = run.team_id and known.agent = run.agent
        where run.id = any(stored) and run.team_id = touched.team_id and run.agent = touched.agent
          and not run.hidden and (run.created_at, run.fact_id) < (known.last_run_at, known.fact_id)
      )
    );
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
  perform ai_sync_private.settle_clocks(batch);
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

-- Resets of a whole team ------------------------------------------------------------------------------------------------------

-- An error unless the caller is an owner of the team. Waits for other changes of the team, so that the role is that of now.
create or replace function ai_sync_private.lock_as_owner(of_team uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('ai_sync.facts ' || of_team, 0));
  perform from ai_sync.teams t where t.id = of_team for update;
  if auth.role() is distinct from 'service_role' and not exists (
    select from ai_sync.team_members m where m.team_id = of_team and m.user_id = auth.uid() and m.role = 'owner'
  ) then
    raise exception 'only owners of a team reset it' using errcode = '42501';
  end if;
end
$$;

-- Runs of a team that count, of one agent or of all.
create or replace function ai_sync_private.counting_runs(of_team uuid, of_agent text) returns bigint
language sql stable set search_path = '' as $$
  select coalesce(sum(runs), 0)::bigint from ai_sync.reward_ledger
  where team_id = of_team and (of_agent is null or agent = of_agent)
$$;

-- Starts a team again from zero, for one agent or with null for all: what it has of all logs no longer counts. Gives how many runs.
create or replace function ai_sync.reset_team(team uuid, agent text default null) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  before bigint;
begin
  perform ai_sync_private.lock_as_owner(team);
  if reset_team.agent is not null and not exists (
    select from ai_sync.reward_ledger known where known.team_id = team and known.agent = reset_team.agent
  ) then
    raise exception 'the team has no run of %', reset_team.agent using errcode = 'PT404';
  end if;
  before := ai_sync_private.counting_runs(team, reset_team.agent);
  insert into ai_sync.team_resets (team_id, agent, heads, user_id)
  select team, reset_team.agent, coalesce(jsonb_object_agg(log.device, log.seq), '{}'), auth.uid()
  from (select f.device, max(f.seq) as seq from ai_sync.facts f where f.team_id = team group by f.device) log;
  perform ai_sync_private.apply_resets(known.team_id, known.agent)
  from ai_sync.reward_ledger known
  where known.team_id = team and (reset_team.agent is null or known.agent = reset_team.agent);
  return before - ai_sync_private.counting_runs(team, reset_team.agent);
end
$$;

-- Takes the newest reset of a team in force back: of exactly that agent, or with null the newest of any. Gives how many runs count
-- again.
create or replace function ai_sync.undo_team_reset(team uuid, agent text default null) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  newest ai_sync.team_resets;
  before bigint;
begin
  perform ai_sync_private.lock_as_owner(team);
  select * into newest from ai_sync.team_resets t
  where t.team_id = team and t.undone_at is null and (undo_team_reset.agent is null or t.agent = undo_team_reset.agent)
  order by t.created_at desc, t.id desc limit 1;
  if not found then
    raise exception 'no reset of the team is in force' using errcode = 'PT404';
  end if;
  before := ai_sync_private.counting_runs(team, newest.agent);
  update ai_sync.team_resets t set undone_at = now(), undone_by = auth.uid() where t.team_id = team and t.id = newest.id;
  perform ai_sync_private.apply_resets(known.team_id, known.agent)
  from ai_sync.reward_ledger known
  where known.team_id = team and (newest.agent is null or known.agent = newest.agent);
  return ai_sync_private.counting_runs(team, newest.agent) - before;
end
$$;

-- Makes the tables of reviews of a team from its facts again.
create or replace function ai_sync_private.rematerialise_reviews(of_team uuid) returns void
language plpgsql set search_path = '' set jit = off as $$
declare
  part ai_sync.facts[];
begin
  perform pg_advisory_xact_lock(hashtextextended('ai_sync.facts ' || of_team, 0));
  delete from ai_sync.review_runs where team_id = of_team;
  delete from ai_sync.reward_ledger where team_id = of_team;
  delete from ai_sync.review_resets where team_id = of_team;
  delete from ai_sync.review_reset_undos where team_id = of_team;
  for part in
    select array_agg(paged.fact order by (paged.fact).device, (paged.fact).seq)
    from (
      select f as fact, (row_number() over (order by f.device, f.seq) - 1) / 500 as page
      from ai_sync.facts f
      where f.team_id = of_team and f.kind in ('review.recorded', 'review.reset', 'review.reset_undone') and ai_sync_private.is_fact(f)
    ) paged
    group by paged.page
    order by paged.page
  loop
    perform ai_sync_private.materialise(part);
  end loop;
  perform ai_sync_private.settle_device(d.team_id, d.id) from ai_sync.devices d where d.team_id = of_team;
end
$$;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.shown_at(timestamptz, json), ai_sync_private.place_of(timestamptz, timestamptz), ai_sync_private.are_heads(jsonb),
  ai_sync_private.decide(uuid, text, text[], uuid[]), ai_sync_private.apply_resets(uuid, text),
  ai_sync_private.settle_device(uuid, uuid), ai_sync_private.settle_clocks(ai_sync.facts[]),
  ai_sync_private.materialise_reviews(ai_sync.facts[], text[]), ai_sync_private.materialise(ai_sync.facts[]),
  ai_sync_private.lock_as_owner(uuid), ai_sync_private.counting_runs(uuid, text), ai_sync_private.rematerialise_reviews(uuid)
from authenticated;
revoke all on function ai_sync.reset_team(uuid, text), ai_sync.undo_team_reset(uuid, text) from public, anon;
grant execute on function ai_sync.reset_team(uuid, text), ai_sync.undo_team_reset(uuid, text) to authenticated, service_role;

-- Teams whose reviews were folded by other rules.
do $$
declare
  of_team uuid;
begin
  for of_team in
    select team_id from ai_sync.review_runs where team_id is not null and (person is null or settled_at is null)
    union
    select team_id from ai_sync.review_resets where person is null
  loop
    perform ai_sync_private.rematerialise_reviews(of_team);
  end loop;
end
$$;
