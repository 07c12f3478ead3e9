-- What facts say, one table a subject. Only the trigger on facts writes here, so that these tables always equal the facts.
--
-- review_runs and reward_ledger may be there already, made by the specfact review tool: their columns stay as they are, ours are
-- added, and that tool's rows (those without a team) are left alone and shown to nobody but the service role.

-- Reviews --------------------------------------------------------------------------------------------------------------------

create table if not exists ai_sync.review_runs (
  id uuid primary key default gen_random_uuid(),
  -- The report's run_id.
  session_id text not null,
  issue_number integer,
  agent text not null default 'claude-code',
  changed_files text[] not null default '{}',
  score integer not null check (score between 0 and 120),
  reward_delta integer not null,
  verdict text not null check (verdict in ('PASS', 'PASS_WITH_ADVISORY', 'FAIL')),
  findings_json jsonb not null default '[]',
  house_rules_ver integer not null default 1,
  -- The report's time: runs are folded in the order of (created_at, fact_id).
  created_at timestamptz not null default now()
);

alter table ai_sync.review_runs
  -- No foreign key, which would be asked for every row: rows come from facts, and go with their team by a trigger on teams (below).
  add column if not exists team_id uuid,
  add column if not exists fact_id uuid,
  add column if not exists user_id uuid,
  add column if not exists project text,
  -- Where the fact stands in recording order. Of the facts with one agent and run id, the first recorded has the row.
  add column if not exists recorded_at timestamptz,
  add column if not exists device uuid,
  add column if not exists seq bigint,
  -- Recorded before a reset in force: does not count.
  add column if not exists hidden boolean not null default false;

-- The id of our rows follows from team, agent and run id: the primary key is what keeps a run from counting twice.
-- Findings of up to some kilobytes stay in their row as they are: compressing them costs more than all else that is done for a run.
alter table ai_sync.review_runs set (toast_tuple_target = 8160);
-- Has all that a refold reads.
create index if not exists review_runs_fold_idx
  on ai_sync.review_runs (team_id, agent, created_at, fact_id) include (reward_delta, verdict, hidden);

create table if not exists ai_sync.reward_ledger (
  id uuid primary key default gen_random_uuid(),
  agent text not null,
  -- Run id of the last run that counts.
  session_id text,
  cumulative_coins numeric(10, 2) not null default 0,
  last_delta integer,
  last_verdict text check (last_verdict in ('PASS', 'PASS_WITH_ADVISORY', 'FAIL')),
  streak_pass integer not null default 0 check (streak_pass >= 0),
  streak_block integer not null default 0 check (streak_block >= 0),
  updated_at timestamptz not null default now()
);

-- Ours has one row a team and agent: the agent's standing over all projects, folded from review_runs.
alter table ai_sync.reward_ledger
  add column if not exists team_id uuid references ai_sync.teams (id) on delete cascade,
  -- Of the last run that counts.
  add column if not exists fact_id uuid,
  add column if not exists user_id uuid,
  add column if not exists project text,
  add column if not exists last_run_at timestamptz,
  -- cumulative_coins in tenths: coins are integers, and only shown as decimals.
  add column if not exists coin_tenths bigint not null default 0,
  add column if not exists best_streak_pass integer not null default 0,
  add column if not exists runs integer not null default 0;

create unique index if not exists reward_ledger_team_agent_key on ai_sync.reward_ledger (team_id, agent);

create table if not exists ai_sync.review_resets (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  fact_id uuid not null,
  -- Null: of all agents.
  agent text,
  recorded_at timestamptz not null,
  device uuid not null,
  seq bigint not null,
  primary key (team_id, fact_id)
);

-- Resets that were taken back. May name a reset that has not arrived.
create table if not exists ai_sync.review_reset_undos (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  reset uuid not null,
  fact_id uuid not null,
  primary key (team_id, reset, fact_id)
);

-- Evals ----------------------------------------------------------------------------------------------------------------------

