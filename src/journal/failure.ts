import { diskFull, LedgerError, storeUnreadable, storeUnwritable } from "../domain/errors.ts";

/** The system's code of an error (`ENOSPC`, `EROFS` …), null when it has none. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

/** The error a user meets when writing `path` failed: disk_full or store_unwritable. One that is the user's already stays as it is. */
export function writeFailure(path: string, error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") return diskFull(path, error);
  return storeUnwritable(path, reasonOf(error), error);
}

/** The error a user meets when reading `path` failed: store_unreadable. One that is the user's already stays as it is. */
export function readFailure(path: string, error: unknown): LedgerError {
  return error instanceof LedgerError ? error : storeUnreadable(path, reasonOf(error), error);
}

/** Runs what reads `path`; its failures become the ones a user meets. @throws store_unreadable */
export function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw readFailure(path, error);
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["EROFS", "the file system is read-only"],
  ["EIO", "the disk reports an input/output error"],
  ["ENOENT", "it does not exist"],
  ["ENOTDIR", "a part of the path is not a folder"],
  ["EEXIST", "something that is not a folder stands there"],
  ["EISDIR", "a folder stands where a file should"],
  ["EMFILE", "too many files are open"],
  ["ENFILE", "too many files are open on this machine"],
  ["ENAMETOOLONG", "the path is too long"],
  ["EBUSY", "another program uses it"],
]);

function reasonOf(error: unknown): string {
  const code = errorCode(error);
  const known = code === null ? undefined : reasons.get(code);
  if (known !== undefined) return `${known} (${code})`;
  return error instanceof Error ? error.message : String(error);
}
