import type { Team } from "../features/reviews/model/resets-in-force.ts";
import type { Cursor } from "../kernel/fact.ts";
import type { OnProgress } from "../kernel/progress.ts";
import type { AppliedHead, FactIndex, FactToApply, IndexFactory } from "../ports/fact-index.ts";
import type { FactLog, LogChunk } from "../ports/fact-log.ts";
import type { Logger } from "../ports/ports.ts";
import type { IndexFile } from "./index-file.ts";

export type ReadOptions = Readonly<{ onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined }>;

/**
 * Manages the lifetime of a ledger's index: it is loaded on first use, caught up with the journal before each use, and dropped
 * when it fails, because the journal has everything. Only one task may use it at a time.
 */
export interface Engine {
  /** Returns the index with everything that any process has recorded before this call. */
  ready(options?: ReadOptions): Promise<FactIndex>;
  /**
   * Applies sealed facts to the index, then calls `write`. When either fails, the index is dropped: only the journal is
   * authoritative.
   */
  record(index: FactIndex, sealed: readonly FactToApply[], write: () => Promise<void>): Promise<void>;
  /** Builds another index from the journal; the current one can be used meanwhile. */
  build(options: ReadOptions): Promise<FactIndex>;
  /** Replaces the current index by one from `build`. */
  take(built: FactIndex): void;
  /** Writes the index to its file. Only while the writers' lock is held. */
  save(index: FactIndex): Promise<void>;
  /** The current index, if there is one. */
  present(): FactIndex | undefined;
  /** Number of facts that the index has and its file lacks. */
  pending(): number;
  /** Whether the file should be written for another reason than new facts. */
  isChanged(): boolean;
  /** Number of times that a new index has replaced another: data derived from the earlier one may be wrong. */
  builds(): number;
  heads(): readonly AppliedHead[];
  drop(): void;
}

export const cursorsOf = (index: FactIndex): readonly Cursor[] => index.heads().map(({ cursor }) => cursor);
export const countFacts = (heads: readonly AppliedHead[]): number => heads.reduce((sum, { facts }) => sum + facts, 0);

function applyChunk(index: FactIndex, chunk: LogChunk): void {
  index.apply(chunk.facts);
  index.skip(chunk.cursor, chunk.problems);
}

/**
 * Reads the rest of the journal into an index. When reading stops early (cancelled, or a log is unreadable), the index keeps what
 * was read so far.
 * @param onBroken called when applying a chunk failed halfway: the index must not be used again
 * @returns `rewound`: a log was rewound behind what the index has applied, so the index cannot be used
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
  /** The owners of other people's devices whose facts are here, and the resets of their team. */
  team(): Promise<Team>;
}>;

export function createEngine({ log, indexes, file, logger, team }: Parts): Engine {
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
    savedFacts = countFacts(loaded.index.heads());
    changed = loaded.from === "changed";
    return loaded.index;
  };

  /** Builds a complete index from the journal. A partial one is closed and never returned. */
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

  const setTeam = (index: FactIndex, known: Team): void => {
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
      setTeam(index, await team());
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
      const facts = countFacts(index.heads());
      await file.save(index);
      savedFacts = facts;
      changed = false;
    },
    present: () => current,
    pending: () => (current === undefined ? 0 : countFacts(current.heads()) - savedFacts),
    isChanged: () => changed,
    builds: () => builds,
    heads: () => current?.heads() ?? [],
    drop,
  };
}
