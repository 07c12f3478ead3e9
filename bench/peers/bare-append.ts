import { closeSync, fdatasync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const datasync = promisify(fdatasync);

/** The floor: the same bytes appended to a file and made durable, nothing else. */
export function bareAppend(folder: string): Readonly<{
  write(line: Buffer): void;
  /** Without blocking the thread meanwhile. */
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
