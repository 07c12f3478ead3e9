import { join } from "node:path";
import { logStores } from "../features/agent/model/log-line.ts";
import { pausedFolder } from "../features/agent/model/paused-tasks.ts";
import type { FactIndex } from "../ports/fact-index.ts";
import type { Clock, Logger } from "../ports/ports.ts";
import { isLogBehind, logPath, logText, type SetAside, settleLogs } from "./log-files.ts";
import { areSnapshotsBehind, pausedRows, settleSnapshots, wrongSnapshots } from "./snapshot-files.ts";
import type { StoreFiles } from "./store-files.ts";

/**
 * The agent's stores that also exist as files under the home. They follow the index: they are extended after each append, and
 * written again when they are missing or wrong.
 */
export interface Projections {
  /** Whether files may differ from the index. Checks the disk only on the first call and after something was recorded. */
  isDue(index: FactIndex): Promise<boolean>;
  /** Brings the files up to date. Only while the writers' lock is held. @throws disk_full, store_unwritable */
  settle(index: FactIndex, options?: Readonly<{ whole: boolean }>): Promise<void>;
  /** Creates the folder of the snapshots. */
  prepare(): Promise<void>;
  /** Names of files that appear to be current but have wrong content. */
  wrong(index: FactIndex): Promise<readonly string[]>;
}

export type ProjectionsOptions = Readonly<{ home: string; files: StoreFiles; clock: Clock; logger: Logger }>;

/** The state of the index that the files depend on, as one comparable text. */
function stateOf({ agent }: ReturnType<FactIndex["queries"]>): string {
  const paused = pausedRows(agent).map(({ task_id, paused_at, context_hash }) => [task_id, paused_at, context_hash]);
  return JSON.stringify([logStores.map((store) => agent.logSize(store)), paused]);
}

export function createProjections({ home, files, clock, logger }: ProjectionsOptions): Projections {
  const context = { home, files };
  /** The state of the index when the files were last found correct or written. */
  let settled: string | undefined;

  const setAside: SetAside = async (name, content) => {
    const folder = join(home, "quarantine");
    await files.makeFolder(folder);
    const path = join(folder, `${name}.${clock.now().toISOString().replaceAll(":", "-")}`);
    await files.replace(path, content);
    logger.warn(`${name} held what is not recorded; it is kept as ${path}`);
  };

  return {
    async isDue(index) {
      const { agent } = index.queries();
      const state = stateOf(index.queries());
      if (state === settled) return false;
      if ((await isLogBehind(context, agent)) || (await areSnapshotsBehind(context, agent))) return true;
      // On the first check, correct sizes and names are enough. Later the state has changed, so a snapshot may have new content.
      if (settled !== undefined && pausedRows(agent).length > 0) return true;
      settled = state;
      return false;
    },
    async settle(index, { whole } = { whole: false }) {
      const { agent } = index.queries();
      const state = stateOf(index.queries());
      await settleLogs(context, agent, setAside, whole);
      await settleSnapshots(context, agent, setAside);
      settled = state;
    },
    prepare: () => files.makeFolder(join(home, pausedFolder)),
    async wrong(index) {
      const { agent } = index.queries();
      const wrong: string[] = [];
      for (const store of logStores) {
        const found = await files.read(logPath(home, store));
        if (found === undefined || found.length !== agent.logSize(store).bytes) continue;
        if (Buffer.compare(found, logText(agent, store)) !== 0) wrong.push(store.place);
      }
      return [...wrong, ...(await wrongSnapshots(context, agent))];
    },
  };
}
