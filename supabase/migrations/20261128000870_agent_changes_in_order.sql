-- A change of a row of the agent's stores that comes after all that is known of the row is folded on from the row, so that many changes
-- of one row cost as much as they are. What comes in between still folds the row from its beginning.

-- The last fact in recording order that the row is folded of; null where that is not known.
alter table ai_sync.agent_rows
  add column if not exists folded_at timestamptz,
  add column if not exists folded_device uuid,
  add column if not exists folded_seq bigint;

-- Makes a row from the facts about it, in recording order. The place is that of the first that the row is not folded of.
-- Changes and their facts are found by their keys, whatever the caller's settings are.
create or replace function ai_sync_private.refold_row(
  of_team uuid, of_store text, of_key text, first_at timestamptz, first_device uuid, first_seq bigint
) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan
set enable_nestloop = on set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set jit = off as $$
declare
  known ai_sync_private.agent_stores;
  base ai_sync.agent_rows;
  step record;
  row_now jsonb;
  given jsonb;
begin
  select * into known from ai_sync_private.agent_stores s where s.store = of_store;
  select * into base from ai_sync.agent_rows r
  where r.team_id = of_team and r.store = of_store and r.key = of_key
    and (r.folded_at, r.folded_device, r.folded_seq) < (first_at, first_device, first_seq);
  row_now := base.cells;
  given := jsonb_strip_nulls(jsonb_build_object('project', base.project));
  for step in
    select f.id, f.user_id, f.at, f.device, f.seq, f.project, f.data, k.op
    from ai_sync.agent_changes c
    join ai_sync.facts f on f.team_id = c.team_id and f.device = c.device and f.seq = c.seq
    join ai_sync_private.agent_kinds k on k.kind = f.kind
    where c.team_id = of_team and c.store = of_store and c.key = of_key
      and (c.recorded_at, c.device, c.seq) > (
        coalesce(base.folded_at, '-infinity'), coalesce(base.folded_device, '00000000-0000-0000-0000-000000000000'),
        coalesce(base.folded_seq, 0))
    order by c.recorded_at, c.device, c.seq
  loop
    if step.op = 'add' and row_now is null then
      row_now := ai_sync_private.added_cells(step.data -> 'row', known.defaults);
      base.project := coalesce(step.project, row_now ->> 'project');
      given := jsonb_strip_nulls(jsonb_build_object('project', base.project));
      base.fact_id := step.id;
      base.user_id := step.user_id;
      base.recorded_at := step.at;
      base.device := step.device;
      base.seq := step.seq;
    elsif step.op = 'change' and row_now is not null then
      row_now := ai_sync_private.changed_row(known, row_now || given, step.data) - 'project';
    elsif step.op = 'remove' then
      row_now := null;
    end if;
    base.folded_at := step.at;
    base.folded_device := step.device;
    base.folded_seq := step.seq;
  end loop;
  if row_now is null then
    base.project := null;
    base.fact_id := null;
    base.user_id := null;
    base.recorded_at := null;
    base.device := null;
    base.seq := null;
  end if;
  insert into ai_sync.agent_rows (
    team_id, store, key, cells, fact_id, user_id, project, recorded_at, device, seq, folded_at, folded_device, folded_seq
  )
  values (
    of_team, of_store, of_key, row_now, base.fact_id, base.user_id, base.project, base.recorded_at, base.device, base.seq,
    base.folded_at, base.folded_device, base.folded_seq
  )
  on conflict (team_id, store, key) do update set
    cells = excluded.cells, fact_id = excluded.fact_id, user_id = excluded.user_id, project = excluded.project,
    recorded_at = excluded.recorded_at, device = excluded.device, seq = excluded.seq, folded_at = excluded.folded_at,
    folded_device = excluded.folded_device, folded_seq = excluded.folded_seq;
end
$$;
drop function if exists ai_sync_private.refold_row(uuid, text, text);

-- Facts of a batch about the agent's stores. Most add a row that nothing else is known of; only for others is the order kept.
-- Rows of a batch are joined by hashes, and rows of tables found by their keys, whatever the planner believes their numbers to be.
create or replace function ai_sync_private.materialise_agents(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan
set enable_nestloop = off set enable_mergejoin = off set enable_seqscan = off set jit = off as $$
declare
  touched record;
begin
  for touched in
    with read as materialized (
      select f.team_id, k.store, k.op, f.kind, f.id, f.user_id, f.at, f.device, f.seq, added.cells,
        coalesce(f.project, added.cells ->> 'project') as project,
        case
          when k.op <> 'add' then f.data ->> 'key'
          when known.key_from = 'given' then ai_sync_private.own_key(added.cells, known.key)
          else ai_sync_private.given_key(known.key_from, f.at, f.device, f.seq)
        end as key,
        coalesce(case k.op
          when 'add' then added.cells - known.columns = '{}' and jsonb_path_match(added.cells, known.checks, silent => true)
          when 'change' then jsonb_typeof(f.data -> 'key') = 'string' and ai_sync_private.is_instant(f.data -> 'at')
            and jsonb_typeof(f.data -> 'set') = 'object' and coalesce(jsonb_typeof(f.data -> 'expect'), 'object') = 'object'
            and coalesce(jsonb_typeof(f.data -> 'note'), 'object') = 'object'
          else jsonb_typeof(f.data -> 'key') = 'string' and ai_sync_private.is_instant(f.data -> 'at')
        end, false) as readable
      from unnest(batch) f
      join ai_sync_private.agent_kinds k on k.kind = f.kind
      join ai_sync_private.agent_stores known on known.store = k.store
      left join lateral (select ai_sync_private.added_cells(f.data -> 'row', known.defaults) as cells offset 0) added
        on k.op = 'add' and jsonb_typeof(f.data -> 'row') = 'object'
    ),
    refused as (
      insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
      select team_id, id, device, seq, kind, 'not a row of the store, or not a change of one' from read where not readable
      on conflict do nothing
    ),
    -- Keys that more than one fact of the batch is about.
    shared as materialized (
      select team_id, store, key from read where readable group by team_id, store, key having count(*) > 1
    ),
    added as (
      insert into ai_sync.agent_rows (team_id, store, key, cells, fact_id, user_id, project, recorded_at, device, seq)
      select team_id, store, key, cells, id, user_id, project, at, device, seq
      from read
      where readable and op = 'add' and (team_id, store, key) not in (select team_id, store, key from shared)
      on conflict do nothing
      returning team_id, store, key
    ),
    others as materialized (
      select one.*
      from read one left join added on added.team_id = one.team_id and added.store = one.store and added.key = one.key
      where one.readable and added.key is null
    ),
    kept as (
      insert into ai_sync.agent_changes (team_id, store, key, recorded_at, device, seq)
      select team_id, store, key, at, device, seq from others
      union
      select known.team_id, known.store, known.key, known.recorded_at, known.device, known.seq
      from others one
      cross join lateral (
        select * from ai_sync.agent_rows r where r.team_id = one.team_id and r.store = one.store and r.key = one.key offset 0
      ) known
      where known.cells is not null
      on conflict do nothing
    )
    select distinct on (team_id, store, key) team_id, store, key, at, device, seq
    from others
    order by team_id, store, key, at, device, seq
  loop
    perform ai_sync_private.refold_row(touched.team_id, touched.store, touched.key, touched.at, touched.device, touched.seq);
  end loop;
end
$$;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.refold_row(uuid, text, text, timestamptz, uuid, bigint), ai_sync_private.materialise_agents(ai_sync.facts[])
from authenticated;
