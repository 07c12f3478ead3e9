import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/*
 * A home of gaia coder as that program writes it: its own tables, times in two formats, dollars as REAL.
 */

const tables: Readonly<
  Record<string, Readonly<{ table: string; ddl: string; rows: readonly (readonly (string | number | null)[])[] }>>
> = {
  "em_inbox.db": {
    table: "em_inbox",
    ddl: "id TEXT PRIMARY KEY, received_at TEXT NOT NULL, from_handle TEXT NOT NULL, channel TEXT NOT NULL, severity TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'pending', answer TEXT, escalated_to TEXT, ack_sent_at TEXT, answered_at TEXT, closed_at TEXT",
    rows: [
      [
        "m1",
        "2026-03-16T08:00:00Z",
        "em",
        "cli",
        "question",
        "Which branch?\nAnd why?",
        "pending",
        null,
        null,
        "2026-03-16T08:00:01Z",
        null,
        null,
      ],
      ["m2", "2026-03-16T08:00:00Z", "em", "cli", "question", "Done?", "answered", null, null, null, null, null],
      ["m3", "yesterday", "em", "cli", "info", "When?", "pending", null, null, null, null, null],
    ],
  },
  "tasks.db": {
    table: "tasks",
    ddl: "id TEXT PRIMARY KEY, priority INTEGER NOT NULL DEFAULT 50, state TEXT NOT NULL DEFAULT 'pending', created_at TEXT NOT NULL, last_heartbeat_at TEXT, stage TEXT, current_state_name TEXT, inputs_json TEXT NOT NULL, result_json TEXT, trace_file TEXT, cost_usd REAL NOT NULL DEFAULT 0.0, loop_version INTEGER NOT NULL",
    rows: [
      ["t1", 70, "paused", "2026-03-16T08:00:00.123456+00:00", null, null, null, '{"prompt":"p"}', null, null, 1.5, 3],
      ["t2", -5, "pending", "2026-03-16T08:00:00Z", null, null, null, "{}", null, null, 0, 3],
      ["C:evil", 50, "pending", "2026-03-16T08:00:00Z", null, null, null, "{}", null, null, 0, 3],
    ],
  },
  "spend.db": {
    table: "spend",
    ddl: "id TEXT PRIMARY KEY, occurred_at TEXT NOT NULL, task_id TEXT, call_site TEXT NOT NULL, model TEXT NOT NULL, input_tokens INTEGER NOT NULL, cache_read_tokens INTEGER NOT NULL DEFAULT 0, cache_create_tokens INTEGER NOT NULL DEFAULT 0, output_tokens INTEGER NOT NULL, usd REAL NOT NULL",
    rows: [
      ["s1", "2026-03-16T08:00:00Z", "t1", "plan", "m", 100, 0, 0, 20, 0.0123],
      ["s2", "2026-03-16T08:00:00Z", null, "plan", "m", 100, 0, 0, 20, -1],
      ["s3", "2026-03-16T08:00:00Z", null, "plan", "m", 100, 0, 0, 20, "free"],
      [null, "2026-03-16T08:00:00Z", null, "plan", "m", 100, 0, 0, 20, 0.1 + 0.2],
    ],
  },
  "feedback.db": {
    table: "feedback",
    ddl: "id TEXT PRIMARY KEY, received_at TEXT NOT NULL, from_handle TEXT NOT NULL, channel TEXT NOT NULL, body TEXT NOT NULL, severity TEXT NOT NULL, context_url TEXT, fix_class TEXT, state TEXT NOT NULL DEFAULT 'pending', fix_pr_url TEXT, regression_test_path TEXT, root_cause TEXT, success_criterion TEXT, notes_json TEXT NOT NULL DEFAULT '[]'",
    rows: [
      [
        "fb-1",
        "2026-03-16T08:00:00.5+00:00",
        "em",
        "email",
        "Never",
        "high",
        null,
        "doc",
        "in-fix",
        null,
        null,
        null,
        null,
        "[]",
      ],
      ["fb-2", "2026-03-16T08:00:00Z", "em", "cli", "Lost", "high", null, null, "lost", null, null, null, null, "[]"],
      ["fb-3", "2026-03-16T08:00:00Z", "em", "cli", "Done", "low", null, null, "verified", null, null, null, null, "[]"],
      ["fb-4", "2026-03-16T08:00:00Z", "em", "cli", "Trail", "low", null, null, "pending", null, null, null, null, "{}"],
    ],
  },
  "ci_history.db": {
    table: "ci_history",
    ddl: "workflow_name TEXT NOT NULL, branch TEXT NOT NULL, run_id INTEGER NOT NULL, started_at TEXT NOT NULL, completed_at TEXT, duration_s INTEGER, conclusion TEXT, PRIMARY KEY (workflow_name, branch, run_id)",
    rows: [
      ["build", "main", 1, "2026-03-16T08:00:00Z", "2026-03-16T08:05:00Z", 300, "neutral"],
      ["build", "main", "seven", "2026-03-16T08:00:00Z", null, null, null],
      ["build", "main", 2, "2026-03-16T08:00:00Z", null, 12.5, null],
    ],
  },
  "memory.db": {
    table: "memory",
    ddl: "id TEXT PRIMARY KEY, topic TEXT NOT NULL, created_at TEXT NOT NULL, source_kind TEXT NOT NULL, source_id TEXT, payload_json TEXT NOT NULL, embedding_key TEXT NOT NULL, confidence INTEGER NOT NULL DEFAULT 80, last_recalled_at TEXT, recall_count INTEGER NOT NULL DEFAULT 0, superseded_by TEXT",
    rows: [
      ["y1", "flaky_tests", "2026-03-16T08:00:00Z", "task", null, '{"test_fqn":"a"}', "k", 80, null, 0, null],
      ["y2", "gossip", "2026-03-16T08:00:00Z", "task", null, "{}", "k", 80, null, 0, null],
      ["y3", "flaky_tests", "2026-03-16T08:00:00Z", "task", null, "[]", "k", 80, null, 0, null],
      ["y4", "flaky_tests", "2026-03-16T08:00:00Z", "task", null, "{}", "k", 900, null, 0, null],
    ],
  },
  "audit.log.db": {
    table: "audit",
    ddl: "id INTEGER PRIMARY KEY AUTOINCREMENT, occurred_at TEXT NOT NULL, task_id TEXT, stage TEXT, state_name TEXT, tool_name TEXT NOT NULL, args_json TEXT NOT NULL, result_json TEXT, duration_ms INTEGER, error TEXT, loop_version INTEGER NOT NULL",
    rows: [
      [1, "2026-03-16T08:00:00Z", null, null, null, "git", "{}", null, null, null, 3],
      [2, "2026-03-16T08:00:00Z", null, null, null, "git", "{}", null, null, null, 3],
      [3, "2026-03-16T08:00:00Z", null, null, null, "git", "{not json", null, null, null, 3],
    ],
  },
};

