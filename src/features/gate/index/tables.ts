/** Positions of the review gate's facts in the journal, from which their content is read. */
export const gateTables = `
  CREATE TABLE gate_runs (
    fact TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    project TEXT,
    device TEXT NOT NULL,
    segment INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX gate_runs_by_time ON gate_runs (at, fact);
`;

/** The agent whose change each run judged, and the verdict, for counting. */
export const gateVerdictColumns = `
  ALTER TABLE gate_runs ADD COLUMN agent TEXT;
  ALTER TABLE gate_runs ADD COLUMN verdict TEXT;
  CREATE INDEX gate_runs_by_agent ON gate_runs (agent, verdict);
`;
