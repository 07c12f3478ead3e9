import { realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { outputUnwritable } from "../../kernel/errors.ts";
import { ifMissing, outputFailure } from "./failure.ts";
import { destinationOf } from "./replace-file.ts";

/** Whether a path is a folder or lies below it. Both must be absolute, and free of links where those matter. */
export function isWithin(folder: string, path: string): boolean {
  const relativePath = relative(folder, path);
  return relativePath !== ".." && !relativePath.startsWith(`..${sep}`) && !isAbsolute(relativePath);
}

/** The nearest existing folder above a path. @throws store_unwritable when a file is in place of a folder */
export async function folderAbove(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const kind = await stat(folder).catch(ifMissing(undefined, (error) => outputFailure(path, error)));
    if (kind?.isDirectory()) return folder;
    if (kind !== undefined) throw outputUnwritable(path, `${folder} is not a folder`);
    if (dirname(folder) === folder) return folder;
  }
}

/** The path that a write reaches; if its folder is missing, the real path of the nearest existing folder above it. */
export async function reachedPath(path: string): Promise<string> {
  const above = await folderAbove(path);
  return above === dirname(path) ? destinationOf(path) : realpath(above);
}
