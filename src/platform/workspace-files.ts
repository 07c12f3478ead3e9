import { realpath, stat } from "node:fs/promises";
import { dirname, parse, resolve } from "node:path";
import { notFound } from "../kernel/errors.ts";
import type { FileReader } from "../ports/ports.ts";
import { isWithin } from "./disk/place.ts";
import { oddFile } from "./disk/read-regular-file.ts";

/** Where a path really leads; of one that does not exist, where its folder leads. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // What is not there is told by reading it, unless it lies outside.
    const folder = dirname(path);
    return folder === path ? path : resolve(await placeOf(folder), path.slice(folder.length).replace(/^[\\/]+/, ""));
  }
}

/** The folders that an agent may name files in; a folder that holds all of the user's files, or of the disk, is no workspace. */
export function workspaceFolders(named: readonly string[], cwd: string, home: string, userFolder: string): readonly string[] {
  const isTooWide = (folder: string): boolean => folder === parse(folder).root || isWithin(folder, userFolder);
  const folders = named.length > 0 ? named.map((folder) => resolve(cwd, folder)) : [cwd].filter((folder) => !isTooWide(folder));
  return [...folders, home];
}

/** Reads files of some folders only, wherever links lead; writes none. */
export function workspaceFiles(files: FileReader, folders: readonly string[], cwd: string): FileReader {
  const allowed = async (path: string): Promise<void> => {
    const place = await placeOf(resolve(cwd, path));
    const places = await Promise.all(folders.map(placeOf));
    if (places.some((folder) => isWithin(folder, place))) {
      // A command may wait for what fills a pipe; an agent's call must not.
      const found = await stat(place).catch(() => undefined);
      if (found?.isFIFO() === true) throw oddFile(path, "pipe");
      return;
    }
    throw notFound(`${path} in the workspace`, `Name a file below ${folders.join(", ")}; \`--root\` adds a folder.`);
  };
  return {
    ...files,
    async text(path) {
      await allowed(path);
      return files.text(path);
    },
    async lines(path) {
      await allowed(path);
      return files.lines(path);
    },
    async content(path) {
      await allowed(path);
      return files.content(path);
    },
    async list(path) {
      await allowed(path);
      return files.list(path);
    },
    write: (path) => Promise.reject(notFound(`a place for ${path}`, "Agents write no files.")),
  };
}
