import { join } from "node:path";
import { type PausedRow, pausedFolder, pausedTasks, snapshotFile, snapshotText } from "../features/agent/model/paused-tasks.ts";
import type { AgentQueries } from "../features/agent/model/queries.ts";
import { leftoverOf } from "../platform/disk/replace-file.ts";
import type { SetAside } from "./log-files.ts";
import type { StoreFiles } from "./store-files.ts";

/*
 * `paused-tasks/<task>.json`: the snapshot of each paused task. Derived data, like the text files of the logs.
 */

type FilesContext = Readonly<{ home: string; files: StoreFiles }>;

export const pausedRows = (agent: AgentQueries): readonly PausedRow[] => agent.list(pausedTasks, {}).rows;

const encode = (row: PausedRow): Uint8Array => new TextEncoder().encode(snapshotText(row));

async function snapshotNames({ home, files }: FilesContext): Promise<readonly string[]> {
  return (await files.names(join(home, pausedFolder))).filter((name) => name.endsWith(".json"));
}

/** Whether snapshots are missing or there are too many. */
export async function areSnapshotsBehind(context: FilesContext, agent: AgentQueries): Promise<boolean> {
  const wanted = pausedRows(agent).map(({ task_id }) => snapshotFile(task_id));
  const found = await snapshotNames(context);
  return found.length !== wanted.length || wanted.some((name) => !found.includes(name));
}

/** Writes the snapshots of the paused tasks and removes all others. Only while the writers' lock is held. */
export async function settleSnapshots(context: FilesContext, agent: AgentQueries, setAside: SetAside): Promise<void> {
  const { home, files } = context;
  const folder = join(home, pausedFolder);
  const rows = pausedRows(agent);
  const found = await snapshotNames(context);
  if (rows.length > 0) await files.makeFolder(folder);
  for (const name of await files.names(folder)) {
    if (leftoverOf(name)?.endsWith(".json")) await files.remove(join(folder, name));
  }
  for (const row of rows) {
    const path = join(folder, snapshotFile(row.task_id));
    const text = encode(row);
    const present = await files.read(path);
    if (present !== undefined && Buffer.compare(present, text) === 0) continue;
    await files.replace(path, text);
  }
  const wanted = new Set(rows.map(({ task_id }) => snapshotFile(task_id)));
  for (const name of found.filter((one) => !wanted.has(one))) {
    const path = join(folder, name);
    // A known task that is not paused has left its snapshot behind; any other file came from elsewhere and is set aside first.
    if (!agent.isKnown(pausedTasks, name.slice(0, -".json".length))) {
      await setAside(`${pausedFolder}-${name}`, (await files.read(path)) ?? new Uint8Array(0));
    }
    await files.remove(path);
  }
}

/** Names of snapshot files whose content differs from what is recorded. */
export async function wrongSnapshots({ home, files }: FilesContext, agent: AgentQueries): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const row of pausedRows(agent)) {
    const name = join(pausedFolder, snapshotFile(row.task_id));
    const present = await files.read(join(home, name));
    if (present !== undefined && Buffer.compare(present, encode(row)) !== 0) wrong.push(name);
  }
  return wrong;
}
