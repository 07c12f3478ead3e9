-- A status of assurance that is none of the format says nothing of the evidence: the verdict that the report states decides, and a report
-- that states none fails.

-- The verdict that counts. Severities of verdicts: 0 pass, 1 pass with advisory, 2 fail.
create or replace function ai_sync_private.assured_verdict(score integer, findings jsonb, assurance text, stated text) returns text
language sql immutable
return case
  when assurance is null then ai_sync_private.verdict_of(score, findings)
  else (array['PASS', 'PASS_WITH_ADVISORY', 'FAIL'])[1 + greatest(
    array_position(array['PASS', 'PASS_WITH_ADVISORY', 'FAIL'], ai_sync_private.verdict_of(score, findings)) - 1,
    case
      when assurance = 'NOT_APPLICABLE' then 1
      when assurance in ('PASS', 'FAIL') or assurance <> 'UNKNOWN' and stated is not null then 0
      else 2
    end,
    coalesce(array_position(array['PASS', 'PASS_WITH_ADVISORY', 'FAIL'], stated) - 1, 0))]
end;

-- What a run earns: incomplete evidence never earns, and a run that fails for want of evidence costs at most.
create or replace function ai_sync_private.reward_of(score integer, findings jsonb, assurance text, stated text) returns integer
language sql immutable
return case
  when assurance = 'UNKNOWN'
    or ai_sync_private.assured_verdict(score, findings, assurance, stated) = 'FAIL'
      and ai_sync_private.verdict_of(score, findings) <> 'FAIL'
  then least(0, score - 80)
  else score - 80
end;

revoke all on function
  ai_sync_private.assured_verdict(integer, jsonb, text, text), ai_sync_private.reward_of(integer, jsonb, text, text)
from public, anon, authenticated;

-- Runs that were judged by other rules.
do $$
declare
  touched record;
begin
  for touched in
    with judged as materialized (
      select run.id, ai_sync_private.assured_verdict(run.score, run.findings_json, said.assurance, said.stated) as verdict,
        ai_sync_private.reward_of(run.score, run.findings_json, said.assurance, said.stated) as reward_delta
      from ai_sync.review_runs run
      join ai_sync.facts f on f.team_id = run.team_id and f.id = run.fact_id
      cross join lateral (
        select f.data #>> '{report,assurance_status}' as assurance, f.data #>> '{report,stated_verdict}' as stated
      ) said
      where said.assurance is not null
    ),
    renewed as (
      update ai_sync.review_runs run set verdict = judged.verdict, reward_delta = judged.reward_delta
      from judged
      where run.id = judged.id and (run.verdict, run.reward_delta) <> (judged.verdict, judged.reward_delta)
      returning run.team_id, run.agent
    )
    select distinct team_id, agent from renewed
  loop
    perform ai_sync_private.refold(touched.team_id, touched.agent, true);
  end loop;
end
$$;
