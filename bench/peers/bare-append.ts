import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** The floor: the same bytes appended to a file and made durable, nothing else. */
export function bareAppend(folder: string): Readonly<{ write(line: Buffer): void; close(): void }> {
  const fd = openSync(join(folder, "bare.jsonl"), "a");
  return {
    write(line) {
      writeSync(fd, line);
      fdatasyncSync(fd);
    },
    close: () => closeSync(fd),
  };
}
