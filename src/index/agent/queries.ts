import { budgets, extensions } from "../../domain/agent/budget.ts";
import { ciHistory } from "../../domain/agent/ci-history.ts";
import type { Row } from "../../domain/agent/columns.ts";
import { memory as memories } from "../../domain/agent/memory.ts";
import type { AgentQueries, Listing, Period } from "../../domain/agent/queries.ts";
import type { Store } from "../../domain/agent/store.ts";
import { tasks } from "../../domain/agent/tasks.ts";
import { invalidInput } from "../../domain/errors.ts";
import { int } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { toCell } from "./cells.ts";
import { hasChanges, numberOf } from "./changes.ts";
import { listRows, selectRows } from "./list.ts";
import { findRow } from "./rows.ts";
import { spendByModel, spendByTask, spendSum } from "./spend.ts";

const inPeriod = ({ from, to }: Period) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });

const only = (project: string | undefined) => (project === undefined ? {} : { project });

/** All questions about the agent's stores. */
export function agentQueries(db: Connection): AgentQueries {
  const list = listRows(db);
  const first = <R extends Row>(store: Store<R>, listing: Listing): R | undefined => selectRows(db, store, listing, 1)[0];
  return {
    get(store, key) {
      const found = findRow(db, store, key);
      return found === undefined ? undefined : store.row.parse(found.row);
    },
    list,
    counts(store, column, project) {
      const name = store.columns.find((one) => one.name === column)?.name;
      if (name === undefined) throw invalidInput(`the question about ${store.name}`, [`there is no column ${column}`]);
      const where = project === undefined ? "" : " WHERE project = ?";
      const rows = db.all(
        `SELECT ${name}, count(*) FROM ${store.table}${where} GROUP BY ${name} ORDER BY ${name}`,
        project === undefined ? [] : [toCell(project)],
        (row) => [String(row[0]), int(row, 1)] as const,
      );
      return Object.fromEntries(rows);
    },
    unanswered(project) {
      const row = db.get(
        `SELECT count(*) FROM em_inbox WHERE severity <> 'info' AND state IN ('pending', 'seen')${project === undefined ? "" : " AND project = ?"}`,
        project === undefined ? [] : [toCell(project)],
      );
      return int(row ?? [], 0);
    },
    nextTask: (project) => first(tasks, { where: { state: "pending", ...only(project) } }),
    staleTask: (before, project) =>
      first(tasks, {
        where: { state: "running", last_heartbeat_at: { to: before }, ...only(project) },
        order: [{ column: "last_heartbeat_at" }],
      }),
    pausedBy: (worker) => list(tasks, { where: { state: "paused", worker } }).rows,
    spendSum: spendSum(db),
    spendByModel: spendByModel(db),
    spendByTask: spendByTask(db),
    budget: () => first(budgets, { reverse: true }),
    extensions: (period) => list(extensions, { where: { granted_at: inPeriod(period) } }).rows,
    finishedCiRuns: (workflow, branch, limit) =>
      list(ciHistory, {
        where: { workflow_name: workflow, ...(branch === null ? {} : { branch }), duration_s: { from: 0 } },
        order: [{ column: "started_at", desc: true }],
        limit,
      }).rows,
    logSize(store) {
      const row = db.get("SELECT rows, bytes FROM agent_logs WHERE store = ?", [numberOf(store)]);
      return row === undefined ? { rows: 0, bytes: 0 } : { rows: int(row, 0), bytes: int(row, 1) };
    },
    isKnown: (store, key) => findRow(db, store, key) !== undefined || hasChanges(db, store, key),
    recall: (project, topic, limit) =>
      list(memories, {
        where: { project, superseded_by: null, ...(topic === undefined ? {} : { topic }) },
        order: memories.order,
        limit,
      }).rows,
  };
}
