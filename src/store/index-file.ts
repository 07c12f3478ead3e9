import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { storeUnreadable } from "../domain/errors.ts";
import type { FactIndex, IndexFactory } from "../domain/fact-index.ts";
import type { FactLog, Logger } from "../domain/ports.ts";
import { isMissing, replaceFile, sweepTemporaries } from "./atomic.ts";

const indexFile = "index.sqlite";

/** Where the index of this version stands when `index.sqlite` is of a newer one, which must not be overwritten. */
const besideFile = (version: number): string => `index-v${version}.sqlite`;

/** An index and whether its file says the same. */
export type LoadedIndex = Readonly<{ index: FactIndex; fresh: boolean; changed: boolean }>;

/** The index as a file of the home. */
export interface IndexFile {
  /** Reads the index; an empty one (`fresh`) when there is none that can be used. */
  load(): Promise<LoadedIndex>;
  /** Writes the index out. Only while the writers' lock is held. @throws disk_full, store_unwritable */
  save(index: FactIndex): Promise<void>;
  /** Bytes on disk; 0 when there is no file. */
  size(): Promise<number>;
}

async function read(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw storeUnreadable(path, error instanceof Error ? error.message : String(error), error);
  }
}

export function indexFileOf(home: string, indexes: IndexFactory, log: FactLog, logger: Logger): IndexFile {
  let path = join(home, indexFile);

  /** Whether the journal still has the last fact of each device that the index has applied, where the index says. */
  const fitsJournal = async (index: FactIndex): Promise<boolean> => {
    for (const { cursor, last } of index.heads()) {
      if (last === null) continue;
      try {
        if ((await log.fetch(last)).hash !== cursor.hash) return false;
      } catch {
        // A fact that cannot be fetched is as good as another one: the index is not of this journal.
        return false;
      }
    }
    return true;
  };

  const create = async (): Promise<LoadedIndex> => ({ index: await indexes.create(), fresh: true, changed: false });

  const rebuild = (reason: string): Promise<LoadedIndex> => {
    logger.warn(`${path}: ${reason}; building the index again from the journal`);
    return create();
  };

  const load = async (): Promise<LoadedIndex> => {
    const bytes = await read(path);
    if (bytes === undefined) return create();
    const opened = await indexes.open(bytes);
    switch (opened.state) {
      case "ready": {
        if (await fitsJournal(opened.index)) return { index: opened.index, fresh: false, changed: opened.changed };
        opened.index.close();
        return rebuild("it is not of this journal");
      }
      case "damaged":
        return rebuild(opened.reason);
      case "newer": {
        const beside = join(home, besideFile(indexes.version));
        if (path === beside) return rebuild(`it has version ${opened.version} under the name of version ${indexes.version}`);
        logger.info(`${path} has version ${opened.version}, newer than ${indexes.version}: using ${beside}`);
        path = beside;
        return load();
      }
      default:
        return opened satisfies never;
    }
  };

  return {
    load: () => {
      path = join(home, indexFile);
      return load();
    },
    async save(index) {
      await sweepTemporaries(path);
      await replaceFile(path, index.export());
    },
    async size() {
      try {
        return (await stat(path)).size;
      } catch (error) {
        if (isMissing(error)) return 0;
        throw storeUnreadable(path, error instanceof Error ? error.message : String(error), error);
      }
    },
  };
}
