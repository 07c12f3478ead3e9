import { join } from "node:path";
import type { Row } from "../features/agent/model/column-types.ts";
import { logLine, logStores } from "../features/agent/model/log-line.ts";
import type { AgentQueries } from "../features/agent/model/queries.ts";
import type { Store } from "../features/agent/model/store.ts";
import type { StoreFiles } from "./store-files.ts";

/*
 * `self-edits.log` and `learnings.log`: the rows of two stores in recording order, one line per row. Derived data: new lines are
 * appended, and a file with wrong content is rewritten.
 */

type FilesContext = Readonly<{ home: string; files: StoreFiles }>;

export const logPath = (home: string, store: Store): string => join(home, store.place);

const pageRows = 1000;
const encode = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));

function requireLine(store: Store, row: Row): string {
  const line = logLine(store, row);
  if (line === null) throw new TypeError(`${store.name} has no text file`);
  return line;
}

/** The whole text of a store. */
export function logText(agent: AgentQueries, store: Store): Uint8Array {
  const lines: string[] = [];
  let cursor: string | undefined;
  do {
    const page = agent.list(store, { limit: pageRows, cursor });
    for (const row of page.rows) lines.push(requireLine(store, row));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return encode(lines);
}

/**
 * The latest lines that have exactly `bytes` bytes in total, oldest first, and the line before them; undefined when no number of
 * lines has that length. Reads no more rows than necessary.
 */
function newestLines(
  agent: AgentQueries,
  store: Store,
  bytes: number,
): Readonly<{ lines: readonly string[]; before: string | undefined }> | undefined {
  const lines: string[] = [];
  let remaining = bytes;
  let cursor: string | undefined;
  do {
    const page = agent.list(store, { reverse: true, limit: pageRows, cursor });
    for (const row of page.rows) {
      const line = requireLine(store, row);
      if (remaining === 0) return { lines: lines.reverse(), before: line };
      remaining -= Buffer.byteLength(line) + 1;
      if (remaining < 0) return undefined;
      lines.push(line);
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return remaining === 0 ? { lines: lines.reverse(), before: undefined } : undefined;
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Whether the size of a file differs from the expected size. */
export async function isLogBehind({ home, files }: FilesContext, agent: AgentQueries): Promise<boolean> {
  for (const store of logStores) {
    if ((await files.size(logPath(home, store))) !== agent.logSize(store).bytes) return true;
  }
  return false;
}

async function rewriteLog({ home, files }: FilesContext, agent: AgentQueries, store: Store, setAside: SetAside): Promise<void> {
  const path = logPath(home, store);
  const found = await files.read(path);
  const text = logText(agent, store);
  if (found !== undefined && sameBytes(found, text)) return;
  const isBeginning = found === undefined || sameBytes(found, text.subarray(0, found.length));
  if (!isBeginning) await setAside(store.place, found);
  await files.sweep(path);
  if (text.length === 0) await files.remove(path);
  else await files.replace(path, text);
}

/** Keeps the content of a file that does not come from the index, before it is overwritten or removed. */
export type SetAside = (name: string, content: Uint8Array) => Promise<void>;

/**
 * Brings the text files up to date: missing lines at the end are appended in one write; a file with any other difference is
 * rewritten, and its previous content is set aside. Only while the writers' lock is held.
 * @param whole compare every line, not only the size and the end
 */
export async function settleLogs(context: FilesContext, agent: AgentQueries, setAside: SetAside, whole: boolean): Promise<void> {
  const { home, files } = context;
  for (const store of logStores) {
    const path = logPath(home, store);
    const size = await files.size(path);
    const missing = agent.logSize(store).bytes - size;
    const newest = whole || missing < 0 ? undefined : newestLines(agent, store, missing);
    const before = newest?.before === undefined ? new Uint8Array(0) : encode([newest.before]);
    const isEnd = newest !== undefined && sameBytes(await files.readEnd(path, before.length), before);
    if (!isEnd) await rewriteLog(context, agent, store, setAside);
    else if (newest.lines.length > 0) await files.append(path, encode(newest.lines));
  }
}
