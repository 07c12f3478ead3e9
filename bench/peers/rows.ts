import type { ReviewRecorded } from "../../src/features/reviews/model/review-recorded.ts";

/** The simple two-table schema that a relational ledger would use: one row per run and one row per finding. */
export const ddl = `
  create table runs (id integer primary key, agent text not null, run_id text not null, at integer not null, score integer not null,
    reward_delta integer not null, verdict text not null, summary text not null, unique (agent, run_id));
  create index runs_agent_at on runs (agent, at);
  create table findings (run integer not null references runs (id), category text not null, severity text not null, tool text not null,
    rule text not null, file text not null, line integer not null, message text not null, fixable integer not null);
  create index findings_run on findings (run);
  create table totals (agent text primary key, coins integer not null, streak_pass integer not null, streak_block integer not null);`;

export const insertRun =
  "insert into runs (agent, run_id, at, score, reward_delta, verdict, summary) values (?, ?, ?, ?, ?, ?, ?) returning id";
export const insertFinding = "insert into findings values (?, ?, ?, ?, ?, ?, ?, ?, ?)";
export const addTotals = `insert into totals values (?, ?, 1, 0) on conflict (agent) do update set coins = coins + excluded.coins, streak_pass = streak_pass + 1`;

export const runValues = (run: ReviewRecorded): (string | number)[] => [
  run.agent,
  run.report.run_id,
  Date.parse(run.report.timestamp),
  run.report.score,
  run.report.reward_delta,
  run.report.overall_verdict,
  run.report.summary,
];

export const findingValues = (id: number, run: ReviewRecorded): (string | number)[][] =>
  run.report.findings.map((one) => [
    id,
    one.category,
    one.severity,
    one.tool,
    one.rule,
    one.file,
    one.line,
    one.message,
    one.fixable ? 1 : 0,
  ]);
