import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Folder of the golden copy. */
export const expectedFolder: string = join(import.meta.dirname, "expected");

/** Reads the content of each file of the golden copy, by name. */
export async function readExpected(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(expectedFolder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [relative(expectedFolder, path).replaceAll(sep, "/"), await readFile(path, "utf8")] as const),
    ),
  );
}
