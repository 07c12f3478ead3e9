import * as z from "zod";
import type { ErrorView } from "../../kernel/ledger-error.ts";
import type { Memory } from "../workspace/projects.ts";

const entry = z.object({
  /** Modification time and size of the file when it was processed. */
  stamp: z.string(),
  /** Why it was refused; null when it was recorded. */
  refusal: z.object({ message: z.string(), hint: z.string(), code: z.string() }).nullable(),
});
type Entry = Readonly<z.infer<typeof entry>>;

/** Why a file was refused. */
export type Refusal = Readonly<Pick<ErrorView, "message" | "hint"> & { code: string }>;

/** The files that have been processed, stored per workspace so that a startup without new files does not start the store. */
export type SeenFiles = Readonly<{
  /** Whether this version of a file has been processed before. */
  has(path: string, stamp: string): boolean;
  refusal(path: string): Refusal | null;
  mark(entries: ReadonlyMap<string, Entry>): Promise<void>;
  /** Forgets all other files. */
  keepOnly(paths: ReadonlySet<string>): Promise<void>;
}>;

/** Memory keys, one for each kind of file. */
export type SeenKey = "intake.seen" | "intake.evals" | "intake.tools";

const schema = z.object({ home: z.string(), files: z.record(z.string(), entry) });

/**
 * Opens the memory of processed files.
 * @param memoryKey kind of files; each kind has its own memory
 * @param home the ledger that the files were recorded in; files recorded in another one count as not processed
 * @param empty whether that ledger has no run: then it may have been deleted, and no file counts as processed
 */
export function openSeenFiles(memory: Memory, memoryKey: SeenKey, home: string, empty: boolean): SeenFiles {
  const stored = schema.safeParse(memory.get(memoryKey)).data;
  const files = new Map(stored?.home === home && !empty ? Object.entries(stored.files) : []);
  const save = async (): Promise<void> => {
    await memory.update(memoryKey, { home, files: Object.fromEntries(files) });
  };
  return {
    has: (path, stamp) => files.get(path)?.stamp === stamp,
    refusal: (path) => files.get(path)?.refusal ?? null,
    mark: async (entries) => {
      for (const [path, value] of entries) files.set(path, value);
      await save();
    },
    keepOnly: async (paths) => {
      const gone = [...files.keys()].filter((path) => !paths.has(path));
      for (const path of gone) files.delete(path);
      if (gone.length > 0) await save();
    },
  };
}
