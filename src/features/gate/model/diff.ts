import { patchReader } from "../../../kernel/patch.ts";

/** A line that a change adds; `line`: its number in the file as it is after the change. */
export type AddedLine = Readonly<{ line: number; text: string }>;

/** A changed file under the name it has after the change; one that is gone under the name it had. */
export type DiffFile = Readonly<{
  path: string;
  state: "added" | "changed" | "removed";
  isBinary: boolean;
  added: readonly AddedLine[];
  /** Number of lines that the change takes away. */
  removed: number;
}>;

/** A change: the patch as text, with context, and what it says of each file. */
export type Diff = Readonly<{ text: string; files: readonly DiffFile[] }>;

/** Reads a patch with the prefixes `a/` and `b/`. */
export function parseDiff(lines: readonly string[]): Diff {
  type Building = Omit<DiffFile, "added" | "removed"> & { added: AddedLine[]; removed: number };
  const files: Building[] = [];
  const read = patchReader({
    file({ path, before, isBinary }) {
      const name = path ?? before;
      if (name === null) return;
      const state = path === null ? "removed" : before === null ? "added" : "changed";
      files.push({ path: name, state, isBinary, added: [], removed: 0 });
    },
    hunk: () => undefined,
    added(line, text) {
      files.at(-1)?.added.push({ line, text: text.replace(/\r$/, "") });
    },
    removed() {
      const file = files.at(-1);
      if (file !== undefined) file.removed += 1;
    },
  });
  for (const line of lines) read(line);
  return { text: lines.map((line) => `${line}\n`).join(""), files };
}
