import { readFile } from "node:fs/promises";
import { compareNames } from "../../kernel/compare-names.ts";
import { type Connection, connect, loadSql, type SqlSource } from "../../ledger/index/connection.ts";
import { createDays, type Days } from "../../ledger/index/days.ts";
import { addProblem, readProblems } from "../../ledger/index/problem-rows.ts";
import { headerVersion, seal, unseal } from "../../ledger/index/seal.ts";
import type { FactIndex, IndexFactory } from "../../ports/fact-index.ts";
import type { Calendar } from "../../ports/ports.ts";
import { agentQueries } from "../agent/index/queries.ts";
import { createRowCounts } from "../agent/index/row-counts.ts";
import { evalQueries } from "../evals/index/queries.ts";
import { testNumbers } from "../evals/index/test-numbers.ts";
import { gateQueries } from "../gate/index/queries.ts";
import { decideEvals } from "../intake/index/apply.ts";
import { intakeQueries } from "../intake/index/queries.ts";
import { refoldHiddenRuns } from "../reviews/index/apply-resets.ts";
import { clearDeltas, emptyDeltas, hasNoDeltas } from "../reviews/index/pending-sums.ts";
import { reviewQueries } from "../reviews/index/queries/review.ts";
import { reassignDays, storedZone, storeZone } from "../reviews/index/reassign-days.ts";
import { refoldStreaks } from "../reviews/index/refold-streaks.ts";
import type { Team } from "../reviews/model/resets-in-force.ts";
import { rulesQueries } from "../rules/index/queries.ts";
import { selfFixQueries } from "../self-fix/index/queries.ts";
import { applyFact } from "./apply.ts";
import { settleClocks } from "./clocks.ts";
import { createDraftCheck } from "./dispatch-facts.ts";
import { flush, flushSums } from "./flush.ts";
import { createLookupCache } from "./lookup-cache.ts";
import { latestVersion, migrate, migrations, oldestMigratable } from "./migrations.ts";
import { emptyBatch, type Session } from "./session.ts";

/** Number of collected sums above which they are written before more are collected. */
const collectedLimit = 20_000;

const createSession = (parts: Pick<Session, "db" | "days" | "memory" | "evalTests" | "rowCounts" | "deltas">): Session => ({
  ...parts,
  unsettled: new Map(),
  bestLost: new Set(),
  exposed: new Set(),
  replaced: new Set(),
  clocksBack: new Set(),
});

/** A key that is the same for teams with the same content. */
const teamKey = ({ owners, resets }: Team): string =>
  JSON.stringify([
    [...owners].sort(([a], [b]) => compareNames(a, b)),
    resets.map(({ id, agent, at, heads }) => [id, agent, at, [...heads].sort(([a], [b]) => compareNames(a, b))]),
  ]);

/**
 * The index over an open database. Rows of runs are written as facts are applied; sums and standings are collected and written
 * before a query or an export, so that applying a fact stays cheap.
 */
