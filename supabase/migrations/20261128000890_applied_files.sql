-- Which files of this series the database has, each known by something that only it makes: `reward-ledger sync migrations --check` names
-- those that were left out. Each later file makes this function again, with itself among the files.

-- The numbers of the files that were applied. What a later file makes again whole stands for both.
create or replace function ai_sync.migrations() returns text[]
language plpgsql stable security definer set search_path = '' as $$
declare
  closes_seen boolean := false;
begin
  if to_regclass('ai_sync_private.agent_stores') is not null then
    closes_seen := exists (
      select from ai_sync_private.agent_stores s where s.store = 'em_inbox' and s.ways -> 'seen' ? 'closed'
    );
  end if;
  return array(
    select file.number
    from (values
      ('20261121000100', to_regclass('ai_sync.teams') is not null),
      ('20261121000200', to_regclass('ai_sync.facts') is not null),
      ('20261121000300', to_regclass('ai_sync.eval_costs') is not null),
      ('20261121000400', to_regproc('ai_sync_private.refold') is not null),
      ('20261121000500', to_regproc('ai_sync_private.are_tests') is not null),
      ('20261121000600', to_regclass('ai_sync.agent_rows') is not null),
      ('20261121000700', to_regproc('ai_sync_private.materialise_baselines') is not null),
      ('20261121000800', to_regproc('ai_sync.totals') is not null),
      ('20261128000200', exists (select from pg_constraint c where c.conrelid = to_regclass('ai_sync.facts') and c.conname = 'facts_time')),
      ('20261128000210', pg_get_functiondef(to_regproc('ai_sync_private.own_key')) like '%trim_scale%'),
      ('20261128000220', exists (select from pg_proc p where p.oid = to_regproc('ai_sync.heads') and p.proconfig @> '{jit=off}')),
      ('20261128000230', to_regproc('ai_sync_private.is_possible_count') is not null),
      ('20261128000240', to_regclass('ai_sync.team_invitations') is not null),
      ('20261128000250', exists (
        select from pg_constraint c where c.conrelid = to_regclass('ai_sync.team_settings') and c.conname = 'team_settings_value')),
      ('20261128000260', closes_seen),
      ('20261128000700', to_regproc('ai_sync_private.reward_of') is not null),
      ('20261128000800', to_regclass('ai_sync.team_resets') is not null),
      ('20261128000850', to_regclass('ai_sync.intake_undos') is not null),
      ('20261128000860', to_regproc('ai_sync_private.run_counts') is not null),
      ('20261128000870', exists (
        select from pg_attribute a where a.attrelid = to_regclass('ai_sync.agent_rows') and a.attname = 'folded_at')),
      ('20261128000875', to_regproc('ai_sync_private.id_again') is not null),
      ('20261128000880', pg_get_functiondef(to_regproc('ai_sync_private.assured_verdict')) like '%stated IS NOT NULL%'),
      ('20261128000890', true),
      ('20261128000990', to_regproc('ai_sync.schema_version') is not null)
    ) as file (number, is_applied)
    where file.is_applied
    order by file.number
  );
end
$$;

revoke all on function ai_sync.migrations() from public, anon;
grant execute on function ai_sync.migrations() to authenticated, service_role;
