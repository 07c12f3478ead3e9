-- What the table of facts takes: rows that a fact can have been, and logs without gaps. What the data of a fact says is still
-- never a reason to refuse it (fact_errors).
--
-- The checks are not validated: rows that were there before stay, and the typed tables leave them out.

-- Lengths are in characters. A time has four digits for its year, as the program writes it.
do $$
declare
  rule record;
begin
  for rule in
    select * from (values
      ('facts', 'facts_time', $check$at >= '1970-01-01 00:00:00+00' and at < '10000-01-01 00:00:00+00'$check$),
      ('facts', 'facts_data_object', $check$jsonb_typeof(data) = 'object'$check$),
      ('facts', 'facts_extra_object', $check$extra is null or json_typeof(extra) = 'object'$check$),
      ('facts', 'facts_kind_length', $check$length(kind) <= 100$check$),
      ('facts', 'facts_project_length', $check$length(project) <= 1000$check$),
      ('facts', 'facts_hash_form', $check$hash ~ '^[0-9a-f]{64}$'$check$),
      ('facts', 'facts_prev_form', $check$prev is null or prev ~ '^[0-9a-f]{64}$'$check$),
      -- What every member reads of every other is short.
      ('devices', 'devices_name_length', $check$length(name) <= 200$check$),
      ('profiles', 'profiles_name_length', $check$length(name) <= 200$check$),
      ('sync_heartbeats', 'sync_heartbeats_lengths', $check$length(hostname) <= 1000 and coalesce(length(repo_slug), 0) <= 1000$check$)
    ) as rules (of_table, name, condition)
  loop
    execute format('alter table ai_sync.%I drop constraint if exists %I', rule.of_table, rule.name);
    execute format('alter table ai_sync.%I add constraint %I check (%s) not valid', rule.of_table, rule.name, rule.condition);
  end loop;
end
$$;

-- Makes a device the caller's in a team, or tells its name and that it was seen. A device of another user is refused.
create or replace function ai_sync.register_device(team uuid, device uuid, name text default '') returns void
language plpgsql security definer set search_path = '' as $$
begin
  if auth.role() is distinct from 'service_role' and not team = any (select ai_sync_private.my_teams()) then
    raise exception 'only members of a team register devices in it' using errcode = '42501';
  end if;
  insert into ai_sync.devices as known (team_id, id, user_id, name)
  values (team, register_device.device, auth.uid(), left(coalesce(register_device.name, ''), 200))
  on conflict (team_id, id) do update set name = excluded.name, last_seen = now()
    where known.user_id is not distinct from excluded.user_id;
  if not found then
    raise exception 'this device belongs to another member of the team' using errcode = '42501';
  end if;
  perform ai_sync_private.keep_profile(auth.uid());
end
$$;

-- Refuses a batch that leaves a gap in a device's log, and makes the typed rows of any other.
create or replace function ai_sync_private.materialise_added() returns trigger
language plpgsql security definer set search_path = '' set jit = off as $$
declare
  gap record;
begin
  -- One batch of a team at a time, so that each folds on from what the one before it left. Teams in one order: no deadlock.
  perform pg_advisory_xact_lock(hashtextextended('ai_sync.facts ' || team_id, 0))
  from (select distinct team_id from added order by team_id) teams;
  -- Rows that were there already are not among those added: what is sent again passes.
  select log.* into gap
  from (
    select team_id, device, min(seq) as lowest, max(seq) as highest, count(*) as facts from added group by team_id, device
  ) log
  where log.highest - log.lowest + 1 <> log.facts
    or log.lowest > 1 and not exists (
      select from ai_sync.facts f where f.team_id = log.team_id and f.device = log.device and f.seq = log.lowest - 1
    )
  limit 1;
  if found then
    raise exception 'fact % of device % does not continue the log that the team has', gap.lowest, gap.device
      using errcode = '23514', hint = 'Facts of a device are added in the order of seq, without gaps.';
  end if;
  perform ai_sync_private.materialise(array(select a::ai_sync.facts from added a));
  return null;
end
$$;

-- Makes the typed tables of a team from its facts again. For the owner of the database, after an update that reads more kinds.
create or replace function ai_sync_private.rematerialise(of_team uuid) returns void
language plpgsql set search_path = '' set jit = off as $$
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
  -- Rows from before the table refused them.
  insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
  select f.team_id, f.id, f.device, f.seq, left(f.kind, 100), 'no fact: its time or its data cannot be one''s'
  from ai_sync.facts f
  where f.team_id = of_team and not ai_sync_private.is_fact(f);
  for part in
    select array_agg(paged.fact order by (paged.fact).device, (paged.fact).seq)
    from (
      select f as fact, (row_number() over (order by f.device, f.seq) - 1) / 500 as page
      from ai_sync.facts f
      where f.team_id = of_team and ai_sync_private.is_fact(f)
    ) paged
    group by paged.page
    order by paged.page
  loop
    perform ai_sync_private.materialise(part);
  end loop;
end
$$;

-- Whether a row of the table can have been a fact, as far as tables and folds need it.
create or replace function ai_sync_private.is_fact(one ai_sync.facts) returns boolean
language sql immutable set search_path = '' as $$
  select one.at >= '1970-01-01 00:00:00+00'::timestamptz and one.at < '10000-01-01 00:00:00+00'::timestamptz
    and jsonb_typeof(one.data) = 'object'
$$;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.materialise_added(), ai_sync_private.rematerialise(uuid), ai_sync_private.is_fact(ai_sync.facts)
from authenticated;
revoke all on function ai_sync.register_device(uuid, uuid, text) from public, anon;
grant execute on function ai_sync.register_device(uuid, uuid, text) to authenticated, service_role;

-- Teams with rows that are no facts: what the typed tables made of them goes.
do $$
declare
  of_team uuid;
begin
  for of_team in
    select distinct f.team_id
    from ai_sync.facts f
    where not ai_sync_private.is_fact(f)
      and not exists (select from ai_sync.fact_errors e where e.team_id = f.team_id and e.fact_id = f.id and e.reason like 'no fact: %')
  loop
    perform ai_sync_private.rematerialise(of_team);
  end loop;
end
$$;
