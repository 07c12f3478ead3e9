-- A fix of feedback that failed is given up: the feedback goes from `in-fix` back to `triaged`.
update ai_sync_private.agent_stores
set ways = jsonb_set(ways, '{in-fix}', '["fix-pr-open", "triaged"]')
where store = 'feedback';

-- Teams whose members went that way before.
do $$
declare
  of_team uuid;
begin
  for of_team in select distinct team_id from ai_sync.facts where kind = 'feedback.changed' and team_id is not null loop
    perform ai_sync_private.rematerialise(of_team);
  end loop;
end
$$;
insert into ai_sync_private.applied_files (number) values ('20261129000912') on conflict do nothing;
