-- Teams, their members and settings, and who may see them.
--
-- Everything that clients use lives in schema ai_sync (expose it in the API settings); what policies and triggers call lives in
-- ai_sync_private, which must not be exposed. Nothing relies on default privileges: each object grants what it means to grant.
-- Every statement can run again, and none touches a table or row that it did not make.

create schema if not exists ai_sync;
create schema if not exists ai_sync_private;

revoke all on schema ai_sync_private from public, anon;
grant usage on schema ai_sync to authenticated, service_role;
grant usage on schema ai_sync_private to authenticated, service_role;

create table if not exists ai_sync.teams (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,48}[a-z0-9]$'),
  name text not null check (btrim(name) <> ''),
  created_at timestamptz not null default now()
);

create table if not exists ai_sync.team_members (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null default 'member' check (role in ('owner', 'admin', 'member')),
  joined_at timestamptz not null default now(),
  primary key (team_id, user_id)
);
create index if not exists team_members_user_idx on ai_sync.team_members (user_id);

create table if not exists ai_sync.team_settings (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  key text not null check (key ~ '^[a-z][a-z0-9-]{0,62}$'),
  value text not null,
  updated_at timestamptz not null default now(),
  primary key (team_id, key)
);

-- How a member is shown to the others. The address is copied from the account; only the name is the member's to choose.
create table if not exists ai_sync.profiles (
  user_id uuid primary key references auth.users (id) on delete cascade,
  email text not null,
  name text check (btrim(name) <> ''),
  updated_at timestamptz not null default now()
);

-- Membership -----------------------------------------------------------------------------------------------------------------
-- A policy on team_members that reads team_members would call itself (42P17). These functions read it with their owner's rights,
-- and tell a caller about nobody's teams but its own.

create or replace function ai_sync_private.my_teams() returns setof uuid
language sql stable security definer set search_path = '' rows 5 as $$
  select team_id from ai_sync.team_members where user_id = auth.uid()
$$;

create or replace function ai_sync_private.my_managed_teams() returns setof uuid
language sql stable security definer set search_path = '' rows 5 as $$
  select team_id from ai_sync.team_members where user_id = auth.uid() and role in ('owner', 'admin')
$$;

-- Users with whom the caller shares a team, itself included.
create or replace function ai_sync_private.my_fellows() returns setof uuid
language sql stable security definer set search_path = '' rows 20 as $$
  select distinct fellow.user_id
  from ai_sync.team_members me join ai_sync.team_members fellow using (team_id)
  where me.user_id = auth.uid()
  union
  select auth.uid()
$$;

-- Copies a user's address from the account to the profile.
create or replace function ai_sync_private.keep_profile(of_user uuid) returns void
language sql security definer set search_path = '' as $$
  insert into ai_sync.profiles as known (user_id, email)
  select id, email from auth.users where id = of_user and email is not null
  on conflict (user_id) do update set email = excluded.email, updated_at = now() where known.email <> excluded.email
$$;

revoke all on all functions in schema ai_sync_private from public;
grant execute on function
  ai_sync_private.my_teams(), ai_sync_private.my_managed_teams(), ai_sync_private.my_fellows()
to authenticated, service_role;

-- Policies -------------------------------------------------------------------------------------------------------------------

alter table ai_sync.teams enable row level security;
alter table ai_sync.team_members enable row level security;
alter table ai_sync.team_settings enable row level security;
alter table ai_sync.profiles enable row level security;

revoke all on ai_sync.teams, ai_sync.team_members, ai_sync.team_settings, ai_sync.profiles from anon, authenticated;
grant select on ai_sync.teams, ai_sync.team_members, ai_sync.profiles to authenticated;
grant select, insert, update, delete on ai_sync.team_settings to authenticated;
grant update (name) on ai_sync.profiles to authenticated;
grant all on ai_sync.teams, ai_sync.team_members, ai_sync.team_settings, ai_sync.profiles to service_role;

drop policy if exists "members see their teams" on ai_sync.teams;
create policy "members see their teams" on ai_sync.teams
  for select to authenticated using (id in (select ai_sync_private.my_teams()));

drop policy if exists "members see each other" on ai_sync.team_members;
create policy "members see each other" on ai_sync.team_members
  for select to authenticated using (team_id in (select ai_sync_private.my_teams()));

drop policy if exists "owners and admins keep settings" on ai_sync.team_settings;
create policy "owners and admins keep settings" on ai_sync.team_settings
  for all to authenticated
  using (team_id in (select ai_sync_private.my_managed_teams()))
  with check (team_id in (select ai_sync_private.my_managed_teams()));

drop policy if exists "members see the profiles of their teams" on ai_sync.profiles;
create policy "members see the profiles of their teams" on ai_sync.profiles
  for select to authenticated using (user_id in (select ai_sync_private.my_fellows()));

drop policy if exists "everybody names itself" on ai_sync.profiles;
create policy "everybody names itself" on ai_sync.profiles
  for update to authenticated using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- What clients call ----------------------------------------------------------------------------------------------------------

-- What is refused has a code by which the program tells what to do. Codes PTxyz are those that PostgREST answers with status xyz:
-- other codes of PL/pgSQL are status 500 there, as if the server had failed.

