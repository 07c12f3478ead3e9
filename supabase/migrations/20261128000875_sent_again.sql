-- What a log holds behind a break, nobody can take from it: its owner sends it again under other ids, in a log of another device. From then
-- on only what was sent again counts, as for the owner and everybody else.

-- The id under which a fact is sent again, as the program computes it.
create or replace function ai_sync_private.id_again(id uuid) returns uuid
language sql immutable
return overlay(overlay(left(encode(sha256(('again ' || id::text)::bytea), 'hex'), 32) placing '8' from 13 for 1) placing 'a' from 17 for 1)::uuid;

-- Whoever adds facts computes it for the index.
grant execute on function ai_sync_private.id_again(uuid) to authenticated, service_role;
create index if not exists facts_again_idx on ai_sync.facts (team_id, ai_sync_private.id_again(id));

-- Whether two devices of a team are one person's.
create or replace function ai_sync_private.are_of_one_person(of_team uuid, device uuid, other uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from ai_sync.devices a join ai_sync.devices b on b.team_id = a.team_id and b.user_id = a.user_id
    where a.team_id = of_team and a.id = are_of_one_person.device and b.id = other and a.id <> b.id
  )
$$;

-- Whether a fact was sent again by whoever recorded it.
create or replace function ai_sync_private.is_sent_again(one ai_sync.facts) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from ai_sync.facts again
    where again.team_id = one.team_id and again.id = ai_sync_private.id_again(one.id)
      and ai_sync_private.are_of_one_person(one.team_id, one.device, again.device)
  )
$$;

-- The facts that a batch sends again. Ids of facts that are sent again have a version of their own.
create or replace function ai_sync_private.sent_again_by(batch ai_sync.facts[]) returns ai_sync.facts[]
language sql stable set search_path = '' set jit = off set enable_hashjoin = off set enable_mergejoin = off
set enable_seqscan = off as $$
  select coalesce(array_agg(f), '{}')
  from unnest(batch) again
  join ai_sync.facts f on f.team_id = again.team_id and ai_sync_private.id_again(f.id) = again.id
  where substr(again.id::text, 15, 1) = '8'
    and ai_sync_private.are_of_one_person(f.team_id, f.device, again.device) and ai_sync_private.is_fact(f)
$$;

-- Removes what the agent's stores have of facts that were sent again.
create or replace function ai_sync_private.forget_changes(sent ai_sync.facts[]) returns void
language plpgsql set search_path = '' set jit = off as $$
declare
  touched record;
begin
  for touched in
    with read as materialized (
      select f.team_id, k.store, f.at, f.device, f.seq,
        case
          when k.op <> 'add' then f.data ->> 'key'
          when known.key_from = 'given' then ai_sync_private.own_key(ai_sync_private.added_cells(f.data -> 'row', known.defaults), known.key)
          else ai_sync_private.given_key(known.key_from, f.at, f.device, f.seq)
        end as key
      from unnest(sent) f
      join ai_sync_private.agent_kinds k on k.kind = f.kind
      join ai_sync_private.agent_stores known on known.store = k.store
    ),
    changes as (
      delete from ai_sync.agent_changes c using read r
      where c.team_id = r.team_id and c.store = r.store and c.key = r.key and c.recorded_at = r.at and c.device = r.device
        and c.seq = r.seq
    ),
    added as (
      delete from ai_sync.agent_rows row using read r
      where row.team_id = r.team_id and row.store = r.store and row.key = r.key and row.device = r.device and row.seq = r.seq
    )
    select distinct team_id, store, key from read where key is not null
  loop
    update ai_sync.agent_rows r set folded_at = null, folded_device = null, folded_seq = null
    where r.team_id = touched.team_id and r.store = touched.store and r.key = touched.key;
    if exists (
      select from ai_sync.agent_changes c where c.team_id = touched.team_id and c.store = touched.store and c.key = touched.key
    ) then
      perform ai_sync_private.refold_row(touched.team_id, touched.store, touched.key, null, null, null);
    else
      delete from ai_sync.agent_rows r
      where r.team_id = touched.team_id and r.store = touched.store and r.key = touched.key and r.cells is null;
    end if;
  end loop;
end
$$;

