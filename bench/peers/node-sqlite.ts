import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ReviewRecorded } from "../../src/features/reviews/model/review-recorded.ts";
import { addTotals, ddl, findingValues, insertFinding, insertRun, runValues } from "./rows.ts";

/** SQLite on disk, as shipped with Node: WAL, synchronous=FULL, one transaction per record. */
export function nodeSqlite(
  folder: string,
  history: readonly ReviewRecorded[],
): Readonly<{ write(run: ReviewRecorded): void; close(): void }> {
  const db = new DatabaseSync(join(folder, "peer.sqlite"));
  db.exec(`pragma journal_mode = wal; pragma synchronous = full; ${ddl}`);
  const [run, finding, totals] = [db.prepare(insertRun), db.prepare(insertFinding), db.prepare(addTotals)];
  const insert = (one: ReviewRecorded): void => {
    const row = run.get(...runValues(one));
    for (const values of findingValues(Number(row?.["id"]), one)) finding.run(...values);
    totals.run(one.agent, one.report.reward_delta);
  };
  db.exec("begin");
  for (const one of history) insert(one);
  db.exec("commit; pragma wal_checkpoint(truncate)");
  return {
    write(one) {
      db.exec("begin immediate");
      insert(one);
      db.exec("commit");
    },
    close: () => db.close(),
  };
}
