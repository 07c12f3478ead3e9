import { bytes, fromBlob, fromHex, int, name, toBlob, toText, uuid } from "../../../ledger/index/codec.ts";
import type { Connection, Params } from "../../../ledger/index/connection.ts";
import { placeAt } from "../../../ledger/index/fact-places.ts";
import { baselineOf } from "../model/baseline.ts";
import { compareText } from "../model/compare-text.ts";
import type { CostRow, EvalQueries, EvalRunRow, PackedRunRow } from "../model/queries.ts";
import type { TestKey } from "../model/run.ts";
import { withdrawnState } from "./choose-recording.ts";
import { costRuns, costSums } from "./cost-sums.ts";
import { evalRunColumns, evalRunRow, evalRunTables } from "./rows.ts";
import { inScope, scopeParams, wholeInScope } from "./scope-sql.ts";

/** The LIMIT that means "no limit" in SQLite. */
const noLimit = -1;

/**
 * Returns the first and the last UUID that start with some digits, as blobs; undefined when the text is not the start of a UUID.
 */
function boundsOfPrefix(prefix: string): Readonly<{ from: Uint8Array; to: Uint8Array }> | undefined {
  const digits = prefix.toLowerCase().replaceAll("-", "");
  if (digits === "" || !/^[0-9a-f]{1,32}$/.test(digits)) return undefined;
  return { from: fromHex(digits.padEnd(32, "0")), to: fromHex(digits.padEnd(32, "f")) };
}

function runsByPrefix(db: Connection, prefix: string, limit: number): readonly EvalRunRow[] {
  const bounds = boundsOfPrefix(prefix);
  if (bounds === undefined) return [];
  const sql = `SELECT ${evalRunColumns} FROM ${evalRunTables}
    WHERE r.fact >= ? AND r.fact <= ? ORDER BY r.at DESC, r.fact DESC LIMIT ?`;
  return db.all(sql, [bounds.from, bounds.to, limit], evalRunRow);
}

function previousRun(
  db: Connection,
  { id, at, tier, branch, project }: Pick<EvalRunRow, "id" | "at" | "tier" | "branch" | "project">,
): EvalRunRow | undefined {
  const findBefore = (more: string, params: Params): EvalRunRow | undefined => {
    const sql = `SELECT ${evalRunColumns} FROM ${evalRunTables}
      WHERE r.partial = 0 AND r.at_given = 1 AND r.project IS ? AND r.tier = ? AND r.at < ? AND r.fact <> ? ${more}
      ORDER BY r.at DESC, r.fact DESC LIMIT 1`;
    const found = db.all(sql, [project === null ? null : toText(project), toText(tier), at, toBlob(id), ...params], evalRunRow);
    return found[0];
  };
  return findBefore("AND r.branch = ?", [toText(branch)]) ?? findBefore("", []);
}

function baseline(db: Connection, project: string | null, tier: string): EvalRunRow | undefined {
  const changes = db.all(
    `SELECT b.run, b.pinned, b.recorded, b.device, b.seq FROM eval_baselines b JOIN eval_runs r ON r.fact = b.run
     WHERE r.project IS ? AND r.tier = ?`,
    [project === null ? null : toText(project), toText(tier)],
    (row) => ({ run: uuid(row, 0), pinned: int(row, 1) === 1, at: name(row, 2), device: name(row, 3), seq: int(row, 4) }),
  );
  const pinned = baselineOf(changes);
  return pinned === undefined ? undefined : runsByPrefix(db, pinned, 1)[0];
}

function distinct(db: Connection, column: "project" | "tier" | "branch"): readonly string[] {
  const sql = `SELECT DISTINCT ${column} FROM eval_runs WHERE ${column} IS NOT NULL`;
  return db.all(sql, [], (row) => name(row, 0)).toSorted(compareText);
}

