import { mkdir, realpath, rm } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { outputUnwritable, unreadableFile } from "../kernel/errors.ts";
import type { ProjectFiles } from "../ports/ports.ts";
import { inputFailure, isMissing, outputFailure } from "./disk/failure.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { destinationOf, replaceFile } from "./disk/replace-file.ts";

const largest = 1024 * 1024;
export const leadsOut = "it is a link that leads out of the project";

/** Whether a path lies outside of a folder; both without links. */
export function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
}

/**
 * Files of a project. A repository may hold links to anywhere, so that none is followed out of it.
 * @param top the project's folder
 */
export function projectFiles(top: () => Promise<string>): ProjectFiles {
  const place = async (file: string): Promise<string> => {
    const folder = await realpath(await top());
    const at = await destinationOf(join(folder, file));
    if (isOutside(folder, at)) throw outputUnwritable(file, leadsOut);
    return at;
  };
  return {
    async text(file) {
      try {
        const bytes = await readRegular(await place(file), largest, file);
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch (error) {
        if (isMissing(error)) return null;
        throw error instanceof TypeError ? unreadableFile(file, "it is not UTF-8 text", error) : inputFailure(file, error);
      }
    },
    async write(file, content) {
      try {
        const folder = await realpath(await top());
        // What is there already may be a link, which `place` looks at; what is made here is none.
        await mkdir(join(folder, dirname(file)), { recursive: true });
        await replaceFile(await place(file), content);
      } catch (error) {
        throw outputFailure(file, error);
      }
    },
    async remove(file) {
      try {
        await rm(await place(file), { force: true });
      } catch (error) {
        throw outputFailure(file, error);
      }
    },
  };
}
