import { patchReader } from "../../../kernel/patch.ts";

/** A line of a changed file. `line`: its number in the file after the change. */
export type DiffLine = Readonly<{ line: number; text: string }>;

/** A changed file, under its name after the change; a removed file under the name it had. */
export type DiffFile = Readonly<{
  path: string;
  state: "added" | "changed" | "removed";
  added: readonly DiffLine[];
  /** The hunks as they are after the change: added lines and the unchanged lines around them. */
  places: readonly (readonly DiffLine[])[];
}>;

/** A change: the patch as text, with context lines, and the changes to each file. */
export type Diff = Readonly<{ text: string; files: readonly DiffFile[] }>;

/** Parses a patch. */
export function parseDiff(lines: readonly string[]): Diff {
  type Building = Omit<DiffFile, "added" | "places"> & { added: DiffLine[]; places: DiffLine[][] };
  const files: Building[] = [];
  const addLine = (line: number, text: string): DiffLine => {
    const one = { line, text: text.replace(/\r$/, "") };
    files.at(-1)?.places.at(-1)?.push(one);
    return one;
  };
  const readLine = patchReader({
    file({ path, before }) {
      const name = path ?? before;
      if (name === null) return;
      const state = path === null ? "removed" : before === null ? "added" : "changed";
      files.push({ path: name, state, added: [], places: [] });
    },
    hunk() {
      files.at(-1)?.places.push([]);
    },
    added(line, text) {
      files.at(-1)?.added.push(addLine(line, text));
    },
    kept: addLine,
  });
  for (const line of lines) readLine(line);
  return { text: lines.map((line) => `${line}\n`).join(""), files };
}

/** The files that a change adds or edits. */
export const presentFiles = ({ files }: Diff): readonly string[] =>
  files.filter(({ state }) => state !== "removed").map(({ path }) => path);
