import * as z from "zod";
import type { FolderOfProject } from "../findings/finding-place.ts";

/** Persistent key-value state; VS Code's `Memento` implements it. */
export type Memory = Readonly<{ get(key: string): unknown; update(key: string, value: unknown): PromiseLike<void> }>;

/** Project names of folders. */
export type Projects = Readonly<{
  /** The cached name; undefined: not known yet. */
  known(folder: string): string | undefined;
  /** Asks the store, and caches the answer for the next start. */
  ask(folder: string): Promise<string>;
  /** Folders with their projects, which are requested if needed. The project is null if it cannot be determined. */
  of(folders: readonly string[]): Promise<readonly FolderOfProject[]>;
}>;

const memoryKey = "projects";
const storedNames = z.record(z.string(), z.string()).catch({});

/**
 * Caches the names of projects, so that a window does not have to start the store to know its own. The answer of an earlier
 * window is used until the first call of `ask`.
 * @param changed called when an answer differs from the cached name
 */
export function createProjects(ask: (folder: string) => Promise<string>, memory: Memory, changed: () => void): Projects {
  const names = new Map(Object.entries(storedNames.parse(memory.get(memoryKey) ?? {})));
  const pending = new Map<string, Promise<string>>();
  const fetchName = async (folder: string): Promise<string> => {
    const name = await ask(folder);
    if (names.get(folder) !== name) {
      names.set(folder, name);
      await memory.update(memoryKey, Object.fromEntries(names));
      changed();
    }
    return name;
  };
  const fetchOnce = (folder: string): Promise<string> => {
    const ongoing = pending.get(folder);
    if (ongoing !== undefined) return ongoing;
    const request = fetchName(folder);
    pending.set(folder, request);
    request.catch(() => pending.delete(folder));
    return request;
  };
  return {
    known: (folder) => names.get(folder),
    ask: fetchOnce,
    of: (folders) =>
      Promise.all(
        folders.map(async (path) => ({
          path,
          // Without a name the folder is still searched for the file, but after folders of the run's project.
          project: await fetchOnce(path).catch(() => null),
        })),
      ),
  };
}
