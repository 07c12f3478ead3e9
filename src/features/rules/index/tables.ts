/** Positions of the facts of written rules files in the journal, from which their content is read. */
export const rulesTables = `
  CREATE TABLE rules_updates (
    fact BLOB NOT NULL PRIMARY KEY,
    project TEXT,
    device TEXT NOT NULL,
    segment INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rules_updates_by_project ON rules_updates (project, fact);
`;
