import { diskFull, LedgerError, outputDiskFull, outputUnwritable, storeUnwritable } from "../domain/errors.ts";

/** The system's code of an error (`ENOSPC`, `EROFS` …); undefined when it has none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Whether an error says that there is nothing at the path. */
export const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "");

const reasons: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["EROFS", "the file system is read-only"],
  ["ENOENT", "it does not exist"],
  ["ENOTDIR", "a part of the path is not a folder"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "its links lead in a circle"],
  ["EMFILE", "too many files are open"],
  ["ENAMETOOLONG", "the path is too long"],
]);

/** Why a read or a write failed, in words. */
export const reasonOf = (error: unknown): string =>
  reasons.get(codeOf(error) ?? "") ?? (error instanceof Error ? error.message : String(error));

const writeReason = (error: unknown): string => (codeOf(error) === "ENOENT" ? "its folder does not exist" : reasonOf(error));

const isFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT", "EFBIG"].includes(codeOf(error) ?? "");

/** The error a user meets when a file of the home could not be written: disk_full or store_unwritable. */
export const writeFailure = (path: string, error: unknown): LedgerError =>
  isFull(error) ? diskFull(path, error) : storeUnwritable(path, writeReason(error), error);

/** The error a user meets when a file that they named could not be written. */
export function outputFailure(path: string, error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  return isFull(error) ? outputDiskFull(path, error) : outputUnwritable(path, writeReason(error), error);
}
