-- Names that look alike are one: some systems write the same letters composed (NFC), others decomposed. Facts stay as they were sent, since
-- their hashes tell of them; whatever the tables hold of facts is composed, as in the program's own folds.

-- Whether a text has nothing to compose. Plain ASCII, which most facts are, is told by its length.
create or replace function ai_sync_private.is_composed(value text) returns boolean
language sql immutable set search_path = '' as $$
  select octet_length(value) = length(value) or value is nfc normalized
$$;

-- A value with its texts composed. Names of fields are not, and JSON in a text is kept as it was written.
create or replace function ai_sync_private.composed(value jsonb) returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  case jsonb_typeof(value)
    when 'string' then
      return to_jsonb(normalize(value #>> '{}'));
    when 'array' then
      return coalesce((
        select jsonb_agg(ai_sync_private.composed(one) order by place)
        from jsonb_array_elements(value) with ordinality as list (one, place)
      ), '[]');
    when 'object' then
      return coalesce((
        select jsonb_object_agg(name, case
          when jsonb_typeof(one) = 'string'
            and (name like '%\_json' or name in ('files', 'review_passes', 'tool_call_history', 'partial_outputs'))
          then one else ai_sync_private.composed(one)
        end)
        from jsonb_each(value) as field (name, one)
      ), '{}');
    else
      return value;
  end case;
end
$$;

-- A fact as the tables read it.
create or replace function ai_sync_private.composed(one ai_sync.facts) returns ai_sync.facts
language plpgsql immutable set search_path = '' as $$
begin
  if not ai_sync_private.is_composed(one.project) then
    one.project := normalize(one.project);
  end if;
  if not ai_sync_private.is_composed(one.data::text) then
    begin
      one.data := ai_sync_private.composed(one.data);
    exception when statement_too_complex then
      -- Nested too deeply for any name that is read.
      null;
    end;
  end if;
  return one;
end
$$;

-- The facts that a batch sends again. Ids of facts that are sent again have a version of their own.
create or replace function ai_sync_private.sent_again_by(batch ai_sync.facts[]) returns ai_sync.facts[]
language sql stable set search_path = '' set jit = off set enable_hashjoin = off set enable_mergejoin = off
set enable_seqscan = off as $$
  select coalesce(array_agg(ai_sync_private.composed(f)), '{}')
  from unnest(batch) again
  join ai_sync.facts f on f.team_id = again.team_id and ai_sync_private.id_again(f.id) = again.id
  where substr(again.id::text, 15, 1) = '8'
    and ai_sync_private.are_of_one_person(f.team_id, f.device, again.device) and ai_sync_private.is_fact(f)
$$;

-- The facts of a batch that are neither taken back nor sent again.
create or replace function ai_sync_private.standing(batch ai_sync.facts[]) returns ai_sync.facts[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(ai_sync_private.composed(f)), '{}')
  from unnest(batch) f
  join ai_sync.devices d on d.team_id = f.team_id and d.id = f.device
  where not ai_sync_private.is_taken_back(f.team_id, f.id, coalesce(d.user_id, d.id))
    and not ai_sync_private.is_sent_again(f)
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
    select distinct named.team_id, normalize(coalesce(named.project, '')) as project, named.data ->> 'content_sha256' as content_sha256
    from unnest(batch) f
    join ai_sync.intake_undos u on u.team_id = f.team_id
      and (u.fact_id = f.id or f.kind = 'intake.redone' and u.undo::text = lower(f.data ->> 'undo'))
    join ai_sync.facts named on named.team_id = u.team_id and named.id = u.taken_back and named.kind = 'eval.recorded'
    where f.kind in ('intake.undone', 'intake.redone')
  ),
  gone as (
    delete from ai_sync.eval_runs run using contents c
    where run.team_id = c.team_id and run.repo_slug = c.project and run.content_sha256 = c.content_sha256
  )
  select array_agg(f) into again
  from ai_sync.facts f
  join contents c on c.team_id = f.team_id and c.project = normalize(coalesce(f.project, ''))
    and c.content_sha256 = f.data ->> 'content_sha256'
  where f.kind = 'eval.recorded' and ai_sync_private.is_fact(f);
  if again is not null then
    perform ai_sync_private.materialise_evals(ai_sync_private.standing(again));
  end if;
end
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
      named.team_id, normalize(coalesce(named.project, '')), named.data ->> 'content_sha256')
    where f.kind in ('intake.undone', 'intake.redone')
  loop
    perform ai_sync_private.settle_evals(touched.team_id, touched.device);
  end loop;
end
$$;

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
    select f.id, f.user_id, f.at, f.device, f.seq, said.project, said.data, k.op
    from ai_sync.agent_changes c
    join ai_sync.facts f on f.team_id = c.team_id and f.device = c.device and f.seq = c.seq
    join ai_sync_private.agent_kinds k on k.kind = f.kind
    cross join lateral ai_sync_private.composed(f) said
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

-- A batch of facts, of any kinds and teams. A batch that fails is halved, until a fact that cannot be stored stands alone and is
-- noted.
create or replace function ai_sync_private.materialise(batch ai_sync.facts[]) returns void
language plpgsql set search_path = '' as $$
declare
  size integer := cardinality(batch);
  kinds text[] := array(select distinct f.kind from unnest(batch) f);
begin
  batch := array(select ai_sync_private.composed(f) from unnest(batch) f);
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

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.is_composed(text), ai_sync_private.composed(jsonb), ai_sync_private.composed(ai_sync.facts),
  ai_sync_private.sent_again_by(ai_sync.facts[]), ai_sync_private.standing(ai_sync.facts[]),
  ai_sync_private.materialise_intake(ai_sync.facts[]), ai_sync_private.settle_renewed_evals(ai_sync.facts[]),
  ai_sync_private.refold_row(uuid, text, text, timestamptz, uuid, bigint), ai_sync_private.materialise(ai_sync.facts[])
from authenticated;

-- Teams that have such names already.
update ai_sync.team_resets set agent = normalize(agent) where not ai_sync_private.is_composed(agent);
do $$
declare
  of_team uuid;
begin
  for of_team in
    select team_id from ai_sync.review_runs
    where team_id is not null and not ai_sync_private.is_composed(concat_ws(' ', agent, project, session_id, findings_json))
    union
    select team_id from ai_sync.review_resets where not ai_sync_private.is_composed(agent)
    union
    select team_id from ai_sync.eval_runs
    where team_id is not null and not ai_sync_private.is_composed(concat_ws(' ', repo_slug, tier, branch, version, label, tests))
    union
    select team_id from ai_sync.agent_rows where not ai_sync_private.is_composed(concat_ws(' ', key, project, cells))
  loop
    perform ai_sync_private.rematerialise(of_team);
  end loop;
end
$$;
insert into ai_sync_private.applied_files (number) values ('20261129000900') on conflict do nothing;
