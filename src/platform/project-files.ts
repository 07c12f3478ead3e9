import { mkdir, realpath, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { outputUnwritable, unreadableFile } from "../kernel/errors.ts";
import type { ProjectFiles } from "../ports/ports.ts";
import { inputFailure, isMissing, outputFailure } from "./disk/failure.ts";
import { isWithin, reachedBy } from "./disk/place.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { destinationOf, replaceFile } from "./disk/replace-file.ts";

const largest = 1024 * 1024;
export const leadsOut = "it is a link that leads out of the project";

/**
 * Files of a project. A repository may hold links to anywhere, so that none is followed out of it.
 * @param top the project's folder
 */
export function projectFiles(top: () => Promise<string>): ProjectFiles {
  /** @param reach where a path really leads */
  const place = async (file: string, reach: (path: string) => Promise<string>): Promise<string> => {
    const folder = await realpath(await top());
    const at = join(folder, file);
    if (!isWithin(folder, await reach(at))) throw outputUnwritable(file, leadsOut);
    return at;
  };
  return {
    async text(file) {
      try {
        const bytes = await readRegular(await place(file, destinationOf), largest, file);
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch (error) {
        if (isMissing(error)) return null;
        throw error instanceof TypeError ? unreadableFile(file, "it is not UTF-8 text", error) : inputFailure(file, error);
      }
    },
    async write(file, content) {
      try {
        // Looked at before folders are made: a link in the way would have them made elsewhere.
        const at = await place(file, reachedBy);
        await mkdir(dirname(at), { recursive: true });
        await replaceFile(at, content);
      } catch (error) {
        throw outputFailure(file, error);
      }
    },
    async remove(file) {
      try {
        await rm(await destinationOf(await place(file, destinationOf)), { force: true });
      } catch (error) {
        throw outputFailure(file, error);
      }
    },
  };
}
