import { int } from "../../ledger/index/codec.ts";
import type { Connection } from "../../ledger/index/connection.ts";
import { maxTime } from "../../ledger/index/days.ts";
import { storeVersions } from "../agent/index/tables.generated.ts";
import { agentTables } from "../agent/index/tables.ts";
import { evalTables } from "../evals/index/tables.ts";
import { gateTables, gateVerdictColumns } from "../gate/index/tables.ts";
import { intakeTables } from "../intake/index/tables.ts";
import { rulesTables } from "../rules/index/tables.ts";
import { selfFixTables } from "../self-fix/index/tables.ts";

/** One change of the schema. Once released a step is never edited: a further step follows it. */
export type Migration = Readonly<{ version: number; sql: string }>;

/**
 * The steps of all tables but those of the agent's stores, which the first step creates as they are defined.
 *
 * Times are ms since the epoch, days are days since 1970-01-01 in the zone that `meta` names, coins are tenths. A scope is an
 * agent over all projects (`project` null) or an agent in one project; `agent_…` columns of a run are its numbers in the first,
 * `project_…` those in the second. A streak is positive for passes and negative for fails, 0 while a run is hidden. Verdicts and
 * modes are positions: PASS, PASS_WITH_ADVISORY, FAIL; enforce, shadow. Indexes leave hidden runs out.
 *
 * Every recording of a run has a row. `hidden_by` is null for the one that counts; else the reset that hides it, the negated
 * number of the team's reset that hides it, 0 when another recording of the run counts instead, or the smallest safe integer when
 * it was taken back. `batch` is the batch of automatic recordings that it belongs to. `at` is its place in time and `stated` the
 * time in its report; `recorded` is the time that its device's clock showed and `settled` when it was recorded, as far as its log
 * shows. Of an eval recording, `shown` is the time that the clock showed and `recorded` the time in its log. `clock_readings` are
 * the facts at which a device's clock had gone back, `latest` is the last settled time in its log.
 */
