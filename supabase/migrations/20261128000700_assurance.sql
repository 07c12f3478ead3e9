-- A report may state how complete its evidence is. Its verdict is then no better than that allows, and than the report itself states.

-- The verdict that counts. Severities of verdicts: 0 pass, 1 pass with advisory, 2 fail.
create or replace function ai_sync_private.assured_verdict(score integer, findings jsonb, assurance text, stated text) returns text
language sql immutable
return case
  when assurance is null then ai_sync_private.verdict_of(score, findings)
  else (array['PASS', 'PASS_WITH_ADVISORY', 'FAIL'])[1 + greatest(
    array_position(array['PASS', 'PASS_WITH_ADVISORY', 'FAIL'], ai_sync_private.verdict_of(score, findings)) - 1,
    case assurance when 'UNKNOWN' then 2 when 'NOT_APPLICABLE' then 1 else 0 end,
    coalesce(array_position(array['PASS', 'PASS_WITH_ADVISORY', 'FAIL'], stated) - 1, 0))]
end;

-- What a score earns. A run that fails although score and findings pass, for want of evidence, earns nothing; it may cost.
create or replace function ai_sync_private.reward_of(score integer, findings jsonb, assurance text, stated text) returns integer
language sql immutable
return case
  when ai_sync_private.assured_verdict(score, findings, assurance, stated) = 'FAIL'
    and ai_sync_private.verdict_of(score, findings) <> 'FAIL' then least(0, score - 80)
  else score - 80
end;

-- Reviews, resets and undos of a batch.
create or replace function ai_sync_private.materialise_reviews(batch ai_sync.facts[], kinds text[]) returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan set jit = off as $$
declare
  touched record;
