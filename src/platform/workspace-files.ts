import { realpath, stat } from "node:fs/promises";
import { dirname, parse, resolve } from "node:path";
import { notFound } from "../kernel/errors.ts";
import type { FileReader } from "../ports/ports.ts";
import { isWithin } from "./disk/place.ts";
import { irregularFile } from "./disk/read-regular-file.ts";

/** The path with all links resolved; if it does not exist, those of the nearest folder above it that does. */
async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // A missing file is reported when it is read, unless it lies outside of the workspace.
    const folder = dirname(path);
    return folder === path ? path : resolve(await resolveLinks(folder), path.slice(folder.length).replace(/^[\\/]+/, ""));
  }
}

/**
 * The folders in which an agent may name files. A default folder that contains all of the user's files, or a
 * whole disk, is not a workspace.
 */
export function workspaceFolders(roots: readonly string[], cwd: string, home: string, userFolder: string): readonly string[] {
  const isTooWide = (folder: string): boolean => folder === parse(folder).root || isWithin(folder, userFolder);
  const folders = roots.length > 0 ? roots.map((folder) => resolve(cwd, folder)) : [cwd].filter((folder) => !isTooWide(folder));
  return [...folders, home];
}

/** Reads files of certain folders only, with links resolved; writes none. */
export function workspaceFiles(files: FileReader, folders: readonly string[], cwd: string): FileReader {
  const checkAllowed = async (path: string): Promise<void> => {
    const place = await resolveLinks(resolve(cwd, path));
    const places = await Promise.all(folders.map(resolveLinks));
    if (places.some((folder) => isWithin(folder, place))) {
      // A command may wait for the writer of a pipe; an agent's call must not.
      const found = await stat(place).catch(() => undefined);
      if (found?.isFIFO() === true) throw irregularFile(path, "pipe");
      return;
    }
    throw notFound(`${path} in the workspace`, `Name a file below ${folders.join(", ")}; \`--root\` adds a folder.`);
  };
  return {
    ...files,
    async text(path) {
      await checkAllowed(path);
      return files.text(path);
    },
    async lines(path) {
      await checkAllowed(path);
      return files.lines(path);
    },
    async content(path) {
      await checkAllowed(path);
      return files.content(path);
    },
    async list(path) {
      await checkAllowed(path);
      return files.list(path);
    },
    write: (path) => Promise.reject(notFound(`a place for ${path}`, "Agents write no files.")),
  };
}
