import { join } from "node:path";
import { toErrorView } from "../kernel/ledger-error.ts";
import type { FactIndex, IndexFactory } from "../ports/fact-index.ts";
import type { FactLog } from "../ports/fact-log.ts";
import type { Logger } from "../ports/ports.ts";
import type { StoreFiles } from "./store-files.ts";
import { readSummary } from "./summary.ts";

const indexFile = "index.sqlite";

/** Name of this version's index file when `index.sqlite` has a newer version, which must not be overwritten. */
const versionedFile = (version: number): string => `index-v${version}.sqlite`;

/**
 * An index and its origin. `file`: identical to the file; `changed`: loaded from the file, but different from it; `empty`: there
 * is no file; `replaced`: empty, because the file could not be used.
 */
export type LoadedIndex = Readonly<{ index: FactIndex; from: "file" | "changed" | "empty" | "replaced" }>;

/** The file of the index in the home. */
export interface IndexFile {
  /** Loads the index; an empty one when there is no usable file. */
  load(): Promise<LoadedIndex>;
  /** Writes the index to its file. Only while the writers' lock is held. @throws disk_full, store_unwritable */
  save(index: FactIndex): Promise<void>;
  /** Preserves what an index knows of facts that are missing in the journal, before the index is dropped. */
  keepMissing(index: FactIndex): Promise<void>;
  /** Bytes on disk; 0 when there is no file. */
  size(): Promise<number>;
}

type Parts = Readonly<{ home: string; files: StoreFiles; indexes: IndexFactory; log: FactLog; logger: Logger }>;

export function createIndexFile({ home, files, indexes, log, logger }: Parts): IndexFile {
  let path = join(home, indexFile);

  /**
   * Preserves what the index knows of facts that are missing in the journal: records how far the logs reached, and keeps a copy
   * of the file, which any SQLite tool can open.
   */
  const keepMissing = async (index: FactIndex, bytes: Uint8Array): Promise<void> => {
    const heads = index.heads().map(({ cursor }) => cursor);
    await log.recall(heads);
    const known = new Map(heads.map(({ device, seq }) => [device, seq]));
    const lost = (await log.missing([])).filter(({ device, ends }) => (known.get(device) ?? 0) > ends);
    if (lost.length === 0) return;
    try {
      const copyPath = await log.setAside(path, bytes, "it counted facts that were then missing in the journal");
      logger.warn(`The journal lacks facts that ${path} counted: it is kept as ${copyPath}`);
    } catch (error) {
      // The current query can be answered without the copy.
      logger.warn(`${path} counts facts that the journal lacks and could not be kept: ${toErrorView(error).message}`);
    }
  };

  /** Whether the journal still holds, at the place that the index states, the last fact that the index applied of each device. */
  const fitsJournal = async (index: FactIndex): Promise<boolean> => {
    for (const { cursor, last } of index.heads()) {
      if (last === null) continue;
      try {
        if ((await log.fetch(last)).hash !== cursor.hash) return false;
      } catch {
        // A fact that cannot be fetched counts as a different one: the index does not belong to this journal.
        return false;
      }
    }
    return true;
  };

  /** Records how far the logs reached according to the summary: without an index it is the only source left. */
  const recallSummary = async (): Promise<void> => {
    const found = await readSummary(files, home);
    if (found !== null && found !== "newer") await log.recall(found.heads);
  };

  const rebuild = async (reason: string): Promise<LoadedIndex> => {
    logger.warn(`${path}: ${reason}; building the index again from the journal`);
    await recallSummary();
    return { index: await indexes.create(), from: "replaced" };
  };

  const load = async (): Promise<LoadedIndex> => {
    const [bytes] = await Promise.all([files.read(path), indexes.prepare()]);
    if (bytes === undefined) {
      await recallSummary();
      return { index: await indexes.create(), from: "empty" };
    }
    const result = await indexes.open(bytes);
    switch (result.state) {
      case "ready": {
        if (await fitsJournal(result.index)) return { index: result.index, from: result.changed ? "changed" : "file" };
        await keepMissing(result.index, bytes);
        result.index.close();
        return rebuild("it is not of this journal");
      }
      case "damaged":
        return rebuild(result.reason);
      case "newer": {
        const versionedPath = join(home, versionedFile(indexes.version));
        if (path === versionedPath)
          return rebuild(`it has version ${result.version} under the name of version ${indexes.version}`);
        logger.info(`${path} has version ${result.version}, newer than ${indexes.version}: using ${versionedPath}`);
        path = versionedPath;
        return load();
      }
      default:
        return result satisfies never;
    }
  };

  return {
    load: () => {
      path = join(home, indexFile);
      return load();
    },
    keepMissing: (index) => keepMissing(index, index.export()),
    async save(index) {
      await files.sweep(path);
      await files.replace(path, index.export());
    },
    size: () => files.size(path),
  };
}
