/** Positions of the steps of fixes in the journal, from which their content is read. */
export const selfFixTables = `
  CREATE TABLE self_fix_steps (
    fact TEXT NOT NULL PRIMARY KEY,
    feedback TEXT NOT NULL,
    at TEXT NOT NULL,
    project TEXT,
    device TEXT NOT NULL,
    segment INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX self_fix_steps_by_feedback ON self_fix_steps (feedback, at);
`;
