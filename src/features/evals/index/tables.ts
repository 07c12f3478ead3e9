/**
 * Tables of eval runs. Times are ms since the epoch, amounts micro-dollars, durations ms. `results` holds the tests of a run and
 * the result of each, packed (see `packed-results.ts` of the model); `eval_tests` maps the test numbers in them to tests. Raw
 * results stay in the journal, at `segment`, `offset` and `length`.
 */
export const evalTables = `
  CREATE TABLE eval_tests (
    id INTEGER PRIMARY KEY,
    tier TEXT NOT NULL,
    suite TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (tier, suite, name)
  ) STRICT;

  CREATE TABLE eval_runs (
    id INTEGER PRIMARY KEY,
    fact BLOB NOT NULL UNIQUE,
    project TEXT,
    content BLOB NOT NULL,
    at INTEGER NOT NULL,
    tier TEXT NOT NULL,
    branch TEXT NOT NULL,
    sha TEXT NOT NULL,
    version TEXT NOT NULL,
    label TEXT,
    total INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    detection_hundredths INTEGER NOT NULL,
    detection_tests INTEGER NOT NULL,
    partial INTEGER NOT NULL,
    results BLOB NOT NULL,
    recorded INTEGER NOT NULL,
    device INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX eval_runs_by_content ON eval_runs (content);
  CREATE INDEX eval_runs_by_time ON eval_runs (at, fact) WHERE partial = 0;

  CREATE TABLE eval_costs (
    run INTEGER NOT NULL,
    position INTEGER NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_creation INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    exact INTEGER NOT NULL,
    priced INTEGER NOT NULL,
    PRIMARY KEY (run, position)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE eval_baselines (
    fact BLOB NOT NULL PRIMARY KEY,
    run BLOB NOT NULL,
    pinned INTEGER NOT NULL,
    recorded TEXT NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
