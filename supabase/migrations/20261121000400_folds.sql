-- Coins and streaks, folded in SQL. The numbers are those of the program's own fold: a run earns its reward (score - 80) in
-- tenths of a coin; the fifth pass in a row and each one after it earn 5 more, the third fail in a row and each one after it
-- cost 10. Runs are taken by time of the report, then fact id.

-- Brings the standing of one agent up to date. `anew`: from the first run; else only runs after the last one folded are taken.
create or replace function ai_sync_private.refold(of_team uuid, of_agent text, anew boolean) returns void
language plpgsql set search_path = '' as $$
declare
  base ai_sync.reward_ledger;
  last_run record;
  added record;
begin
  if not anew then
    select * into base from ai_sync.reward_ledger where team_id = of_team and agent = of_agent and runs > 0;
  end if;

  with runs as (
    select created_at, fact_id, reward_delta, verdict = 'FAIL' as failed,
      row_number() over (order by created_at, fact_id) as n
    from ai_sync.review_runs
    where team_id = of_team and agent = of_agent and not hidden
      and (created_at, fact_id) > (coalesce(base.last_run_at, '-infinity'), coalesce(base.fact_id, '00000000-0000-0000-0000-000000000000'))
  ),
  -- The nearest run with the other outcome, at or before each run; 0 when there is none since the base.
  turned as (
    select reward_delta, failed, n,
      coalesce(max(n) filter (where failed) over past, 0) as last_fail,
      coalesce(max(n) filter (where not failed) over past, 0) as last_pass
    from runs
    window past as (order by created_at, fact_id rows unbounded preceding)
  ),
  streaks as (
    select reward_delta, failed, n,
      case when failed then 0 else n - last_fail + case when last_fail = 0 then coalesce(base.streak_pass, 0) else 0 end end as pass,
      case when failed then n - last_pass + case when last_pass = 0 then coalesce(base.streak_block, 0) else 0 end else 0 end as block
    from turned
  )
  select count(*) as runs,
    sum(reward_delta + case when pass >= 5 then 5 when block >= 3 then -10 else 0 end) as tenths,
    max(pass) as best,
    coalesce(max(n) filter (where failed), 0) as last_fail,
    coalesce(max(n) filter (where not failed), 0) as last_pass
  into added
  from streaks;

  -- A hidden last run is behind us only when all was folded anew, so that this is the run that the streaks above end with.
  select session_id, fact_id, user_id, project, created_at, reward_delta, verdict into last_run
  from ai_sync.review_runs
  where team_id = of_team and agent = of_agent and not hidden
  order by created_at desc, fact_id desc
  limit 1;

  insert into ai_sync.reward_ledger as known (
    team_id, agent, session_id, fact_id, user_id, project, last_run_at, coin_tenths, cumulative_coins,
    last_delta, last_verdict, streak_pass, streak_block, best_streak_pass, runs
  )
  select of_team, of_agent, last_run.session_id, last_run.fact_id, last_run.user_id, last_run.project, last_run.created_at,
    total.tenths, total.tenths / 10.0, last_run.reward_delta, last_run.verdict,
    case
      when added.runs = 0 then coalesce(base.streak_pass, 0)
      when added.last_fail > added.last_pass then 0
      else added.last_pass - added.last_fail + case when added.last_fail = 0 then coalesce(base.streak_pass, 0) else 0 end
    end,
    case
      when added.runs = 0 then coalesce(base.streak_block, 0)
      when added.last_pass > added.last_fail then 0
      else added.last_fail - added.last_pass + case when added.last_pass = 0 then coalesce(base.streak_block, 0) else 0 end
    end,
    greatest(added.best, base.best_streak_pass, 0), coalesce(base.runs, 0) + added.runs
  from (select coalesce(base.coin_tenths, 0) + coalesce(added.tenths, 0) as tenths) total
  on conflict (team_id, agent) do update set
    session_id = excluded.session_id, fact_id = excluded.fact_id, user_id = excluded.user_id, project = excluded.project,
    last_run_at = excluded.last_run_at, coin_tenths = excluded.coin_tenths, cumulative_coins = excluded.cumulative_coins,
    last_delta = excluded.last_delta, last_verdict = excluded.last_verdict, streak_pass = excluded.streak_pass,
    streak_block = excluded.streak_block, best_streak_pass = excluded.best_streak_pass, runs = excluded.runs, updated_at = now();
end
$$;

-- The last reset in force that hides runs of an agent: all recorded before it are hidden. No row when there is none.
create or replace function ai_sync_private.hiding_reset(of_team uuid, of_agent text)
returns table (recorded_at timestamptz, device uuid, seq bigint)
language sql stable set search_path = '' rows 1 as $$
  select r.recorded_at, r.device, r.seq
  from ai_sync.review_resets r
  where r.team_id = of_team and (r.agent is null or r.agent = of_agent)
    and not exists (select from ai_sync.review_reset_undos u where u.team_id = r.team_id and u.reset = r.fact_id)
  order by r.recorded_at desc, r.device desc, r.seq desc
  limit 1
$$;

-- Hides and shows the runs of an agent by the resets in force, and folds it anew when that changed anything.
create or replace function ai_sync_private.apply_resets(of_team uuid, of_agent text) returns void
language plpgsql set search_path = '' as $$
begin
  update ai_sync.review_runs run set hidden = not run.hidden
  from (select) one left join ai_sync_private.hiding_reset(of_team, of_agent) reset on true
  where run.team_id = of_team and run.agent = of_agent
    and run.hidden is distinct from
      coalesce((run.recorded_at, run.device, run.seq) < (reset.recorded_at, reset.device, reset.seq), false);
  if found then
    perform ai_sync_private.refold(of_team, of_agent, true);
  end if;
end
$$;

revoke all on function
  ai_sync_private.refold(uuid, text, boolean), ai_sync_private.hiding_reset(uuid, text), ai_sync_private.apply_resets(uuid, text)
from public, anon, authenticated;
