-- What was recorded automatically can be taken back: facts that an undo of the same person names count as if they had not been
-- recorded, until that undo is taken back. The rules are those of the program's own folds.

create table if not exists ai_sync.intake_undos (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  -- The fact that is taken back; it may not have arrived.
  taken_back uuid not null,
  undo uuid not null,
  person uuid not null,
  fact_id uuid not null,
  primary key (team_id, taken_back, fact_id)
);
create index if not exists intake_undos_undo_idx on ai_sync.intake_undos (team_id, undo);

create table if not exists ai_sync.intake_redos (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  undo uuid not null,
  person uuid not null,
  fact_id uuid not null,
  primary key (team_id, undo, fact_id)
);

do $$
declare
  typed text;
begin
  foreach typed in array array['intake_undos', 'intake_redos'] loop
    execute format('alter table ai_sync.%I enable row level security', typed);
    execute format('revoke all on ai_sync.%I from public, anon, authenticated, service_role', typed);
    execute format('grant select on ai_sync.%I to authenticated, service_role', typed);
    execute format('drop policy if exists "members read" on ai_sync.%I', typed);
    execute format(
      'create policy "members read" on ai_sync.%I for select to authenticated using (team_id in (select ai_sync_private.my_teams()))',
      typed
    );
  end loop;
end
$$;

-- Whether a fact of a person is taken back.
create or replace function ai_sync_private.is_taken_back(of_team uuid, fact uuid, of_person uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from ai_sync.intake_undos u
    where u.team_id = of_team and u.taken_back = fact and u.person = of_person
      and not exists (
        select from ai_sync.intake_redos r where r.team_id = u.team_id and r.undo = u.undo and r.person = u.person
      )
  )
$$;

