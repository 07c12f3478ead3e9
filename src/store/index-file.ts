import { join } from "node:path";
import type { FactIndex, IndexFactory } from "../domain/fact-index.ts";
import type { FactLog, Logger } from "../domain/ports.ts";
import type { StoreFiles } from "./files.ts";

const indexFile = "index.sqlite";

/** Where the index of this version stands when `index.sqlite` is of a newer one, which must not be overwritten. */
const besideFile = (version: number): string => `index-v${version}.sqlite`;

/**
 * An index and how it came: `file`: as the file has it; `changed`: from the file, which it differs from; `empty`: there is no file;
 * `replaced`: empty, because the file could not be used.
 */
export type LoadedIndex = Readonly<{ index: FactIndex; from: "file" | "changed" | "empty" | "replaced" }>;

/** The index as a file of the home. */
export interface IndexFile {
  /** Reads the index; an empty one when there is none that can be used. */
  load(): Promise<LoadedIndex>;
  /** Writes the index out. Only while the writers' lock is held. @throws disk_full, store_unwritable */
  save(index: FactIndex): Promise<void>;
  /** Bytes on disk; 0 when there is no file. */
  size(): Promise<number>;
}

type Parts = Readonly<{ home: string; files: StoreFiles; indexes: IndexFactory; log: FactLog; logger: Logger }>;

export function indexFileOf({ home, files, indexes, log, logger }: Parts): IndexFile {
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

  const rebuild = async (reason: string): Promise<LoadedIndex> => {
    logger.warn(`${path}: ${reason}; building the index again from the journal`);
    return { index: await indexes.create(), from: "replaced" };
  };

  const load = async (): Promise<LoadedIndex> => {
    const [bytes] = await Promise.all([files.read(path), indexes.prepare()]);
    if (bytes === undefined) return { index: await indexes.create(), from: "empty" };
    const opened = await indexes.open(bytes);
    switch (opened.state) {
      case "ready": {
        if (await fitsJournal(opened.index)) return { index: opened.index, from: opened.changed ? "changed" : "file" };
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
      await files.sweep(path);
      await files.replace(path, index.export());
    },
    size: () => files.size(path),
  };
}
