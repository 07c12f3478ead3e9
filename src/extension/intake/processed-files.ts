import * as z from "zod";
import type { ErrorView } from "../../kernel/ledger-error.ts";
import type { Memory } from "../workspace/projects.ts";

const entry = z.object({
  /** State of the file (time and size) when it was taken in. */
  stamp: z.string(),
  /** Why it was refused; null when it was recorded. */
  refusal: z.object({ message: z.string(), hint: z.string(), code: z.string() }).nullable(),
});
type Entry = Readonly<z.infer<typeof entry>>;

/** Why a file was refused. */
export type Refusal = Readonly<Pick<ErrorView, "message" | "hint"> & { code: string }>;

/** Which files have been taken in, remembered per workspace so that a start with nothing to do need not wake the store. */
export type SeenFiles = Readonly<{
  /** Whether a file in this state has been taken in before. */
  has(path: string, stamp: string): boolean;
  refusal(path: string): Refusal | null;
  mark(entries: ReadonlyMap<string, Entry>): Promise<void>;
  /** Forgets every file that is not among these. */
  keepOnly(paths: ReadonlySet<string>): Promise<void>;
}>;

/** Kinds of files that are taken in, as their memories are named. */
export type SeenKey = "intake.seen" | "intake.evals" | "intake.tools";

const schema = z.object({ home: z.string(), files: z.record(z.string(), entry) });

/**
 * Opens the memory of files taken in.
 * @param memoryKey what the files are: each kind has a memory of its own
 * @param home the ledger they were taken into; files taken into another one count as not seen
 * @param empty whether that ledger has no run: then it may have been deleted, and nothing counts as seen
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
