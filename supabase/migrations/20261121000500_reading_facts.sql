-- Whether a fact's data is what its kind promises. The checks are those of the program's schemas, so that a fact counts here
-- exactly when it counts there.

-- What is wrong with the data of a review.recorded; null when nothing is.
create or replace function ai_sync_private.review_problem(data jsonb) returns text
language plpgsql immutable set search_path = '' as $$
declare
  report jsonb := data -> 'report';
begin
  if not jsonb_path_match(data, '
      $.agent.type() == "string" && $.agent != ""
      && $.mode.type() == "string" && ($.mode == "enforce" || $.mode == "shadow")
      && $.timestamp_given.type() == "boolean"
      && ($.issue_number.type() == "null" || $.issue_number.type() == "number"
          && $.issue_number >= 1 && $.issue_number <= 9007199254740991 && $.issue_number == $.issue_number.floor())
      && ($.house_rules_version.type() == "null" || $.house_rules_version.type() == "number"
          && $.house_rules_version >= 1 && $.house_rules_version <= 9007199254740991
          && $.house_rules_version == $.house_rules_version.floor())
      && ($.branch.type() == "null" || $.branch.type() == "string")
      && ($.commit.type() == "null" || $.commit.type() == "string")
      && $.changed_files.type() == "array" && !exists($.changed_files[*] ? (@.type() != "string"))
      && $.report.type() == "object"', silent => true) is true then
    return 'not the form of a recorded review';
  end if;
  if jsonb_path_match(report, '
      $.run_id.type() == "string" && $.run_id like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
      && $.summary.type() == "string" && $.summary like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
      && $.schema_version.type() == "string" && $.schema_version like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
      && $.timestamp.type() == "string"
      && $.timestamp like_regex "^\\d{4}-\\d\\d-\\d\\dT([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$"
      && $.overall_verdict.type() == "string"
      && ($.overall_verdict == "PASS" || $.overall_verdict == "PASS_WITH_ADVISORY" || $.overall_verdict == "FAIL")
      && $.ci_exit_code.type() == "number" && ($.ci_exit_code == 0 || $.ci_exit_code == 1)
      && $.score.type() == "number" && $.score >= 0 && $.score <= 120 && $.score == $.score.floor()
      && $.reward_delta.type() == "number" && $.reward_delta == $.reward_delta.floor()
      && $.reward_delta >= -9007199254740991 && $.reward_delta <= 9007199254740991
      && $.findings.type() == "array"
      && $.house_rules_updates.type() == "array" && !exists($.house_rules_updates[*] ? (@.type() != "string"))', silent => true)
      is not true then
    return 'report: not the form of a report';
  end if;
  if jsonb_path_exists(report, '
      $.findings[*] ? (!(
        @.type() == "object"
        && @.severity.type() == "string" && (@.severity == "error" || @.severity == "warning" || @.severity == "info")
        && @.category.type() == "string" && @.category like_regex "^(clean_code|security|type_safety|contracts|testing|style|architecture|tool_error|naming|kiss|yagni|dry|solid|ai_bloat)$"
        && @.tool.type() == "string" && @.tool like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
        && @.rule.type() == "string" && @.rule like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
        && @.file.type() == "string" && @.file like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
        && @.message.type() == "string" && @.message like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
        && @.line.type() == "number" && @.line >= 1 && @.line <= 9007199254740991 && @.line == @.line.floor()
        && (!exists(@.fixable) || @.fixable.type() == "boolean")
        && (!exists(@.evidence_refs) || @.evidence_refs.type() == "null" || @.evidence_refs.type() == "array")
      ))') then
    return 'report.findings: not all have the form of a finding';
  end if;
  if jsonb_path_exists(report, '$.findings[*].evidence_refs[*] ? (@ != null)') and exists (
    select
    from jsonb_array_elements(report -> 'findings') finding, jsonb_path_query(finding, '$.evidence_refs[*] ? (@ != null)') ref
    where jsonb_path_match(ref, '
        $.type() == "object"
        && (!exists($.path) || $.path.type() == "null" || $.path.type() == "string" && $.path like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")
        && (!exists($.artifact_id) || $.artifact_id.type() == "null" || $.artifact_id.type() == "string" && $.artifact_id like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")
        && (!exists($.description) || $.description.type() == "null" || $.description.type() == "string" && $.description like_regex "[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")
        && (!exists($.start_line) || $.start_line.type() == "null" || $.start_line.type() == "number"
            && $.start_line >= 1 && $.start_line <= 9007199254740991 && $.start_line == $.start_line.floor())
        && (!exists($.end_line) || $.end_line.type() == "null" || $.end_line.type() == "number"
            && $.end_line >= 1 && $.end_line <= 9007199254740991 && $.end_line == $.end_line.floor()
            && $.start_line.type() == "number" && $.end_line >= $.start_line)
        && ($.path.type() == "string" || $.artifact_id.type() == "string" || $.start_line.type() == "number")', silent => true)
      is not true
  ) then
    return 'report.findings: not all evidence has its form';
  end if;
  return null;
end
$$;

-- The verdict that score and findings decide: an error that no tool can fix fails, whatever the score.
create or replace function ai_sync_private.verdict_of(score integer, findings jsonb) returns text
language sql immutable set search_path = '' as $$
  select case
    when jsonb_path_exists(findings, '$[*] ? (@.severity == "error" && !(@.fixable == true))') then 'FAIL'
    when score >= 70 then 'PASS'
    when score >= 50 then 'PASS_WITH_ADVISORY'
    else 'FAIL'
  end
$$;

-- What is wrong with the data of an eval.recorded; null when nothing is. Asks for what the tables below need.
create or replace function ai_sync_private.eval_problem(data jsonb) returns text
language plpgsql immutable set search_path = '' as $$
begin
  if jsonb_path_match(data, '
      $.run.type() == "object"
      && $.at.type() == "string" && $.at like_regex "^\\d{4}-\\d\\d-\\d\\dT([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$"
      && $.content_sha256.type() == "string" && $.content_sha256 like_regex "^[0-9a-f]{64}$"
      && $.timestamp_given.type() == "boolean"
      && ($.label.type() == "string" || $.label.type() == "null")
      && ($.source.type() == "string" || $.source.type() == "null")
      && ($.estimates.type() == "object" || $.estimates.type() == "null")', silent => true) is not true then
    return 'not the form of a recorded eval run';
  end if;
  if jsonb_path_match(data -> 'run', '
      ($.format == "standard" || $.format == "legacy")
      && $.schema_version.type() == "number" && $.version.type() == "string"
      && $.git_branch.type() == "string" && $.git_sha.type() == "string" && $.tier.type() == "string"
      && $.total.type() == "number" && $.passed.type() == "number" && $.failed.type() == "number"
      && $.total_cost_usd.type() == "number" && $.total_duration_ms.type() == "number"
      && $.tests.type() == "array"
      && !exists($.tests[*] ? (!(@.type() == "object" && @.name.type() == "string" && @.passed.type() == "boolean")))
      && (!exists($.costs) || $.costs.type() == "array")
      && !exists($.costs[*] ? (!(@.type() == "object" && @.model.type() == "string")))
      && !exists($.tests[*].costs[*] ? (!(@.type() == "object" && @.model.type() == "string")))', silent => true) is not true then
    return 'run: not the form of an eval run';
  end if;
  return null;
end
$$;

-- A stated number as an integer column holds it: rounded half up, and no larger than a program's integers. Null stays null.
create or replace function ai_sync_private.whole(value jsonb) returns bigint
language sql immutable set search_path = '' as $$
  select case when jsonb_typeof(value) = 'number' then
    least(9007199254740991, greatest(-9007199254740991, floor((value)::numeric + 0.5)))::bigint
  end
$$;

-- A count of tokens or calls: as above, and at least 0; 0 when it is absent.
create or replace function ai_sync_private.counted(value jsonb) returns bigint
language sql immutable set search_path = '' as $$
  select greatest(0, coalesce(ai_sync_private.whole(value), 0))
$$;

-- Dollars to six decimals, rounded half up; stops at what the columns hold. Null stays null.
create or replace function ai_sync_private.dollars(value jsonb) returns numeric
language sql immutable set search_path = '' as $$
  select case when jsonb_typeof(value) = 'number' then
    least(9007199254.740991, greatest(-9007199254.740991, floor((value)::numeric * 1000000 + 0.5) / 1000000))
  end
$$;

-- Data that jsonb can hold: a NUL, which it cannot, becomes the replacement character. Only what a person reads can change by it.
create or replace function ai_sync_private.readable(data json) returns jsonb
language sql immutable set search_path = '' as $$
  select regexp_replace(data::text, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g')::jsonb
$$;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.review_problem(jsonb), ai_sync_private.verdict_of(integer, jsonb), ai_sync_private.eval_problem(jsonb),
  ai_sync_private.whole(jsonb), ai_sync_private.counted(jsonb), ai_sync_private.dollars(jsonb), ai_sync_private.readable(json)
from authenticated;
