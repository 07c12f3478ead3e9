import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const datasync = promisify(fdatasync);

/** The lower bound: appends the same bytes to a file and makes them durable, nothing else. */
export function bareAppend(folder: string): Readonly<{
  write(line: Buffer): void;
  /** The same without blocking the thread. */
  writeAside(line: Buffer): Promise<void>;
  close(): void;
}> {
  const fd = openSync(join(folder, "bare.jsonl"), "a");
  return {
    write(line) {
      writeSync(fd, line);
      fdatasyncSync(fd);
    },
    async writeAside(line) {
      writeSync(fd, line);
      await datasync(fd);
    },
    close: () => closeSync(fd),
  };
}
