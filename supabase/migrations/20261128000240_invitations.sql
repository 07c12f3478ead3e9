-- Whoever is to be in a team is invited and accepts: nobody is put into a team, and nobody learns who has an account here. What an
-- inviter is told is the same for every address.
--
-- Roles are read under the lock of the team: what another change has just made of them counts.

create table if not exists ai_sync.team_invitations (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  email text not null check (email = lower(btrim(email)) and length(email) <= 320 and email ~ '^[^@\s]+@[^@\s]+$'),
  role text not null check (role in ('owner', 'admin', 'member')),
  -- Null when a service key invited.
  invited_by uuid,
  invited_at timestamptz not null default now(),
  primary key (team_id, email)
);
create index if not exists team_invitations_email_idx on ai_sync.team_invitations (email);

alter table ai_sync.team_invitations enable row level security;
revoke all on ai_sync.team_invitations from public, anon, authenticated, service_role;
grant select on ai_sync.team_invitations to authenticated, service_role;
drop policy if exists "owners and admins see invitations" on ai_sync.team_invitations;
create policy "owners and admins see invitations" on ai_sync.team_invitations
  for select to authenticated using (team_id in (select ai_sync_private.my_managed_teams()));

-- The caller's role in a team, which nobody changes before the end of the transaction; an error unless it may manage members. The
-- service role may.
create or replace function ai_sync_private.managing_role(of_team uuid) returns text
language plpgsql security definer set search_path = '' as $$
declare
  found_role text;
begin
  perform from ai_sync.teams t where t.id = of_team for update;
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

-- Invites an address to a team, or gives a member another role. Only owners make owners or change what an owner is. Gives the id of
-- a member whose role was set; null for an invitation, whether or not the address has an account.
create or replace function ai_sync.add_member(team uuid, email text, role text default 'member') returns uuid
language plpgsql security definer set search_path = '' as $$
#variable_conflict use_column
declare
  address text := lower(btrim(add_member.email));
  own_role text;
  known uuid;
  before text;
begin
  own_role := ai_sync_private.managing_role(team);
  if add_member.role is null or add_member.role not in ('owner', 'admin', 'member') then
    raise exception 'a role is owner, admin or member' using errcode = '22023';
  end if;
  if address is null or length(address) > 320 or address !~ '^[^@\s]+@[^@\s]+$' then
    raise exception 'an invitation needs a mail address' using errcode = '22023';
  end if;
  select m.user_id, m.role into known, before
  from ai_sync.team_members m join auth.users u on u.id = m.user_id
  where m.team_id = team and lower(u.email) = address;
  if known is null then
    select i.role into before from ai_sync.team_invitations i where i.team_id = team and i.email = address;
  end if;
  if own_role <> 'owner' and (add_member.role = 'owner' or before = 'owner') then
    raise exception 'only owners make or unmake owners' using errcode = '42501';
  end if;
  if known is null then
    insert into ai_sync.team_invitations as i (team_id, email, role, invited_by)
    values (team, address, add_member.role, auth.uid())
    on conflict (team_id, email) do update set role = excluded.role, invited_by = excluded.invited_by, invited_at = now();
    return null;
  end if;
  if before = 'owner' and add_member.role <> 'owner' then
    perform ai_sync_private.keep_an_owner(team, known);
  end if;
  update ai_sync.team_members m set role = add_member.role where m.team_id = team and m.user_id = known;
  perform ai_sync_private.withdraw_invitations(team, known);
  return known;
end
$$;

-- Takes back what a user has invited to beyond its own role.
create or replace function ai_sync_private.withdraw_invitations(of_team uuid, by_user uuid) returns void
language sql security definer set search_path = '' as $$
  delete from ai_sync.team_invitations i
  where i.team_id = of_team and i.invited_by = by_user and not exists (
    select from ai_sync.team_members m
    where m.team_id = of_team and m.user_id = by_user and (m.role = 'owner' or m.role = 'admin' and i.role <> 'owner')
  )
$$;

