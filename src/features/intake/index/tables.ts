/**
 * Tables for automatic recordings and their undos. Every recording of an eval run has a row in `eval_recordings`; `eval_runs`
 * contains those that count. `undone` holds fact ids as a JSON array.
 */
export const intakeTables = `
  ALTER TABLE eval_runs RENAME TO eval_recordings;
  ALTER TABLE eval_recordings ADD COLUMN counts INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE eval_recordings ADD COLUMN batch BLOB;
  CREATE INDEX eval_recordings_by_batch ON eval_recordings (batch) WHERE batch IS NOT NULL;
  CREATE VIEW eval_runs AS SELECT * FROM eval_recordings WHERE counts = 1;

  CREATE TABLE intake_undos (
    fact BLOB NOT NULL PRIMARY KEY,
    undo BLOB NOT NULL,
    batch BLOB,
    device INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    undone TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE intake_redos (undo BLOB NOT NULL, device INTEGER NOT NULL, PRIMARY KEY (undo, device)) STRICT, WITHOUT ROWID;
`;