begin
  -- Resets first: whether a run of the same batch is hidden follows from them.
  if kinds && array['review.reset', 'review.reset_undone'] then
    insert into ai_sync.review_resets (team_id, fact_id, agent, recorded_at, device, seq)
    select f.team_id, f.id, f.data ->> 'agent', f.at, f.device, f.seq
    from unnest(batch) f
    where f.kind = 'review.reset' and jsonb_path_match(f.data, '
      $.agent.type() == "null" || $.agent.type() == "string" && $.agent != ""', silent => true)
    on conflict do nothing;

    insert into ai_sync.review_reset_undos (team_id, reset, fact_id)
    select f.team_id, (f.data ->> 'reset')::uuid, f.id
    from unnest(batch) f
    where f.kind = 'review.reset_undone' and ai_sync_private.is_uuid(f.data -> 'reset')
    on conflict do nothing;

    insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
    select f.team_id, f.id, f.device, f.seq, f.kind, 'not the form of a reset or its undoing'
    from unnest(batch) f
    where f.kind in ('review.reset', 'review.reset_undone')
      and not exists (select from ai_sync.review_resets r where r.team_id = f.team_id and r.fact_id = f.id)
      and not exists (select from ai_sync.review_reset_undos u where u.team_id = f.team_id and u.fact_id = f.id)
    on conflict do nothing;

    for touched in
      select known.team_id, known.agent
      from ai_sync.reward_ledger known
      where exists (
        select from unnest(batch) f
        where f.team_id = known.team_id and f.kind in ('review.reset', 'review.reset_undone')
      )
    loop
      perform ai_sync_private.apply_resets(touched.team_id, touched.agent);
    end loop;
  end if;

  if not kinds @> array['review.recorded'] then
    return;
  end if;

  for touched in
    with read as materialized (
      select f.team_id, f.id, f.at, f.device, f.seq, f.user_id, f.project, said.agent #>> '{}' as agent,
        report.run_id #>> '{}' as run_id, report."timestamp" #>> '{}' as reported_at, report.score, report.findings,
        report.assurance_status #>> '{}' as assurance_status, report.stated_verdict #>> '{}' as stated_verdict,
        said.changed_files, said.issue_number, said.house_rules_version,
        coalesce(
          jsonb_typeof(said.agent) = 'string' and said.agent <> '""'
          and ai_sync_private.is_written(report.run_id)
          and ai_sync_private.is_instant(report."timestamp")
          and ai_sync_private.is_whole(report.score, '0', '120')
          and (said.issue_number is null or ai_sync_private.is_whole(said.issue_number, '1', '9007199254740991'))
          and (said.house_rules_version is null or ai_sync_private.is_whole(said.house_rules_version, '1', '9007199254740991'))
          and jsonb_typeof(said.changed_files) = 'array'
          and (report.assurance_status is null or ai_sync_private.is_written(report.assurance_status))
          and (report.stated_verdict is null or report.stated_verdict in ('"PASS"', '"PASS_WITH_ADVISORY"', '"FAIL"'))
          and ai_sync_private.are_findings(report.findings), false) as readable
      from unnest(batch) f
      cross join lateral jsonb_to_record(f.data) as said (
        agent jsonb, changed_files jsonb, issue_number jsonb, house_rules_version jsonb, report jsonb
      )
      cross join lateral jsonb_to_record(said.report) as report (
        run_id jsonb, "timestamp" jsonb, score jsonb, findings jsonb, assurance_status jsonb, stated_verdict jsonb
      )
      where f.kind = 'review.recorded'
    ),
    refused as (
      insert into ai_sync.fact_errors (team_id, fact_id, device, seq, kind, reason)
      select team_id, id, device, seq, 'review.recorded', 'not the form of a recorded review' from read where not readable
      on conflict do nothing
    ),
    hiding as materialized (
      select owner.team_id, owner.agent, reset.recorded_at, reset.device, reset.seq
      from (select distinct team_id, agent from read where readable) owner
      cross join lateral ai_sync_private.hiding_reset(owner.team_id, owner.agent) reset
    ),
    runs as (
      select distinct on (team_id, agent, run_id) *
      from read
      where readable
      order by team_id, agent, run_id, at, device, seq
    ),
    stored as (
      insert into ai_sync.review_runs as known (
        id, team_id, fact_id, user_id, project, recorded_at, device, seq, agent, session_id, created_at,
        score, reward_delta, verdict, findings_json, changed_files, issue_number, house_rules_ver, hidden
      )
      select ai_sync_private.id_of(r.team_id, r.agent, r.run_id), r.team_id, r.id, r.user_id, r.project, r.at, r.device, r.seq,
        r.agent, r.run_id, r.reported_at::timestamptz,
        r.score::integer,
        ai_sync_private.reward_of(r.score::integer, r.findings, r.assurance_status, r.stated_verdict),
        ai_sync_private.assured_verdict(r.score::integer, r.findings, r.assurance_status, r.stated_verdict), r.findings,
        array(select jsonb_array_elements_text(r.changed_files)),
        -- The columns are the peer's, and smaller than a program's integers.
        least(r.issue_number::numeric, 2147483647)::integer,
        least(coalesce(r.house_rules_version::numeric, 1), 2147483647)::integer,
        coalesce((r.at, r.device, r.seq) < (reset.recorded_at, reset.device, reset.seq), false)
      from runs r
      left join hiding reset on reset.team_id = r.team_id and reset.agent = r.agent
      on conflict (id) do update set
        fact_id = excluded.fact_id, user_id = excluded.user_id, project = excluded.project, recorded_at = excluded.recorded_at,
        device = excluded.device, seq = excluded.seq, created_at = excluded.created_at, score = excluded.score,
        reward_delta = excluded.reward_delta, verdict = excluded.verdict, findings_json = excluded.findings_json,
        changed_files = excluded.changed_files, issue_number = excluded.issue_number,
        house_rules_ver = excluded.house_rules_ver, hidden = excluded.hidden
      where (excluded.recorded_at, excluded.device, excluded.seq) < (known.recorded_at, known.device, known.seq)
      -- A row that was there has a deleting transaction: its predecessor's lock.
      returning known.team_id, known.agent, known.created_at, known.fact_id, known.hidden, known.xmax <> 0 as replaced
    )
    select s.team_id, s.agent,
      -- Folding on from the last run is right only when every run of the batch comes after it.
      coalesce(bool_or(s.replaced or not s.hidden and (s.created_at, s.fact_id) < (l.last_run_at, l.fact_id)), false) as anew
    from stored s left join ai_sync.reward_ledger l on l.team_id = s.team_id and l.agent = s.agent
    group by s.team_id, s.agent
  loop
    perform ai_sync_private.refold(touched.team_id, touched.agent, touched.anew);
  end loop;
end
$$;

revoke all on function
  ai_sync_private.assured_verdict(integer, jsonb, text, text), ai_sync_private.reward_of(integer, jsonb, text, text)
from public, anon, authenticated;