const passes =
  '{"static":"pass","functional":"pass","arch":"pass","security":"pass","prose":"pass","adversarial":"pass","feedback_binding":"skipped"}';
const selfEdit = (confidence: number) =>
  `{"ts":"2026-03-16T08:00:00Z","pr":"https://example.com/1","fix_class":"doc","files":["a"],"before_sha":"a","after_sha":"b","review_passes":${passes},"confidence":${confidence},"em_review":"approved","auto_merged":true}`;

/** Writes such a home. The inbox database is in the state that a killed process leaves: its rows are in the write-ahead log. */
export function writeGaiaHome(home: string): void {
  mkdirSync(join(home, "paused-tasks"), { recursive: true });
  for (const [file, { table, ddl, rows }] of Object.entries(tables)) {
    const path = join(home, file);
    const db = new DatabaseSync(`${path}.work`);
    db.exec(
      `PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE ${table} (${ddl}); PRAGMA wal_checkpoint(TRUNCATE)`,
    );
    const insert = db.prepare(`INSERT INTO ${table} VALUES (${rows[0]?.map(() => "?").join(", ")})`);
    for (const row of rows) insert.run(...row);
    if (table !== "em_inbox") db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    copyFileSync(`${path}.work`, path);
    if (existsSync(`${path}.work-wal`)) copyFileSync(`${path}.work-wal`, `${path}-wal`);
    db.close();
  }
  writeFileSync(
    join(home, "learnings.log"),
    '2026-05-03 [task=t_8f2] Observed: "he said "hi"" → GAIA.md\n\nnonsense\n2026-05-03 [task=t_8f2] Observed: "twice" → dismissed\n2026-05-03 [task=t_8f2] Observed: "twice" → dismissed\n2026-05-04 [task=t1] Obs',
  );
  writeFileSync(join(home, "self-edits.log"), `${selfEdit(90)}\n${selfEdit(999)}\n{"ts":`);
  writeFileSync(
    join(home, "paused-tasks/t1.json"),
    '{"task_id":"t1","paused_at":"2026-03-16T08:00:00Z","reason":"r","extra":{}}',
  );
  writeFileSync(join(home, "paused-tasks/t9.json"), '{"task_id":');
}