-- Creates a team with the caller as its owner. A slug in use is a unique violation (23505).
create or replace function ai_sync.create_team(slug text, name text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  created uuid;
begin
  if auth.uid() is null then
    raise exception 'sign in to create a team' using errcode = '42501';
  end if;
  if create_team.slug is null or create_team.slug !~ '^[a-z0-9][a-z0-9-]{0,48}[a-z0-9]$' then
    raise exception 'a team''s slug has 2 to 50 characters a-z, 0-9 and -, and begins and ends with a letter or digit' using errcode = '22023';
  end if;
  if coalesce(btrim(create_team.name), '') = '' then
    raise exception 'a team needs a name' using errcode = '22023';
  end if;
  insert into ai_sync.teams (slug, name) values (create_team.slug, btrim(create_team.name)) returning id into created;
  insert into ai_sync.team_members (team_id, user_id, role) values (created, auth.uid(), 'owner');
  perform ai_sync_private.keep_profile(auth.uid());
  return created;
end
$$;

-- The caller's role in a team; an error unless it may manage members. The service role may.
create or replace function ai_sync_private.managing_role(of_team uuid) returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  found_role text;
begin
  if auth.role() = 'service_role' then
    return 'owner';
  end if;
  select role into found_role from ai_sync.team_members where team_id = of_team and user_id = auth.uid();
  if found_role is null or found_role = 'member' then
    raise exception 'only owners and admins of a team manage its members' using errcode = '42501';
  end if;
  return found_role;
end
$$;

-- The user with a confirmed address; an error when nobody has it.
create or replace function ai_sync_private.user_of(address text) returns uuid
language plpgsql stable security definer set search_path = '' as $$
declare
  found_user uuid;
begin
  select id into found_user from auth.users
  where lower(email) = lower(btrim(address)) and email_confirmed_at is not null;
  if found_user is null then
    raise exception 'nobody has signed up here as %', btrim(address) using errcode = 'PT404';
  end if;
  return found_user;
end
$$;

-- Adds a user to a team, or gives a member another role. Only owners make owners or change what an owner is.
create or replace function ai_sync.add_member(team uuid, email text, role text default 'member') returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  own_role text := ai_sync_private.managing_role(team);
  added uuid := ai_sync_private.user_of(add_member.email);
  before text;
begin
  if add_member.role is null or add_member.role not in ('owner', 'admin', 'member') then
    raise exception 'a role is owner, admin or member' using errcode = '22023';
  end if;
  -- One change at a time in a team, so that two owners cannot demote each other at once.
  perform from ai_sync.teams t where t.id = team for update;
  select m.role into before from ai_sync.team_members m where m.team_id = team and m.user_id = added;
  if own_role <> 'owner' and (add_member.role = 'owner' or before = 'owner') then
    raise exception 'only owners make or unmake owners' using errcode = '42501';
  end if;
  if before = 'owner' and add_member.role <> 'owner' then
    perform ai_sync_private.keep_an_owner(team, added);
  end if;
  insert into ai_sync.team_members as m (team_id, user_id, role) values (team, added, add_member.role)
  on conflict (team_id, user_id) do update set role = excluded.role;
  perform ai_sync_private.keep_profile(added);
  return added;
end
$$;

-- Takes a user out of a team. Facts that the user recorded stay the team's. Everybody but a last owner may leave.
create or replace function ai_sync.remove_member(team uuid, email text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  removed uuid;
  before text;
begin
  select m.user_id, m.role into removed, before
  from ai_sync.team_members m join auth.users u on u.id = m.user_id
  where m.team_id = team and lower(u.email) = lower(btrim(remove_member.email));
  if removed is distinct from auth.uid() and ai_sync_private.managing_role(team) <> 'owner' and before = 'owner' then
    raise exception 'only owners make or unmake owners' using errcode = '42501';
  end if;
  if removed is null then
    raise exception '% is no member of the team', btrim(remove_member.email) using errcode = 'PT404';
  end if;
  perform from ai_sync.teams t where t.id = team for update;
  if before = 'owner' then
    perform ai_sync_private.keep_an_owner(team, removed);
  end if;
  delete from ai_sync.team_members m where m.team_id = team and m.user_id = removed;
  return removed;
end
$$;

-- An error when a team would have no owner without this one.
create or replace function ai_sync_private.keep_an_owner(of_team uuid, without uuid) returns void
language plpgsql stable security definer set search_path = '' as $$
begin
  if not exists (select from ai_sync.team_members where team_id = of_team and role = 'owner' and user_id <> without) then
    raise exception 'a team needs an owner: make another member owner first' using errcode = 'PT409';
  end if;
end
$$;

-- The members of a team of the caller, owners first.
create or replace function ai_sync.members(team uuid)
returns table (user_id uuid, email text, name text, role text, joined_at timestamptz)
language sql stable security invoker set search_path = '' as $$
  select m.user_id, p.email, p.name, m.role, m.joined_at
  from ai_sync.team_members m left join ai_sync.profiles p on p.user_id = m.user_id
  where m.team_id = members.team
  order by array_position(array['owner', 'admin', 'member'], m.role), p.email, m.user_id
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
  else
    insert into ai_sync.team_settings as s (team_id, key, value) values (team, set_setting.key, set_setting.value)
    on conflict (team_id, key) do update set value = excluded.value, updated_at = now();
  end if;
end
$$;

revoke all on function
  ai_sync.create_team(text, text), ai_sync.add_member(uuid, text, text), ai_sync.remove_member(uuid, text),
  ai_sync.members(uuid), ai_sync.set_setting(uuid, text, text)
from public, anon;
revoke all on function
  ai_sync_private.keep_profile(uuid), ai_sync_private.managing_role(uuid), ai_sync_private.user_of(text),
  ai_sync_private.keep_an_owner(uuid, uuid)
from public, anon, authenticated;
grant execute on function
  ai_sync.create_team(text, text), ai_sync.add_member(uuid, text, text), ai_sync.remove_member(uuid, text),
  ai_sync.members(uuid), ai_sync.set_setting(uuid, text, text)
to authenticated, service_role;
