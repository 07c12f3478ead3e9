import { readdirSync, statSync } from "node:fs";
import { codeOf } from "../../platform/disk/failure.ts";
import type { JournalFiles } from "./files.ts";

/** The part of the file access that tells whether logs have grown. */
export type Looks = Pick<JournalFiles, "list" | "look">;

export function unlessMissing<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Looks at this machine's disk. */
export const looks: Looks = {
  list: (dir) => unlessMissing(() => readdirSync(dir)),

  look(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? null : { size: found.size, modified: found.mtimeMs, identity: `${found.dev}:${found.ino}` };
  },
};