-- Whether a JSON value lists ids of facts, as many as one fact may name.
create or replace function ai_sync_private.are_fact_ids(value jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select case when jsonb_typeof(value) = 'array' then
    jsonb_array_length(value) between 1 and 1000
    and not exists (select from jsonb_array_elements(value) one where not coalesce(ai_sync_private.is_uuid(one), false))
  else false end
$$;

-- Decides anew among the recordings of an agent's runs, or of those with some ids: each person's is the one recorded first, of those
-- that are not taken back; of those that no reset hides the one recorded first counts. Gives whether that changed anything but rows that are not folded yet.
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
  taken_back as materialized (
    select u.taken_back, u.person
    from ai_sync.intake_undos u
    where u.team_id = of_team and not exists (
      select from ai_sync.intake_redos r where r.team_id = u.team_id and r.undo = u.undo and r.person = u.person
    )
  ),
  recordings as materialized (
    select run.id, run.hidden, run.project, run.session_id, run.settled_at, run.device, run.seq, taken.back,
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
        partition by run.project, run.session_id, run.person, taken.back order by run.settled_at, run.device, run.seq
      ) as nth_of_person
    from ai_sync.review_runs run
    cross join lateral (
      select coalesce((run.fact_id, run.person) in (select t.taken_back, t.person from taken_back t), false) as back
    ) taken
    where run.team_id = of_team and run.agent = of_agent and (run_ids is null or run.session_id = any(run_ids))
  ),
  candidates as (
    select id, row_number() over (partition by project, session_id order by settled_at, device, seq) as nth
    from recordings
    where nth_of_person = 1 and not back and not reset
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

-- The facts of a batch that are not taken back.
create or replace function ai_sync_private.standing(batch ai_sync.facts[]) returns ai_sync.facts[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(f), '{}')
  from unnest(batch) f
  join ai_sync.devices d on d.team_id = f.team_id and d.id = f.device
  where not ai_sync_private.is_taken_back(f.team_id, f.id, coalesce(d.user_id, d.id))
$$;

-- Hides the reviews of a batch whose undo came before them.
create or replace function ai_sync_private.settle_taken_back(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' as $$
declare
  touched record;
begin
  for touched in
    select distinct run.team_id, run.agent
    from unnest(batch) f
    join ai_sync.intake_undos u on u.team_id = f.team_id and u.taken_back = f.id
    join ai_sync.review_runs run on run.id = ai_sync_private.id_of(f.team_id, 'review run', f.id::text)
    where f.kind = 'review.recorded'
  loop
    perform ai_sync_private.apply_resets(touched.team_id, touched.agent);
  end loop;
end
$$;

-- Undos and redos of a batch, and what counts after them.
create or replace function ai_sync_private.materialise_intake(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' set jit = off as $$
declare
  touched record;
  again ai_sync.facts[];
begin
  insert into ai_sync.intake_undos (team_id, taken_back, undo, person, fact_id)
  select distinct f.team_id, named.id::uuid, (f.data ->> 'undo')::uuid, coalesce(d.user_id, d.id), f.id
  from unnest(batch) f
  join ai_sync.devices d on d.team_id = f.team_id and d.id = f.device
  cross join lateral jsonb_array_elements_text(
    case when ai_sync_private.are_fact_ids(f.data -> 'ids') then f.data -> 'ids' else '[]' end
  ) named (id)
  where f.kind = 'intake.undone' and ai_sync_private.is_uuid(f.data -> 'undo')
  on conflict do nothing;

  insert into ai_sync.intake_redos (team_id, undo, person, fact_id)
  select f.team_id, (f.data ->> 'undo')::uuid, coalesce(d.user_id, d.id), f.id
  from unnest(batch) f
  join ai_sync.devices d on d.team_id = f.team_id and d.id = f.device
  where f.kind = 'intake.redone' and ai_sync_private.is_uuid(f.data -> 'undo')
  on conflict do nothing;

  insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
  select f.team_id, f.id, f.device, f.seq, f.kind, 'not the form of an undo of automatic recordings'
  from unnest(batch) f
  where f.kind in ('intake.undone', 'intake.redone')
    and not exists (select from ai_sync.intake_undos u where u.team_id = f.team_id and u.fact_id = f.id)
    and not exists (select from ai_sync.intake_redos r where r.team_id = f.team_id and r.fact_id = f.id)
  on conflict do nothing;

  for touched in
    select distinct known.team_id, known.agent
    from unnest(batch) f
    join ai_sync.intake_undos u on u.team_id = f.team_id
      and (u.fact_id = f.id or f.kind = 'intake.redone' and u.undo::text = lower(f.data ->> 'undo'))
    join ai_sync.review_runs known on known.id = ai_sync_private.id_of(u.team_id, 'review run', u.taken_back::text)
    where f.kind in ('intake.undone', 'intake.redone')
  loop
    perform ai_sync_private.apply_resets(touched.team_id, touched.agent);
  end loop;

  -- Of the eval runs with the content of one that is named, it is decided anew which one has the row.
  with contents as materialized (
    select distinct named.team_id, named.project, named.data ->> 'content_sha256' as content_sha256
    from unnest(batch) f
    join ai_sync.intake_undos u on u.team_id = f.team_id
      and (u.fact_id = f.id or f.kind = 'intake.redone' and u.undo::text = lower(f.data ->> 'undo'))
    join ai_sync.facts named on named.team_id = u.team_id and named.id = u.taken_back and named.kind = 'eval.recorded'
    where f.kind in ('intake.undone', 'intake.redone')
  ),
  gone as (
    delete from ai_sync.eval_runs run using contents c
    where run.team_id = c.team_id and run.repo_slug = coalesce(c.project, '') and run.content_sha256 = c.content_sha256
  )
  select array_agg(f) into again
  from ai_sync.facts f
  join contents c on c.team_id = f.team_id and coalesce(c.project, '') = coalesce(f.project, '')
    and c.content_sha256 = f.data ->> 'content_sha256'
  where f.kind = 'eval.recorded' and ai_sync_private.is_fact(f);
  if again is not null then
    perform ai_sync_private.materialise_evals(ai_sync_private.standing(again));
  end if;
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
  perform ai_sync_private.settle_clocks(batch);
  if kinds @> array['eval.recorded'] then
    perform ai_sync_private.materialise_evals(ai_sync_private.standing(batch));
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

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.is_taken_back(uuid, uuid, uuid), ai_sync_private.are_fact_ids(jsonb), ai_sync_private.standing(ai_sync.facts[]),
  ai_sync_private.settle_taken_back(ai_sync.facts[]), ai_sync_private.materialise_intake(ai_sync.facts[]),
  ai_sync_private.decide(uuid, text, text[], uuid[]), ai_sync_private.materialise(ai_sync.facts[])
from authenticated;

-- Teams that have such facts already.
do $$
declare
  of_team uuid;
begin
  for of_team in
    select distinct f.team_id from ai_sync.facts f where f.kind in ('intake.undone', 'intake.redone')
  loop
    perform ai_sync_private.materialise_intake(array(
      select f from ai_sync.facts f
      where f.team_id = of_team and f.kind in ('intake.undone', 'intake.redone') and ai_sync_private.is_fact(f)
    ));
  end loop;
end
$$;
