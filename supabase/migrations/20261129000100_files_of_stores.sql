-- What the files of single stores need, which the program writes from the stores' definitions: a list of the files that were applied, and
-- what they all end with.

-- Files after this one, each of which adds its number.
create table if not exists ai_sync_private.applied_files (number text primary key);
alter table ai_sync_private.applied_files enable row level security;
revoke all on ai_sync_private.applied_files from public, anon, authenticated, service_role;
-- Without a policy, members see no row.
grant select on ai_sync_private.applied_files to authenticated, service_role;
insert into ai_sync_private.applied_files (number) values ('20261129000100') on conflict do nothing;

-- The files before this one are each known by something that only it makes.
do $$
begin
  if pg_get_functiondef('ai_sync.migrations'::regproc) not like '%applied_files%' then
    drop function if exists ai_sync_private.earlier_files();
    alter function ai_sync.migrations() set schema ai_sync_private;
    alter function ai_sync_private.migrations() rename to earlier_files;
  end if;
end
$$;

-- The numbers of the files that were applied.
create or replace function ai_sync.migrations() returns text[]
language sql stable security definer set search_path = '' as $$
  select array(
    select unnest(ai_sync_private.earlier_files()) union select number from ai_sync_private.applied_files order by 1
  )
$$;

-- Ends the file of a store: who may read its view, that the file was applied, and the rows of facts that came before the store was known.
create or replace function ai_sync_private.finish_store(file text, of_store text) returns void
language plpgsql set search_path = '' as $$
declare
  of_team uuid;
begin
  execute format('revoke all on ai_sync.%I from public, anon, authenticated, service_role', 'agent_' || of_store);
  execute format('grant select on ai_sync.%I to authenticated, service_role', 'agent_' || of_store);
  insert into ai_sync_private.applied_files (number) values (file) on conflict do nothing;
  for of_team in
    select distinct f.team_id
    from ai_sync.facts f
    join ai_sync_private.agent_kinds k on k.kind = f.kind
    where k.store = of_store
      and not exists (select from ai_sync.agent_rows r where r.team_id = f.team_id and r.store = of_store)
      and not exists (select from ai_sync.fact_errors e where e.team_id = f.team_id and e.fact_id = f.id)
  loop
    perform ai_sync_private.rematerialise(of_team);
  end loop;
  -- The API learns of the view.
  notify pgrst, 'reload schema';
end
$$;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function ai_sync_private.earlier_files(), ai_sync_private.finish_store(text, text) from authenticated, service_role;
revoke all on function ai_sync.migrations() from public, anon;
grant execute on function ai_sync.migrations() to authenticated, service_role;
