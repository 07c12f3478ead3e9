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
