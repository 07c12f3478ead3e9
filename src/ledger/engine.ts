import type { Team } from "../features/reviews/model/resets-in-force.ts";
import type { Cursor } from "../kernel/fact.ts";
import type { OnProgress } from "../kernel/progress.ts";
import type { AppliedHead, FactIndex, FactToApply, IndexFactory } from "../ports/fact-index.ts";
import type { FactLog, LogChunk } from "../ports/fact-log.ts";
import type { Logger } from "../ports/ports.ts";
import type { IndexFile } from "./index-file.ts";

export type ReadOptions = Readonly<{ onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined }>;

/**
 * The index of a ledger as it comes and goes: loaded when it is first needed, caught up with the journal before each use, and
 * dropped when it fails, for the journal has everything. Used by one piece of work at a time.
 */
export interface Engine {
  /** The index with all that any process has recorded until this call. */
  ready(options?: ReadOptions): Promise<FactIndex>;
  /**
   * Applies sealed facts and has them written. When either fails the index is dropped, for only the journal says what is recorded.
   */
  record(index: FactIndex, sealed: readonly FactToApply[], write: () => Promise<void>): Promise<void>;
  /** Builds a further index from the journal, beside the present one: this may be used meanwhile. */
  build(options: ReadOptions): Promise<FactIndex>;
  /** Takes an index that was built in place of the present one. */
  take(built: FactIndex): void;
  /** Writes the index out. Only while the writers' lock is held. */
  save(index: FactIndex): Promise<void>;
  /** The index as it stands, if there is one. */
  present(): FactIndex | undefined;
  /** Facts that the file does not have. */
  pending(): number;
  /** Whether the file is worth writing for another reason than further facts. */
  isChanged(): boolean;
  /** Counts the indexes that were built in place of another: what was derived from that one may be wrong. */
  builds(): number;
  heads(): readonly AppliedHead[];
  drop(): void;
}

export const cursorsOf = (index: FactIndex): readonly Cursor[] => index.heads().map(({ cursor }) => cursor);
export const factsOf = (heads: readonly AppliedHead[]): number => heads.reduce((sum, { facts }) => sum + facts, 0);

function applyChunk(index: FactIndex, chunk: LogChunk): void {
  index.apply(chunk.facts);
  index.skip(chunk.cursor, chunk.problems);
}

/**
 * Reads the journal on into an index. When reading ends early, by cancelling or a log that cannot be read, the index holds what was
 * read until then.
 * @param onBroken called when the index itself failed, halfway through a chunk: it must not be used any more
 * @returns `rewound`: a log went back behind what the index has applied, so that it cannot be used
 */
async function readInto(
  index: FactIndex,
  log: FactLog,
  message: string,
  { onProgress, signal }: ReadOptions,
  onBroken: () => void = () => undefined,
): Promise<"read" | "rewound"> {
  for await (const chunk of log.read(cursorsOf(index), signal)) {
    if (chunk.rewound) return "rewound";
    try {
      applyChunk(index, chunk);
    } catch (error) {
      onBroken();
      throw error;
    }
    onProgress?.({ done: chunk.bytesDone, total: chunk.bytesTotal, message });
  }
  return "read";
}

type Parts = Readonly<{
  log: FactLog;
  indexes: IndexFactory;
  file: IndexFile;
  logger: Logger;
  /** What is known of the people whose facts are here. */
  team(): Promise<Team>;
}>;

export function engineOf({ log, indexes, file, logger, team }: Parts): Engine {
  let current: FactIndex | undefined;
  let savedFacts = 0;
  let changed = false;
  let builds = 0;

  const drop = (): void => {
    current?.close();
    current = undefined;
    changed = false;
  };

  const load = async (): Promise<FactIndex> => {
    const loaded = await file.load();
    if (loaded.from === "replaced") builds += 1;
    savedFacts = factsOf(loaded.index.heads());
    changed = loaded.from === "changed";
    return loaded.index;
  };

  /** Fills an index from its start; it stands for nothing until that has succeeded. */
  const build = async (options: ReadOptions): Promise<FactIndex> => {
    const index = await indexes.create();
    try {
      index.setTeam(await team());
      if ((await readInto(index, log, "Building the index", options)) !== "read") {
        throw new Error("a log went back while it was read from its start");
      }
      return index;
    } catch (error) {
      index.close();
      throw error;
    }
  };

  const teach = (index: FactIndex, known: Team): void => {
    try {
      index.setTeam(known);
    } catch (error) {
      drop();
      throw error;
    }
  };

  const take = (built: FactIndex): void => {
    drop();
    current = built;
    savedFacts = 0;
    builds += 1;
  };

  return {
    async ready(options = {}) {
      current ??= await load();
      const index = current;
      teach(index, await team());
      if (!(await log.hasNews(cursorsOf(index)))) return index;
      if ((await readInto(index, log, "Reading the journal", options, drop)) === "read") return index;
      logger.warn("A log has changed behind what the index had applied: building the index again from the journal");
      await file.keepMissing(index);
      drop();
      const built = await build(options);
      take(built);
      return built;
    },
    async record(index, sealed, write) {
      try {
        index.apply(sealed);
        await write();
      } catch (error) {
        drop();
        throw error;
      }
    },
    build,
    take,
    async save(index) {
      const facts = factsOf(index.heads());
      await file.save(index);
      savedFacts = facts;
      changed = false;
    },
    present: () => current,
    pending: () => (current === undefined ? 0 : factsOf(current.heads()) - savedFacts),
    isChanged: () => changed,
    builds: () => builds,
    heads: () => current?.heads() ?? [],
    drop,
  };
}
