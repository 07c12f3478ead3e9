import { diskFull, type LedgerError, storeUnwritable, unreadableFile } from "../domain/errors.ts";

/** The system's code of an error (`ENOSPC`, `EROFS` …), null when it has none. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ENOENT: "it does not exist",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open",
  ENAMETOOLONG: "the path is too long",
};

function reasonOf(error: unknown): string {
  const known = reasons[codeOf(error) ?? ""];
  if (known !== undefined) return known;
  return error instanceof Error ? error.message : String(error);
}

/** The error a user meets when reading a file of theirs failed. */
export const readFailure = (path: string, error: unknown): LedgerError => unreadableFile(path, reasonOf(error), error);

/** The error a user meets when writing a file of theirs failed: disk_full or store_unwritable. */
export function writeFailure(path: string, error: unknown): LedgerError {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") return diskFull(path, error);
  return storeUnwritable(path, code === "ENOENT" ? "its folder does not exist" : reasonOf(error), error);
}

/** Whether an error says that there is nothing at the path. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}