-- Removes what the tables have of the facts that a batch sends again.
create or replace function ai_sync_private.forget_sent_again(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' set jit = off as $$
declare
  sent ai_sync.facts[] := ai_sync_private.sent_again_by(batch);
  touched record;
begin
  if cardinality(sent) = 0 then
    return;
  end if;
  delete from ai_sync.fact_errors e using unnest(sent) f where e.team_id = f.team_id and e.fact_id = f.id;
  delete from ai_sync.eval_baselines b using unnest(sent) f where b.team_id = f.team_id and b.fact_id = f.id;
  delete from ai_sync.intake_undos u using unnest(sent) f where u.team_id = f.team_id and u.fact_id = f.id;
  delete from ai_sync.intake_redos u using unnest(sent) f where u.team_id = f.team_id and u.fact_id = f.id;

  for touched in
    with runs as (
      delete from ai_sync.review_runs run using unnest(sent) f
      where f.kind = 'review.recorded' and run.id = ai_sync_private.id_of(f.team_id, 'review run', f.id::text)
      returning run.team_id, run.agent
    ),
    resets as (
      delete from ai_sync.review_resets r using unnest(sent) f where r.team_id = f.team_id and r.fact_id = f.id returning r.team_id
    ),
    undos as (
      delete from ai_sync.review_reset_undos u using unnest(sent) f where u.team_id = f.team_id and u.fact_id = f.id returning u.team_id
    )
    select known.team_id, known.agent
    from ai_sync.reward_ledger known
    where (known.team_id, known.agent) in (select team_id, agent from runs)
      or known.team_id in (select team_id from resets union all select team_id from undos)
  loop
    perform ai_sync_private.decide(touched.team_id, touched.agent);
    perform ai_sync_private.refold(touched.team_id, touched.agent, true);
  end loop;

  with gone as (
    delete from ai_sync.eval_runs run using unnest(sent) f
    where f.kind = 'eval.recorded' and run.team_id = f.team_id and run.fact_id = f.id
      and run.id = ai_sync_private.id_of(f.team_id, coalesce(f.project, ''), f.data ->> 'content_sha256')
    returning run.fact_id
  )
  select array_agg(again) as facts into touched
  from gone
  join unnest(sent) f on f.id = gone.fact_id
  join ai_sync.facts again on again.team_id = f.team_id and again.id = ai_sync_private.id_again(f.id);
  if touched.facts is not null then
    perform ai_sync_private.materialise_evals(ai_sync_private.standing(touched.facts));
    perform ai_sync_private.settle_evals(log.team_id, log.device)
    from (select distinct f.team_id, f.device from unnest(touched.facts) f) log;
  end if;

  perform ai_sync_private.forget_changes(sent);
end
$$;

-- The facts of a batch that are neither taken back nor sent again.
create or replace function ai_sync_private.standing(batch ai_sync.facts[]) returns ai_sync.facts[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(f), '{}')
  from unnest(batch) f
  join ai_sync.devices d on d.team_id = f.team_id and d.id = f.device
  where not ai_sync_private.is_taken_back(f.team_id, f.id, coalesce(d.user_id, d.id))
    and not ai_sync_private.is_sent_again(f)
$$;

-- A batch of facts, of any kinds and teams. A batch that fails is halved, until a fact that cannot be stored stands alone and is
-- noted.
create or replace function ai_sync_private.materialise(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' as $$
declare
  size integer := cardinality(batch);
  kinds text[] := array(select distinct f.kind from unnest(batch) f);
begin
  perform ai_sync_private.forget_sent_again(batch);
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
        and not ai_sync_private.is_sent_again(f)
    ) paged
    group by paged.page
    order by paged.page
  loop
    perform ai_sync_private.materialise(part);
  end loop;
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
        and not ai_sync_private.is_sent_again(f)
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
  ai_sync_private.are_of_one_person(uuid, uuid, uuid), ai_sync_private.is_sent_again(ai_sync.facts),
  ai_sync_private.sent_again_by(ai_sync.facts[]), ai_sync_private.forget_changes(ai_sync.facts[]), ai_sync_private.forget_sent_again(ai_sync.facts[]),
  ai_sync_private.standing(ai_sync.facts[]), ai_sync_private.materialise(ai_sync.facts[]), ai_sync_private.rematerialise(uuid),
  ai_sync_private.rematerialise_reviews(uuid)
from authenticated;

-- What was sent again before.
select ai_sync_private.forget_sent_again(array_agg(again))
from ai_sync.facts again
join ai_sync.facts f on f.team_id = again.team_id and ai_sync_private.id_again(f.id) = again.id
where substr(again.id::text, 15, 1) = '8';
