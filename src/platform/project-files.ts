import { createHash } from "node:crypto";
import { mkdir, realpath, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { outputUnwritable, unreadableFile } from "../kernel/errors.ts";
import type { ProjectFiles } from "../ports/ports.ts";
import { codeOf, ifMissing, inputFailure, isMissing, outputFailure } from "./disk/failure.ts";
import { isWithin, reachedPath } from "./disk/place.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { destinationOf, replaceFile } from "./disk/replace-file.ts";

const maxFileBytes = 1024 * 1024;

/** Age in ms after which the lock of a dead process is taken over; other locks are waited for about as long. */
const defaultStaleMs = 10_000;
const retries = { retries: 75, minTimeout: 20, maxTimeout: 200 };

export const leadsOutReason = "it is a link that leads out of the project";

/**
 * A file that somebody made read-only is meant to stay unchanged, even if its folder allows replacing
 * it. @throws store_unwritable
 */
async function refuseReadOnly(path: string, file: string): Promise<void> {
  const found = await stat(path).catch(ifMissing(undefined));
  if (found?.isFile() && (found.mode & 0o222) === 0) throw outputUnwritable(file, "it is read-only");
}

/**
 * Files of a project. A repository may contain links to anywhere, so no link is followed out of it.
 * @param top the project's folder
 * @param staleMs age in ms after which a lock counts as abandoned; at least 2 000
 */
export function projectFiles(top: () => Promise<string>, staleMs = defaultStaleMs): ProjectFiles {
  /**
   * Files whose lock was lost during the work on them: this process was suspended for so long that
   * another one took the lock over.
   */
  const lostLocks = new Set<string>();
  /** @param reach resolves where a path leads */
  const resolveInside = async (file: string, reach: (path: string) => Promise<string>): Promise<string> => {
    const folder = await realpath(await top());
    const at = join(folder, file);
    if (!isWithin(folder, await reach(at))) throw outputUnwritable(file, leadsOutReason);
    return at;
  };
  return {
    async text(file) {
      try {
        const bytes = await readRegular(await resolveInside(file, destinationOf), maxFileBytes, file);
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch (error) {
        if (isMissing(error)) return null;
        throw error instanceof TypeError ? unreadableFile(file, "it is not UTF-8 text", error) : inputFailure(file, error);
      }
    },
    async write(file, content) {
      if (lostLocks.has(file)) throw outputUnwritable(file, "its lock was lost, and another process may have written it");
      try {
        // Checked before folders are created: through a link in the path they would be created elsewhere.
        const at = await resolveInside(file, reachedPath);
        await refuseReadOnly(at, file);
        await mkdir(dirname(at), { recursive: true });
        await replaceFile(at, content);
      } catch (error) {
        throw outputFailure(file, error);
      }
    },
    async remove(file) {
      try {
        const at = await destinationOf(await resolveInside(file, destinationOf));
        await refuseReadOnly(at, file);
        await rm(at, { force: true });
      } catch (error) {
        throw outputFailure(file, error);
      }
    },
    async isSame(file, other) {
      const [one, two] = await Promise.all(
        [file, other].map(async (path) => reachedPath(await resolveInside(path, reachedPath))),
      );
      return one === two;
    },
    async exclusive(file, work) {
      const { default: lockfile } = await import("proper-lockfile");
      const at = await destinationOf(await resolveInside(file, destinationOf));
      const onCompromised = () => void lostLocks.add(file);
      const release = await lockfile
        .lock(at, { realpath: false, stale: staleMs, retries, onCompromised })
        .catch((error: unknown) => {
          throw codeOf(error) === "ELOCKED"
            ? outputUnwritable(file, "another process is writing it")
            : outputFailure(file, error);
        });
      try {
        return await work();
      } finally {
        if (!lostLocks.delete(file)) await release();
      }
    },
    hashOf: (text) => createHash("sha256").update(text).digest("hex"),
  };
}
