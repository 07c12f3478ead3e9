import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import initSqlJs from "sql.js";
import type { ReviewRecorded } from "../../src/features/reviews/model/review-recorded.ts";
import { addTotals, ddl, findingValues, insertFinding, insertRun, runValues } from "./rows.ts";

/** The usual way to use sql.js: insert, export the whole database, write it durably and atomically. */
export async function sqljsExport(
  folder: string,
  history: readonly ReviewRecorded[],
): Promise<Readonly<{ write(run: ReviewRecorded): void; close(): void }>> {
  const SQL = await initSqlJs();
  const db = new SQL.Database();
  db.run(ddl);
  const insertAll = (runs: readonly ReviewRecorded[]): void => {
    const [run, finding, totals] = [db.prepare(insertRun), db.prepare(insertFinding), db.prepare(addTotals)];
    for (const one of runs) {
      run.bind(runValues(one));
      run.step();
      const id = Number(run.get()[0]);
      run.reset();
      for (const values of findingValues(id, one)) finding.run(values);
      totals.run([one.agent, one.report.reward_delta]);
    }
    for (const statement of [run, finding, totals]) statement.free();
  };
  db.run("begin");
  insertAll(history);
  db.run("commit");
  const path = join(folder, "peer-sqljs.sqlite");
  return {
    write(run) {
      insertAll([run]);
      const fd = openSync(`${path}.tmp`, "w");
      writeSync(fd, db.export());
      fsyncSync(fd);
      closeSync(fd);
      renameSync(`${path}.tmp`, path);
    },
    close: () => db.close(),
  };
}
