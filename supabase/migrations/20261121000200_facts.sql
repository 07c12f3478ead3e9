-- Devices, the facts that they recorded, and signs of life.

create table if not exists ai_sync.devices (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  id uuid not null,
  -- Null when a service key registered it. No foreign key: what a device recorded outlives its owner's account.
  user_id uuid,
  name text not null default '',
  first_seen timestamptz not null default now(),
  last_seen timestamptz not null default now(),
  primary key (team_id, id)
);

-- One row a fact, as the device's log has it. Nobody changes or deletes one.
create table if not exists ai_sync.facts (
  team_id uuid not null,
  device uuid not null,
  seq bigint not null check (seq >= 1),
  id uuid not null,
  at timestamptz not null,
  project text,
  kind text not null check (kind <> ''),
  data jsonb not null,
  -- Fields of the fact as they are where a column cannot hold them so: those without a column, and data with a NUL character, which
  -- jsonb refuses (the column then has it with U+FFFD instead). The hash covers them.
  extra json,
  prev text,
  hash text not null check (length(hash) = 64),
  user_id uuid default auth.uid(),
  received_at timestamptz not null default now(),
  primary key (team_id, device, seq),
  unique (team_id, id),
  foreign key (team_id, device) references ai_sync.devices (team_id, id) on delete cascade
);

create table if not exists ai_sync.sync_heartbeats (
  id uuid primary key default gen_random_uuid(),
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  user_id uuid default auth.uid(),
  device uuid,
  hostname text not null default '',
  repo_slug text,
  "timestamp" timestamptz not null default now()
);
create index if not exists sync_heartbeats_team_idx on ai_sync.sync_heartbeats (team_id, "timestamp" desc);

-- Devices of the caller in teams whose member it still is.
create or replace function ai_sync_private.my_devices() returns table (team_id uuid, device uuid)
language sql stable security definer set search_path = '' rows 10 as $$
  select d.team_id, d.id
  from ai_sync.devices d join ai_sync.team_members m on m.team_id = d.team_id and m.user_id = d.user_id
  where d.user_id = auth.uid()
$$;
revoke all on function ai_sync_private.my_devices() from public, anon;
grant execute on function ai_sync_private.my_devices() to authenticated, service_role;

alter table ai_sync.devices enable row level security;
alter table ai_sync.facts enable row level security;
alter table ai_sync.sync_heartbeats enable row level security;

revoke all on ai_sync.devices, ai_sync.facts, ai_sync.sync_heartbeats from anon, authenticated, service_role;
grant select on ai_sync.devices, ai_sync.facts, ai_sync.sync_heartbeats to authenticated, service_role;
-- Who sent a fact and when it came is the server's to say.
grant insert (team_id, device, seq, id, at, project, kind, data, extra, prev, hash) on ai_sync.facts to authenticated, service_role;
grant insert (team_id, device, hostname, repo_slug) on ai_sync.sync_heartbeats to authenticated, service_role;
grant delete on ai_sync.sync_heartbeats to service_role;

drop policy if exists "members see devices" on ai_sync.devices;
create policy "members see devices" on ai_sync.devices
  for select to authenticated using (team_id in (select ai_sync_private.my_teams()));

drop policy if exists "members see facts" on ai_sync.facts;
create policy "members see facts" on ai_sync.facts
  for select to authenticated using (team_id in (select ai_sync_private.my_teams()));

drop policy if exists "members add facts of their own devices" on ai_sync.facts;
create policy "members add facts of their own devices" on ai_sync.facts
  for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and (team_id, device) in (select mine.team_id, mine.device from ai_sync_private.my_devices() mine)
  );

drop policy if exists "members see heartbeats" on ai_sync.sync_heartbeats;
create policy "members see heartbeats" on ai_sync.sync_heartbeats
  for select to authenticated using (team_id in (select ai_sync_private.my_teams()));

drop policy if exists "members send their own heartbeats" on ai_sync.sync_heartbeats;
create policy "members send their own heartbeats" on ai_sync.sync_heartbeats
  for insert to authenticated
  with check (user_id = (select auth.uid()) and team_id in (select ai_sync_private.my_teams()));

-- Makes a device the caller's in a team, or tells its name and that it was seen. A device of another user is refused.
create or replace function ai_sync.register_device(team uuid, device uuid, name text default '') returns void
language plpgsql security definer set search_path = '' as $$
begin
  if auth.role() is distinct from 'service_role' and not team = any (select ai_sync_private.my_teams()) then
    raise exception 'only members of a team register devices in it' using errcode = '42501';
  end if;
  insert into ai_sync.devices as known (team_id, id, user_id, name)
  values (team, register_device.device, auth.uid(), coalesce(register_device.name, ''))
  on conflict (team_id, id) do update set name = excluded.name, last_seen = now()
    where known.user_id is not distinct from excluded.user_id;
  if not found then
    raise exception 'this device belongs to another member of the team' using errcode = '42501';
  end if;
  perform ai_sync_private.keep_profile(auth.uid());
end
$$;

-- Of each device of a team: the last fact that the server has (seq 0 and no hash before the first).
create or replace function ai_sync.heads(team uuid)
returns table (device uuid, user_id uuid, name text, seq bigint, hash text, first_seen timestamptz, last_seen timestamptz)
language sql stable security invoker set search_path = '' as $$
  select d.id, d.user_id, d.name, coalesce(head.seq, 0), head.hash, d.first_seen, d.last_seen
  from ai_sync.devices d
  left join lateral (
    select f.seq, f.hash from ai_sync.facts f where f.team_id = d.team_id and f.device = d.id order by f.seq desc limit 1
  ) head on true
  where d.team_id = heads.team
  order by d.first_seen, d.id
$$;

revoke all on function ai_sync.register_device(uuid, uuid, text), ai_sync.heads(uuid) from public, anon;
grant execute on function ai_sync.register_device(uuid, uuid, text), ai_sync.heads(uuid) to authenticated, service_role;
