import { isAbsolute, relative, resolve, sep } from "node:path";

/** A workspace folder on disk and its project; null: unknown. */
export type FolderOfProject = Readonly<{ path: string; project: string | null }>;

/**
 * Paths where a finding's file may be, most likely first: in the folders of the run's project, then in the others. Paths in
 * reports are relative to the repository; a path that leads out of a folder is ignored.
 */
export function candidatePaths(file: string, project: string | null, folders: readonly FolderOfProject[]): readonly string[] {
  const own = folders.filter((folder) => folder.project !== null && folder.project === project);
  const others = folders.filter((folder) => !own.includes(folder));
  return [...own, ...others].flatMap(({ path }) => {
    const full = resolve(path, file);
    return isInside(path, full) ? [full] : [];
  });
}

/** Whether a path is below a folder. */
export function isInside(folder: string, path: string): boolean {
  const relativePath = relative(folder, path);
  return relativePath !== "" && relativePath !== ".." && !relativePath.startsWith(`..${sep}`) && !isAbsolute(relativePath);
}
