-- Whether a fact's data can be read. Asked is what the tables and folds need, not the whole of the program's schemas: writers have
-- checked those, and a later version may allow more.

-- The id of a row that is the only one of its kind in a team: of two texts, of which the first may hold anything.
create or replace function ai_sync_private.id_of(team_id uuid, subject text, name text) returns uuid
language sql immutable
return md5(team_id::text || ' ' || length(subject)::text || ' ' || subject || ' ' || name)::uuid;

-- Whether a JSON value is text that holds more than white space, as the program's schemas ask for it.
create or replace function ai_sync_private.is_written(value jsonb) returns boolean
language sql immutable
return jsonb_typeof(value) = 'string'
  and value #>> '{}' ~ '[^\u0009-\u000d \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]';

-- Whether a JSON value has the form of a time as the program writes it; whether there is such a time, a cast tells.
create or replace function ai_sync_private.is_instant(value jsonb) returns boolean
language sql immutable
return jsonb_typeof(value) = 'string' and value #>> '{}' like '____-__-__T__:__:__.___Z';

-- Whether a JSON value is a whole number within bounds. Numbers are compared as JSON, where other types are none between numbers.
create or replace function ai_sync_private.is_whole(value jsonb, lowest jsonb, highest jsonb) returns boolean
language sql immutable
return case when value between lowest and highest then (value)::numeric % 1 = 0 else false end;

-- Whether a JSON value is a list of findings, as far as the verdict depends on them.
create or replace function ai_sync_private.are_findings(value jsonb) returns boolean
language sql immutable
return jsonb_typeof(value) = 'array' and not jsonb_path_exists(value, '$[*] ? (
  @.type() != "object" || !(@.severity == "warning" || @.severity == "info" || @.severity == "error") || @.fixable.type() != "boolean")');

-- The verdict that score and findings decide: an error that no tool can fix fails, whatever the score.
create or replace function ai_sync_private.verdict_of(score integer, findings jsonb) returns text
language sql immutable
return case
  when jsonb_path_exists(findings, '$[*] ? (@.severity == "error" && !(@.fixable == true))') then 'FAIL'
  when score >= 70 then 'PASS'
  when score >= 50 then 'PASS_WITH_ADVISORY'
  else 'FAIL'
end;

-- Whether a JSON value is a list of tests.
create or replace function ai_sync_private.are_tests(value jsonb) returns boolean
language sql immutable
return jsonb_typeof(value) = 'array' and not jsonb_path_exists(value, '$[*] ? (
  @.type() != "object" || !(@.name.type() == "string") || !(@.passed.type() == "boolean")
  || exists(@.costs[*] ? (@.type() != "object" || !(@.model.type() == "string"))))');

-- Whether a JSON value is a list of cost entries.
create or replace function ai_sync_private.are_costs(value jsonb) returns boolean
language sql immutable
return jsonb_typeof(value) = 'array'
  and not jsonb_path_exists(value, '$[*] ? (@.type() != "object" || !(@.model.type() == "string"))');

-- Whether tests hold what the team does not see, or not all of.
create or replace function ai_sync_private.hold_prompts(tests jsonb) returns boolean
language sql immutable
return jsonb_path_exists(tests, '$[*] ? (exists(@.transcript) || exists(@.prompt))');

-- Tests as the team sees them: without transcripts, and with prompts cut to 500 characters.
create or replace function ai_sync_private.shown_tests(tests jsonb) returns jsonb
language sql immutable
return (
  select jsonb_agg(
    case when test ? 'prompt'
      then jsonb_set(test - 'transcript', '{prompt}', to_jsonb(left(test ->> 'prompt', 500)))
      else test - 'transcript'
    end order by place)
  from jsonb_array_elements(tests) with ordinality each (test, place)
);

-- The cost entries of a run's tests, in order; an empty list when there are none.
create or replace function ai_sync_private.costs_of_tests(tests jsonb) returns jsonb
language sql immutable
return coalesce((
  select jsonb_agg(cost order by place, number)
  from jsonb_array_elements(tests) with ordinality each (test, place)
  cross join lateral jsonb_array_elements(test -> 'costs') with ordinality costs (cost, number)
  where jsonb_typeof(test -> 'costs') = 'array'
), '[]');

-- A stated number as an integer column holds it: rounded half up, and no larger than a program's integers. Null stays null.
create or replace function ai_sync_private.whole(value jsonb) returns bigint
language sql immutable
return case when jsonb_typeof(value) = 'number' then
  least(9007199254740991, greatest(-9007199254740991, floor((value)::numeric + 0.5)))::bigint
end;

-- A count of tokens or calls: as above, and at least 0; 0 when it is absent.
create or replace function ai_sync_private.counted(value jsonb) returns bigint
language sql immutable
return greatest(0, coalesce(ai_sync_private.whole(value), 0));

-- Dollars to six decimals, rounded half up; stops at what the columns hold. Null stays null.
create or replace function ai_sync_private.dollars(value jsonb) returns numeric
language sql immutable
return case when jsonb_typeof(value) = 'number' then
  least(9007199254.740991, greatest(-9007199254.740991, floor((value)::numeric * 1000000 + 0.5) / 1000000))
end;

revoke all on all functions in schema ai_sync_private from public, anon;
revoke all on function
  ai_sync_private.id_of(uuid, text, text), ai_sync_private.is_written(jsonb), ai_sync_private.is_instant(jsonb),
  ai_sync_private.is_whole(jsonb, jsonb, jsonb), ai_sync_private.are_findings(jsonb),
  ai_sync_private.verdict_of(integer, jsonb), ai_sync_private.are_tests(jsonb), ai_sync_private.are_costs(jsonb),
  ai_sync_private.hold_prompts(jsonb), ai_sync_private.shown_tests(jsonb), ai_sync_private.costs_of_tests(jsonb),
  ai_sync_private.whole(jsonb), ai_sync_private.counted(jsonb), ai_sync_private.dollars(jsonb)
from authenticated;
