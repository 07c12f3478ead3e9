import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";

/** A ledger in one JSON file that is rewritten, durably and atomically, for every record. */
export function jsonFile(folder: string, history: readonly unknown[]): Readonly<{ write(run: unknown): void }> {
  const runs = [...history];
  const path = join(folder, "ledger.json");
  return {
    write(run) {
      runs.push(run);
      const fd = openSync(`${path}.tmp`, "w");
      writeSync(fd, JSON.stringify({ runs }, null, 2));
      fsyncSync(fd);
      closeSync(fd);
      renameSync(`${path}.tmp`, path);
    },
  };
}