/** Queries about eval runs, answered from the index. */
export function evalQueries(db: Connection): EvalQueries {
  return {
    runs: ({ limit, whole, dated, ...scope }) =>
      db.all(
        `SELECT ${evalRunColumns} FROM ${evalRunTables} WHERE ${whole === true ? wholeInScope : inScope}
         ${dated === true ? "AND r.at_given = 1" : ""} ORDER BY r.at DESC, r.fact DESC LIMIT ?6`,
        [...scopeParams(scope), limit ?? noLimit],
        evalRunRow,
      ),
    countRuns(scope) {
      const row = db.get(`SELECT count(*) FROM eval_runs r WHERE ${inScope}`, scopeParams(scope));
      return row === undefined ? 0 : int(row, 0);
    },
    spent(scope) {
      const sql = `SELECT count(*), total(r.partial), total(r.spent), coalesce(min(r.spent_complete), 1) FROM eval_runs r WHERE ${inScope}`;
      const row = db.get(sql, scopeParams(scope));
      if (row === undefined) throw new TypeError("a count has no row");
      return { runs: int(row, 0), partial: int(row, 1), micros: int(row, 2), complete: int(row, 3) === 1 };
    },
    choices: () => ({ projects: distinct(db, "project"), tiers: distinct(db, "tier"), branches: distinct(db, "branch") }),
    runsByPrefix: (prefix, limit) => runsByPrefix(db, prefix, limit),
    everyRun: () => db.all(`SELECT ${evalRunColumns} FROM ${evalRunTables}`, [], evalRunRow),
    packed: (id) => db.all("SELECT results FROM eval_runs WHERE fact = ?", [toBlob(id)], (row) => bytes(row, 0)),
    recordedContent(project, contentSha256) {
      const sql = `SELECT ${evalRunColumns} FROM ${evalRunTables} WHERE r.content = ? AND r.project IS ?`;
      const [found] = db.all(sql, [fromHex(contentSha256), project === null ? null : toText(project)], evalRunRow);
      return found === undefined ? undefined : { id: found.id, place: found.place };
    },
    takenBackContent(project, contentSha256) {
      const sql = `SELECT d.uuid, r.segment, r.offset, r.length FROM eval_recordings r JOIN devices d ON d.id = r.device
        WHERE r.content = ? AND r.project IS ? AND r.counts = ${withdrawnState}
          AND NOT EXISTS (SELECT 1 FROM owners o WHERE o.device = d.uuid)`;
      const row = db.get(sql, [fromHex(contentSha256), project === null ? null : toText(project)]);
      return row && { place: placeAt(row, 0) };
    },
    previousRun: (run) => previousRun(db, run),
    baseline: (project, tier) => baseline(db, project, tier),
    packedRuns({ limit, ...scope }) {
      const read = (row: Parameters<typeof int>[0]): PackedRunRow => ({
        id: uuid(row, 0),
        at: int(row, 1),
        results: bytes(row, 2),
        sha: name(row, 3),
      });
      const sql = `SELECT r.fact, r.at, r.results, r.sha FROM eval_runs r WHERE ${wholeInScope} ORDER BY r.at DESC, r.fact DESC LIMIT ?6`;
      return db.all(sql, [...scopeParams(scope), limit ?? noLimit], read).reverse();
    },
    tests({ tier, suite, name: test }) {
      const rows = db.all(
        `SELECT id, tier, suite, name FROM eval_tests
         WHERE (?1 IS NULL OR tier = ?1) AND (?2 IS NULL OR suite = ?2) AND (?3 IS NULL OR name = ?3)`,
        [tier, suite, test].map((one) => (one === undefined ? null : toText(one))),
        (row): readonly [number, TestKey] => [int(row, 0), { tier: name(row, 1), suite: name(row, 2), name: name(row, 3) }],
      );
      return new Map(rows);
    },
    costRuns: costRuns(db),
    costSums: costSums(db),
    costs({ run, ...scope }) {
      return db.all(
        `SELECT r.fact, r.at, c.model, c.calls, c.input, c.output, c.cache_read, c.cache_creation, c.cost, c.exact, c.priced
         FROM eval_runs r JOIN eval_costs c ON c.run = r.id
         WHERE ${run === undefined ? inScope : "r.fact = ?1"} ORDER BY r.at, r.fact, c.position`,
        run === undefined ? scopeParams(scope) : [toBlob(run)],
        (row): CostRow => ({
          runId: fromBlob(bytes(row, 0)),
          at: int(row, 1),
          model: name(row, 2),
          calls: int(row, 3),
          tokens: { input: int(row, 4), output: int(row, 5), cacheRead: int(row, 6), cacheCreation: int(row, 7) },
          costMicros: int(row, 8),
          exact: int(row, 9) === 1,
          priced: int(row, 10) === 1,
        }),
      );
    },
  };
}
