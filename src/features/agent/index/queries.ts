import { int } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import { budgets, extensions } from "../model/budget.ts";
import { ciHistory } from "../model/ci-history.ts";
import type { Row } from "../model/column-types.ts";
import { inbox } from "../model/inbox.ts";
import { memory as memories } from "../model/memory.ts";
import type { AgentQueries, ListQuery, Period } from "../model/queries.ts";
import type { Store } from "../model/store.ts";
import { tasks } from "../model/tasks.ts";
import { hasChanges, storeNumber } from "./changes.ts";
import { listRows, selectRows } from "./list.ts";
import type { RowCounts } from "./row-counts.ts";
import { findRow } from "./rows.ts";
import { spendBy, spendByModel, spendByQuarter, spendByTask, spendOfSessions, spendSum } from "./spend.ts";

const periodCondition = ({ from, to }: Period) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });

const projectCondition = (project: string | undefined) => (project === undefined ? {} : { project });

/** All queries on the agent's stores. */
export function agentQueries(db: Connection, counts: RowCounts): AgentQueries {
  const list = listRows(db);
  const first = <R extends Row>(store: Store<R>, listing: ListQuery): R | undefined => selectRows(db, store, listing, 1)[0];
  return {
    get(store, key) {
      const found = findRow(db, store, key);
      return found === undefined ? undefined : store.row.parse(found.row);
    },
    list,
    counts(store, project) {
      const sums = new Map<string, number>();
      for (const { state, rows } of counts.of(store, project)) sums.set(state, (sums.get(state) ?? 0) + rows);
      return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
    },
    unanswered: (project) =>
      counts
        .of(inbox, project)
        .filter(({ severity, state }) => severity !== "info" && (state === "pending" || state === "seen"))
        .reduce((sum, { rows }) => sum + rows, 0),
    nextTask: (project) => first(tasks, { where: { state: "pending", ...projectCondition(project) } }),
    staleTask: (before, project) =>
      first(tasks, {
        where: { state: "running", last_heartbeat_at: { to: before }, ...projectCondition(project) },
        order: [{ column: "last_heartbeat_at" }],
      }),
    pausedBy: (worker) => list(tasks, { where: { state: "paused", worker } }).rows,
    spendSum: spendSum(db),
    spendByModel: spendByModel(db),
    spendByTask: spendByTask(db),
    spendBy: spendBy(db),
    spendByQuarter: spendByQuarter(db),
    spendOfSessions: spendOfSessions(db),
    budget: () => first(budgets, { reverse: true }),
    extensions: (period) => list(extensions, { where: { granted_at: periodCondition(period) } }).rows,
    finishedCiRuns: (workflow, branch, limit) =>
      list(ciHistory, {
        where: { workflow_name: workflow, ...(branch === null ? {} : { branch }), duration_s: { from: 0 } },
        order: [{ column: "started_at", desc: true }],
        limit,
      }).rows,
    logSize(store) {
      const row = db.get("SELECT rows, bytes FROM agent_logs WHERE store = ?", [storeNumber(store)]);
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
