import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ProjectPaths } from "../ports/ports.ts";

const isAbsolute = (path: string): boolean => /^(?:\/|[A-Za-z]:\/)/.test(path);

/** The parts of an absolute path, with `.` and `..` resolved; a drive letter is in upper case. */
function partsOf(path: string): readonly string[] {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(parts.length === 0 && /^[a-z]:$/.test(part) ? part.toUpperCase() : part);
  }
  return parts;
}

/** On a disk with a drive letter, names are case-insensitive. */
const caseFolding = (parts: readonly string[]) => (part: string | undefined) =>
  /^[A-Z]:$/.test(parts[0] ?? "") ? part?.toLowerCase() : part;

/**
 * The path relative to a folder, with slashes; null when it lies elsewhere.
 * @param from base folder of a relative path
 */
export function pathWithin(folder: string, from: string, path: string): string | null {
  const plain = path.replaceAll("\\", "/");
  // A URL, which names no file here.
  if (/^[A-Za-z][\w+.-]+:\/\//.test(plain)) return null;
  const parts = partsOf(isAbsolute(plain) ? plain : `${from.replaceAll("\\", "/")}/${plain}`);
  const top = partsOf(folder.replaceAll("\\", "/"));
  const fold = caseFolding(top);
  if (parts.length <= top.length || top.some((part, at) => fold(part) !== fold(parts[at]))) return null;
  return parts.slice(top.length).join("/");
}

const isFile = (path: string): Promise<boolean> =>
  // A missing path, or one that may not be accessed, is not a file of the project.
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** Maximum number of paths elsewhere that are compared with the project's files. */
const maxCompared = 200;

/**
 * The folder elsewhere that corresponds to the project, as in a container or on a build machine: at least half of the compared
 * paths lie below it and exist in the project under the same names. Null when there is none.
 */
async function detectMovedFolder(top: string, elsewhere: readonly string[]): Promise<string | null> {
  const compared = elsewhere.slice(0, maxCompared);
  const votes = new Map<string, number>();
  for (const path of compared) {
    const parts = partsOf(path);
    for (let at = 1; at < parts.length; at += 1) {
      if (!(await isFile(join(top, ...parts.slice(at))))) continue;
      const folder = path.slice(0, path.lastIndexOf(parts.slice(at).join("/")));
      votes.set(folder, (votes.get(folder) ?? 0) + 1);
      break;
    }
  }
  const [first] = [...votes].sort((a, b) => b[1] - a[1]);
  return first !== undefined && first[1] * 2 >= compared.length ? first[0] : null;
}

/** The base folder of a relative path: the working directory, else the project's top, as tools write either. */
async function baseFolderOf(top: string, folder: string, path: string): Promise<string> {
  if (folder === top || isAbsolute(path) || (await isFile(join(folder, path)))) return folder;
  return (await isFile(join(top, path))) ? top : folder;
}

/** Returns those of the given project paths at which there is no file. */
export async function missingFiles(top: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (const path of new Set(paths)) if (!(await isFile(join(top, path)))) missing.add(path);
  return missing;
}

/** Converts paths, as tools write them, to paths in the project. @param top of the project @param folder the working directory */
export async function projectPaths(top: string, folder: string, paths: readonly string[]): Promise<ProjectPaths> {
  // A tool may use the real path of the folder while the user works through a link.
  const real = await realpath(top).catch(() => top);
  const found = new Map<string, string | null>();
  for (const path of new Set(paths)) {
    const plain = path.replaceAll("\\", "/");
    found.set(path, pathWithin(top, await baseFolderOf(top, folder, plain), plain) ?? pathWithin(real, real, plain));
  }
  const elsewhere = [...found].flatMap(([path, within]) => {
    const plain = path.replaceAll("\\", "/");
    return within === null && isAbsolute(plain) ? [[path, plain] as const] : [];
  });
  const moved = await detectMovedFolder(
    top,
    elsewhere.map(([, plain]) => plain),
  );
  if (moved !== null) {
    for (const [path, plain] of elsewhere) if (plain.startsWith(moved)) found.set(path, pathWithin(moved, moved, plain));
  }
  return { paths: found, moved };
}
