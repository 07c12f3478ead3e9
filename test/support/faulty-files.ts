import type { AppendFile, JournalFiles } from "../../src/ledger/log/files.ts";

/** A point in a file operation; `middle` is between the two halves of a write. */
export type FileStep = Readonly<{
  operation:
    | "look"
    | "list"
    | "read"
    | "open"
    | "write"
    | "truncate"
    | "sync"
    | "syncDir"
    | "makeDir"
    | "replace"
    | "overwrite"
    | "sweep";
  moment: "before" | "middle" | "after";
  path: string;
}>;

/**
 * The same files, with `onStep` called before and after every operation and in the middle of every write. If it throws, the
 * operation fails with that error; it may also end the process.
 */
export function faultyFiles(inner: JournalFiles, onStep: (step: FileStep) => void): JournalFiles {
  function withSteps<T>(operation: FileStep["operation"], path: string, act: () => T): T {
    onStep({ operation, moment: "before", path });
    const result = act();
    onStep({ operation, moment: "after", path });
    return result;
  }

  async function withStepsAsync(operation: FileStep["operation"], path: string, act: () => Promise<void>): Promise<void> {
    onStep({ operation, moment: "before", path });
    await act();
    onStep({ operation, moment: "after", path });
  }

  function appendFile(path: string, file: AppendFile): AppendFile {
    return {
      size: () => file.size(),
      write(bytes) {
        const half = Math.ceil(bytes.length / 2);
        onStep({ operation: "write", moment: "before", path });
        file.write(bytes.subarray(0, half));
        onStep({ operation: "write", moment: "middle", path });
        file.write(bytes.subarray(half));
        onStep({ operation: "write", moment: "after", path });
      },
      truncate: (size) => withSteps("truncate", path, () => file.truncate(size)),
      sync: () => withStepsAsync("sync", path, () => file.sync()),
      close: () => file.close(),
    };
  }

  return {
    list: (dir) => withSteps("list", dir, () => inner.list(dir)),
    look: (path) => withSteps("look", path, () => inner.look(path)),
    readAt: (path, offset, length) => withSteps("read", path, () => inner.readAt(path, offset, length)),
    readAll: (path) => withSteps("read", path, () => inner.readAll(path)),
    openAppend: (path) => withSteps("open", path, () => appendFile(path, inner.openAppend(path))),
    makeDir: (dir) => withSteps("makeDir", dir, () => inner.makeDir(dir)),
    syncDir: (dir) => withStepsAsync("syncDir", dir, () => inner.syncDir(dir)),
    replace: (path, content) => withStepsAsync("replace", path, () => inner.replace(path, content)),
    overwrite: (path, content) => withSteps("overwrite", path, () => inner.overwrite(path, content)),
    sweep: (dir) => withSteps("sweep", dir, () => inner.sweep(dir)),
  };
}