-- Takes a user out of a team, or takes an invitation back. Facts that the user recorded stay the team's. Everybody but a last owner
-- may leave.
create or replace function ai_sync.remove_member(team uuid, email text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  address text := lower(btrim(remove_member.email));
  removed uuid;
  before text;
begin
  perform from ai_sync.teams t where t.id = team for update;
  select m.user_id, m.role into removed, before
  from ai_sync.team_members m join auth.users u on u.id = m.user_id
  where m.team_id = team and lower(u.email) = address;
  if removed is null then
    select i.role into before from ai_sync.team_invitations i where i.team_id = team and i.email = address;
  end if;
  if removed is null or removed is distinct from auth.uid() then
    if ai_sync_private.managing_role(team) <> 'owner' and before = 'owner' then
      raise exception 'only owners make or unmake owners' using errcode = '42501';
    end if;
  end if;
  if removed is null then
    delete from ai_sync.team_invitations i where i.team_id = team and i.email = address;
    if not found then
      raise exception '% is no member of the team and not invited', btrim(remove_member.email) using errcode = 'PT404';
    end if;
    return null;
  end if;
  if before = 'owner' then
    perform ai_sync_private.keep_an_owner(team, removed);
  end if;
  delete from ai_sync.team_members m where m.team_id = team and m.user_id = removed;
  perform ai_sync_private.withdraw_invitations(team, removed);
  return removed;
end
$$;

-- The invitations to the caller's own address, once it is confirmed.
create or replace function ai_sync.invitations()
returns table (team uuid, slug text, name text, role text, invited_by text, invited_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select t.id, t.slug, t.name, i.role, p.email, i.invited_at
  from auth.users u
  join ai_sync.team_invitations i on i.email = lower(u.email)
  join ai_sync.teams t on t.id = i.team_id
  left join ai_sync.profiles p on p.user_id = i.invited_by
  where u.id = auth.uid() and u.email_confirmed_at is not null
  order by i.invited_at desc, t.slug
$$;

-- Takes the caller's invitation to a team out of the table. @returns null when there is none
create or replace function ai_sync_private.take_invitation(to_team text) returns ai_sync.team_invitations
language plpgsql security definer set search_path = '' as $$
declare
  taken ai_sync.team_invitations;
begin
  if auth.uid() is null then
    raise exception 'sign in to answer an invitation' using errcode = '42501';
  end if;
  perform from ai_sync.teams t where t.slug = to_team for update;
  delete from ai_sync.team_invitations i
  using ai_sync.teams t, auth.users u
  where t.slug = to_team and i.team_id = t.id
    and u.id = auth.uid() and u.email_confirmed_at is not null and i.email = lower(u.email)
  returning i.* into taken;
  -- The same for a team that there is and one that there is not.
  if taken.team_id is null then
    raise exception 'there is no invitation to % for this account', to_team using errcode = 'PT404';
  end if;
  return taken;
end
$$;

-- Joins a team that the caller is invited to. Gives the team's id.
create or replace function ai_sync.accept_invitation(slug text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  taken ai_sync.team_invitations := ai_sync_private.take_invitation(accept_invitation.slug);
begin
  insert into ai_sync.team_members (team_id, user_id, role) values (taken.team_id, auth.uid(), taken.role)
  on conflict (team_id, user_id) do nothing;
  perform ai_sync_private.keep_profile(auth.uid());
  return taken.team_id;
end
$$;

create or replace function ai_sync.decline_invitation(slug text) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform ai_sync_private.take_invitation(decline_invitation.slug);
end
$$;

drop function if exists ai_sync_private.user_of(text);

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.managing_role(uuid), ai_sync_private.withdraw_invitations(uuid, uuid), ai_sync_private.take_invitation(text)
from authenticated;
revoke all on function
  ai_sync.add_member(uuid, text, text), ai_sync.remove_member(uuid, text), ai_sync.invitations(),
  ai_sync.accept_invitation(text), ai_sync.decline_invitation(text)
from public, anon;
grant execute on function
  ai_sync.add_member(uuid, text, text), ai_sync.remove_member(uuid, text), ai_sync.invitations(),
  ai_sync.accept_invitation(text), ai_sync.decline_invitation(text)
to authenticated, service_role;