function createIndex(db: Connection, days: Days): FactIndex {
  const memory = createLookupCache(db);
  const evalTests = testNumbers(db);
  const counts = createRowCounts(db);
  const queries = {
    review: reviewQueries({ db, days, memory }),
    eval: evalQueries(db),
    agent: agentQueries(db, counts),
    intake: intakeQueries(db, memory),
    rules: rulesQueries(db),
    gate: gateQueries(db),
    selfFix: selfFixQueries(db),
  };
  /** Applied, but not written yet. */
  const pending = emptyDeltas();

  const writePending = (): void => {
    if (hasNoDeltas(pending)) return;
    flush(db, memory, days, pending);
    clearDeltas(pending);
  };

  const flushedQueries = (): typeof queries => {
    writePending();
    return queries;
  };

  /** Runs a change, then updates everything that depends on it. */
  const runChange = (change: (session: Session) => void): void => {
    const session = createSession({ db, days, memory, evalTests, rowCounts: counts, deltas: pending });
    change(session);
    if (session.exposed.size + session.clocksBack.size > 0) {
      flushSums(db, memory, days, pending);
      pending.days.clear();
      pending.rules.clear();
      settleClocks(session);
      refoldHiddenRuns(session);
    }
    refoldStreaks(session);
    if (pending.days.size + pending.rules.size > collectedLimit) writePending();
  };

  return {
    heads: () => [...memory.devices.values()].map(({ cursor, last, facts }) => ({ cursor, last, facts })),
    problems: () => readProblems(db),
    queries: flushedQueries,
    draftCheck: (fetch) => createDraftCheck({ db, memory, evals: () => flushedQueries().eval, fetch, batch: emptyBatch() }),
    setTeam(team) {
      if (teamKey(team) === teamKey(memory.team())) return;
      runChange((session) => {
        memory.setTeam(team);
        decideEvals(session, memory.intake.named());
        for (const { agent } of memory.scopes.values()) session.exposed.add(agent);
      });
    },
    apply: (facts) =>
      runChange((session) => {
        for (const placed of facts) applyFact(session, placed);
      }),
    skip(cursor, problems) {
      for (const problem of problems) if (problem.kind !== "torn") addProblem(db, problem);
      const updated = { ...memory.device(cursor.device), cursor };
      memory.devices.set(cursor.device, updated);
      pending.devices.set(cursor.device, updated);
    },
    export() {
      writePending();
      return seal(db.export());
    },
    close: () => db.close(),
  };
}

/** `empty`: path of an index without facts, which the build creates. */
export type IndexOptions = SqlSource & Readonly<{ empty?: string | undefined; calendar: Calendar }>;

/**
 * Reads the database of an index without facts. Creating its tables instead takes a third of the time of a short process.
 * @returns null where there is none of this version: the tables are then created
 */
async function readEmptyDatabase(path: string | undefined): Promise<Uint8Array | null> {
  if (path === undefined) return null;
  // Only speed depends on it.
  const bytes = await readFile(path).catch(() => new Uint8Array());
  return headerVersion(bytes) === latestVersion(migrations) ? (unseal(bytes) ?? null) : null;
}

/** Indexes in sql.js. Its code and `empty` are read when the first index is created. */
export function createIndexFactory(options: IndexOptions): IndexFactory {
  let loading: ReturnType<typeof loadSql> | undefined;
  const loadOnce = () => {
    loading ??= loadSql(options);
    return loading;
  };
  const days = createDays(options.calendar);
  const version = latestVersion(migrations);

  const create = async (): Promise<FactIndex> => {
    const [loaded, empty] = await Promise.all([loadOnce(), readEmptyDatabase(options.empty)]);
    const db = connect(loaded, empty);
    migrate(db, migrations);
    storeZone(db, days.zone);
    return createIndex(db, days);
  };

  return {
    version,
    prepare: async () => void (await loadOnce()),
    create,
    async open(bytes) {
      const found = headerVersion(bytes);
      if (found !== undefined && found > version) return { state: "newer", version: found };
      if (found !== undefined && found < oldestMigratable) return { state: "ready", index: await create(), changed: true };
      const database = unseal(bytes);
      if (database === undefined) return { state: "damaged", reason: "its checksum is wrong" };
      const loaded = await loadOnce();
      let db: Connection | undefined;
      try {
        db = connect(loaded, database);
        migrate(db, migrations);
        const zoneChanged = storedZone(db) !== days.zone;
        if (zoneChanged)
          reassignDays(
            createSession({
              db,
              days,
              memory: createLookupCache(db),
              evalTests: testNumbers(db),
              rowCounts: createRowCounts(db),
              deltas: emptyDeltas(),
            }),
          );
        return { state: "ready", index: createIndex(db, days), changed: zoneChanged || found !== version };
      } catch (error) {
        // The checksum was right, so this is a file that something else wrote with our seal; the journal has everything.
        db?.close();
        return { state: "damaged", reason: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}