const steps: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

      CREATE TABLE devices (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        facts INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        hash TEXT,
        segment INTEGER NOT NULL,
        offset INTEGER NOT NULL,
        last_segment INTEGER,
        last_offset INTEGER,
        last_length INTEGER
      ) STRICT;

      CREATE TABLE problems (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        device TEXT,
        segment INTEGER,
        offset INTEGER,
        seq INTEGER,
        message TEXT NOT NULL
      ) STRICT;

      CREATE TABLE scopes (
        id INTEGER PRIMARY KEY,
        agent TEXT NOT NULL,
        project TEXT,
        runs INTEGER NOT NULL,
        coins INTEGER NOT NULL,
        streak INTEGER NOT NULL,
        best_streak INTEGER NOT NULL,
        last_at INTEGER,
        last_fact BLOB,
        last_verdict INTEGER,
        last_reward INTEGER
      ) STRICT;
      CREATE UNIQUE INDEX scope_names ON scopes (agent, project IS NULL, coalesce(project, ''));

      CREATE TABLE rules (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

      CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        fact BLOB NOT NULL,
        agent_scope INTEGER NOT NULL,
        project_scope INTEGER,
        run_id TEXT NOT NULL,
        run_key INTEGER NOT NULL,
        at INTEGER NOT NULL,
        day INTEGER NOT NULL,
        score INTEGER NOT NULL,
        reward INTEGER NOT NULL,
        verdict INTEGER NOT NULL,
        mode INTEGER NOT NULL,
        findings INTEGER NOT NULL,
        blocking INTEGER NOT NULL,
        issue INTEGER,
        agent_streak INTEGER NOT NULL,
        agent_bonus INTEGER NOT NULL,
        project_streak INTEGER NOT NULL,
        project_bonus INTEGER NOT NULL,
        hidden_by INTEGER,
        recorded INTEGER NOT NULL,
        device INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        segment INTEGER NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX runs_by_fact ON runs (fact);
      CREATE INDEX runs_by_key ON runs (run_key);
      CREATE INDEX runs_in_agent ON runs (agent_scope, at) WHERE hidden_by IS NULL;
      CREATE INDEX runs_in_project ON runs (project_scope, at) WHERE hidden_by IS NULL;
      CREATE INDEX runs_hidden ON runs (hidden_by) WHERE hidden_by IS NOT NULL;

      CREATE TABLE run_rules (
        run INTEGER NOT NULL,
        rule INTEGER NOT NULL,
        errors INTEGER NOT NULL,
        warnings INTEGER NOT NULL,
        infos INTEGER NOT NULL,
        PRIMARY KEY (run, rule)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE scope_days (
        scope INTEGER NOT NULL,
        day INTEGER NOT NULL,
        runs INTEGER NOT NULL,
        passes INTEGER NOT NULL,
        advisories INTEGER NOT NULL,
        fails INTEGER NOT NULL,
        coins INTEGER NOT NULL,
        bonuses INTEGER NOT NULL,
        penalties INTEGER NOT NULL,
        scores INTEGER NOT NULL,
        findings INTEGER NOT NULL,
        PRIMARY KEY (scope, day)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE rule_days (
        scope INTEGER NOT NULL,
        day INTEGER NOT NULL,
        rule INTEGER NOT NULL,
        errors INTEGER NOT NULL,
        warnings INTEGER NOT NULL,
        infos INTEGER NOT NULL,
        runs INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (scope, day, rule)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE rule_totals (
        scope INTEGER NOT NULL,
        rule INTEGER NOT NULL,
        errors INTEGER NOT NULL,
        warnings INTEGER NOT NULL,
        infos INTEGER NOT NULL,
        runs INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (scope, rule)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE resets (
        id INTEGER PRIMARY KEY,
        fact BLOB NOT NULL UNIQUE,
        agent TEXT,
        recorded INTEGER NOT NULL,
        device INTEGER NOT NULL,
        seq INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE undone_resets (fact BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
      ${evalTables}
      ${agentTables}
    `,
  },
  {
    version: 2,
    // Existing runs were recorded before anything about the verdict that a report states was stored.
    sql: "ALTER TABLE runs ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0;",
  },
  {
    version: 3,
    sql: `
      ALTER TABLE eval_runs ADD COLUMN at_given INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE eval_runs ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE eval_runs ADD COLUMN spent_rest INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE eval_runs ADD COLUMN spent_complete INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE eval_runs ADD COLUMN spent_told INTEGER NOT NULL DEFAULT 0;
      DROP INDEX eval_runs_by_time;
      CREATE INDEX eval_runs_by_time ON eval_runs (at, fact);
    `,
  },
  {
    version: 4,
    sql: `
      ALTER TABLE runs ADD COLUMN stated INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE runs ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX runs_ahead ON runs (at) WHERE stated > at AND hidden_by IS NULL;
      CREATE INDEX runs_repeated ON runs (at) WHERE hidden_by = 0;

      ALTER TABLE resets ADD COLUMN heads TEXT;
      ALTER TABLE resets ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;
      DROP TABLE undone_resets;
      CREATE TABLE undone_resets (fact BLOB NOT NULL, device INTEGER NOT NULL, PRIMARY KEY (fact, device)) STRICT, WITHOUT ROWID;

      ALTER TABLE devices ADD COLUMN latest INTEGER NOT NULL DEFAULT ${-maxTime};
      CREATE TABLE clock_readings (
        device INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        shown INTEGER NOT NULL,
        PRIMARY KEY (device, seq)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE owners (device TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE team_resets (
        id INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL,
        agent TEXT,
        at INTEGER NOT NULL,
        heads TEXT NOT NULL
      ) STRICT;
    `,
  },
  {
    version: 5,
    sql: `
      DROP TABLE spend_sums;
      CREATE TABLE spend_sums (
        span INTEGER NOT NULL,
        start INTEGER NOT NULL,
        model TEXT NOT NULL,
        half INTEGER NOT NULL,
        calls INTEGER NOT NULL,
        input_tokens INTEGER NOT NULL,
        cache_read_tokens INTEGER NOT NULL,
        cache_create_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        usd_micros INTEGER NOT NULL,
        PRIMARY KEY (span, start, model, half)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 6,
    sql: `
      ALTER TABLE runs ADD COLUMN batch BLOB;
      CREATE INDEX runs_by_batch ON runs (batch) WHERE batch IS NOT NULL;
      ${intakeTables}
    `,
  },
  {
    version: 7,
    sql: `
      ALTER TABLE eval_recordings ADD COLUMN stated INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE eval_recordings ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX eval_recordings_by_stated ON eval_recordings (stated);
    `,
  },
  // Reports with an assurance status that the format does not define are judged differently.
  { version: 8, sql: "" },
  {
    version: 11,
    sql: `
      ALTER TABLE eval_recordings ADD COLUMN attempts INTEGER NOT NULL DEFAULT 1;
      ALTER TABLE eval_recordings ADD COLUMN steady INTEGER NOT NULL DEFAULT 0;
    `,
  },
  { version: 12, sql: rulesTables },
  // Names that are decomposed in the journal are equal to the same names composed.
  { version: 14, sql: "" },
  { version: 15, sql: gateTables },
  { version: 16, sql: selfFixTables },
  { version: 17, sql: gateVerdictColumns },
];

/** All steps, ascending and without gaps; the last version is the one this program writes. */
export const migrations: readonly Migration[] = [
  ...steps,
  ...storeVersions.map((version): Migration => ({ version, sql: "" })),
].sort((a, b) => a.version - b.version);

/**
 * The oldest version that is migrated. Older ones lack data that no step can add, such as runs for which another recording
 * counted, or hold data that is derived from the journal in another way: an index that is built from the journal replaces them.
 */
export const oldestMigratable: number = Math.max(17, ...storeVersions);

export const latestVersion = (all: readonly Migration[]): number => all.at(-1)?.version ?? 0;

/**
 * Migrates a database to the latest version. Each step commits together with its number: a step that fails leaves the database at
 * the version before it, and the caller gets the error.
 */
export function migrate(db: Connection, all: readonly Migration[]): void {
  const row = db.get("PRAGMA user_version");
  const found = row === undefined ? 0 : int(row, 0);
  for (const { version, sql } of all) {
    if (version <= found) continue;
    db.script("SAVEPOINT migration");
    try {
      db.script(sql);
      db.script(`PRAGMA user_version = ${version}`);
      db.script("RELEASE migration");
    } catch (error) {
      db.script("ROLLBACK TO migration; RELEASE migration");
      throw error;
    }
  }
}
