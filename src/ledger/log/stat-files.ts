import { readdirSync, statSync } from "node:fs";
import { ignoreCodes } from "../../platform/disk/failure.ts";
import type { JournalFiles } from "./files.ts";

/** The part of the file access that detects whether logs have grown. */
export type StatFiles = Pick<JournalFiles, "list" | "look">;

/** `list` and `look` on this machine's disk. */
export const nodeStatFiles: StatFiles = {
  list: (dir) => ignoreCodes(["ENOENT"], () => readdirSync(dir)) ?? null,

  look(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? null : { size: found.size, modified: found.mtimeMs, identity: `${found.dev}:${found.ino}` };
  },
};
