-- Settings hold what their key is for, and a heartbeat names no device but one of whoever sends it.

do $$
declare
  -- Of other keys, any text: a later version may have more.
  condition constant text := $check$
    length(value) <= 2000 and case key
      when 'slack-webhook' then value ~ '^https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?(/[^\s]*)?$'
      when 'digest-enabled' then value in ('true', 'false')
      else true
    end
  $check$;
begin
  alter table ai_sync.team_settings drop constraint if exists team_settings_value;
  execute format('alter table ai_sync.team_settings add constraint team_settings_value check (%s) not valid', condition);
end
$$;

-- Sets a setting of a team, or with null removes it.
create or replace function ai_sync.set_setting(team uuid, key text, value text) returns void
language plpgsql security invoker set search_path = '' as $$
#variable_conflict use_column
begin
  if auth.role() is distinct from 'service_role' and not team = any (select ai_sync_private.my_managed_teams()) then
    raise exception 'only owners and admins of a team keep its settings' using errcode = '42501';
  end if;
  if set_setting.key is null or set_setting.key !~ '^[a-z][a-z0-9-]{0,62}$' then
    raise exception 'a setting''s name has 1 to 63 characters a-z, 0-9 and -, and begins with a letter' using errcode = '22023';
  end if;
  if set_setting.value is null then
    delete from ai_sync.team_settings s where s.team_id = team and s.key = set_setting.key;
    return;
  end if;
  begin
    insert into ai_sync.team_settings as s (team_id, key, value) values (team, set_setting.key, set_setting.value)
    on conflict (team_id, key) do update set value = excluded.value, updated_at = now();
  exception when check_violation then
    raise exception '% takes %', set_setting.key, case set_setting.key
      when 'slack-webhook' then 'an https address' when 'digest-enabled' then 'true or false' else 'at most 2000 characters' end
      using errcode = '22023';
  end;
end
$$;
revoke all on function ai_sync.set_setting(uuid, text, text) from public, anon;
grant execute on function ai_sync.set_setting(uuid, text, text) to authenticated, service_role;

-- Null: of a machine that has recorded nothing.
drop policy if exists "members send their own heartbeats" on ai_sync.sync_heartbeats;
create policy "members send their own heartbeats" on ai_sync.sync_heartbeats
  for insert to authenticated
  with check (
    user_id = (select auth.uid()) and team_id in (select ai_sync_private.my_teams())
    and (device is null or (team_id, device) in (select mine.team_id, mine.device from ai_sync_private.my_devices() mine))
  );
