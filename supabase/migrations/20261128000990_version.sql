-- How far the database is, for programs that do not ask which files it has (applied_files).

-- The number of the last file, which is this one.
create or replace function ai_sync.schema_version() returns text
language sql immutable set search_path = '' as $$ select '20261128000990' $$;

revoke all on function ai_sync.schema_version() from public, anon;
grant execute on function ai_sync.schema_version() to authenticated, service_role;

-- The API learns of functions that came with these files; where it listens to changes by itself, this does no harm.
notify pgrst, 'reload schema';