create table if not exists ai_sync.eval_runs (
  -- Follows from team, project and content: runs with the same content are one run, and the first recorded has the row.
  id uuid primary key,
  -- No foreign key, as above.
  team_id uuid not null,
  user_id uuid,
  fact_id uuid not null,
  recorded_at timestamptz not null,
  device uuid not null,
  seq bigint not null,
  content_sha256 text not null,
  -- Project of the fact; empty when it has none.
  repo_slug text not null,
  hostname text not null default '',
  schema_version integer not null default 1,
  version text not null default '',
  branch text not null default '',
  git_sha text not null default '',
  "timestamp" timestamptz not null,
  tier text not null,
  -- Counts, cost and duration are those that the run states.
  total_tests bigint not null default 0,
  passed bigint not null default 0,
  failed bigint not null default 0,
  total_cost_usd numeric(16, 6) not null default 0,
  total_duration_ms bigint not null default 0,
  wall_clock_ms bigint,
  label text,
  prompt_sha text,
  -- Stopped before all tests had run: no part of any trend.
  partial boolean not null default false,
  by_category jsonb,
  costs jsonb,
  -- Without transcripts, and with prompts cut to 500 characters.
  tests jsonb not null default '[]',
  created_at timestamptz not null default now()
);
-- As above.
alter table ai_sync.eval_runs set (toast_tuple_target = 8160);
create index if not exists eval_runs_time_idx on ai_sync.eval_runs (team_id, "timestamp" desc);

create table if not exists ai_sync.eval_costs (
  team_id uuid not null,
  eval_run_id uuid not null references ai_sync.eval_runs (id) on delete cascade,
  -- Place among the run's cost entries, from 0.
  entry integer not null,
  model text not null,
  calls bigint not null,
  input_tokens bigint not null,
  output_tokens bigint not null,
  cache_read_input_tokens bigint not null,
  cache_creation_input_tokens bigint not null,
  -- As the provider reported it, else as estimated when the run was recorded, else 0.
  estimated_cost_usd numeric(16, 6) not null,
  exact boolean not null,
  priced boolean not null,
  created_at timestamptz not null default now(),
  primary key (eval_run_id, entry)
);

-- Runs that were pinned as the baseline of their project and tier, or unpinned. May name a run that has not arrived.
create table if not exists ai_sync.eval_baselines (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  fact_id uuid not null,
  user_id uuid,
  -- Fact id of the run.
  run uuid not null,
  pinned boolean not null,
  recorded_at timestamptz not null,
  device uuid not null,
  seq bigint not null,
  primary key (team_id, fact_id)
);

-- What could not be read -----------------------------------------------------------------------------------------------------

create table if not exists ai_sync.fact_errors (
  team_id uuid not null references ai_sync.teams (id) on delete cascade,
  fact_id uuid not null,
  device uuid not null,
  seq bigint not null,
  kind text not null,
  reason text not null,
  created_at timestamptz not null default now(),
  primary key (team_id, fact_id)
);

-- The rows of a team that is no more.
create or replace function ai_sync_private.forget_teams() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  delete from ai_sync.review_runs where team_id in (select id from gone);
  -- Their costs go with them.
  delete from ai_sync.eval_runs where team_id in (select id from gone);
  return null;
end
$$;
drop trigger if exists forget_teams on ai_sync.teams;
create trigger forget_teams after delete on ai_sync.teams
  referencing old table as gone
  for each statement execute function ai_sync_private.forget_teams();

-- Policies: members read, nobody writes --------------------------------------------------------------------------------------

do $$
declare
  typed text;
begin
  foreach typed in array array[
    'review_runs', 'reward_ledger', 'review_resets', 'review_reset_undos', 'eval_runs', 'eval_costs', 'eval_baselines',
    'fact_errors'
  ] loop
    execute format('alter table ai_sync.%I enable row level security', typed);
    execute format('revoke all on ai_sync.%I from anon, authenticated', typed);
    execute format('grant select on ai_sync.%I to authenticated, service_role', typed);
    execute format('drop policy if exists "members read" on ai_sync.%I', typed);
    execute format(
      'create policy "members read" on ai_sync.%I for select to authenticated using (team_id in (select ai_sync_private.my_teams()))',
      typed
    );
  end loop;
end
$$;

revoke all on function ai_sync_private.forget_teams() from public, anon, authenticated;

-- The specfact review tool writes its own rows with the service key.
grant insert, update, delete on ai_sync.review_runs, ai_sync.reward_ledger to service_role;
