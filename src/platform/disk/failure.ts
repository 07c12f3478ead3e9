import {
  diskFull,
  outputDiskFull,
  outputUnwritable,
  storeUnreadable,
  storeUnwritable,
  unreadableFile,
} from "../../kernel/errors.ts";
import { LedgerError } from "../../kernel/ledger-error.ts";

/** The system's code of an error (`ENOSPC`, `EROFS` …); undefined when it has none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Whether an error means that nothing exists at the path. */
export const isMissing = (error: unknown): boolean => ["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "");

/** A handler for `catch`: returns `fallback` when nothing exists at the path, and throws any other error as `failure` converts it. */
export const ifMissing =
  <T>(fallback: T, failure: (error: unknown) => unknown = (error) => error) =>
  (error: unknown): T => {
    if (isMissing(error)) return fallback;
    throw failure(error);
  };

/** Returns the result of `act`; undefined when the system fails with one of these codes. */
export function ignoreCodes<T>(codes: readonly string[], act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (codes.includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "operation not permitted"],
  ["EROFS", "the file system is read-only"],
  ["EIO", "the disk reports an input/output error"],
  ["ENOENT", "it does not exist"],
  ["ENOTDIR", "a part of the path is not a folder"],
  ["EEXIST", "something other than a folder is there"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "its links lead in a circle"],
  ["EMFILE", "too many files are open"],
  ["ENFILE", "too many files are open on this machine"],
  ["ENAMETOOLONG", "the path is too long"],
  ["EBUSY", "another program uses it"],
]);

/** Why a read or a write failed, in words. */
export const reasonOf = (error: unknown): string =>
  reasons.get(codeOf(error) ?? "") ?? (error instanceof Error ? error.message : String(error));

/** Why a file could not be read, for a sentence that names the file itself. */
export const readReason = (path: string, error: unknown): string => reasonOf(error).replace(`Failed to read ${path}: `, "");

const writeReason = (error: unknown): string => (codeOf(error) === "ENOENT" ? "its folder does not exist" : reasonOf(error));

/**
 * Adds the system's code to the reason for a file of the home, as people who repair the machine search for it. A reason that is
 * the error's own message contains the code already.
 */
function withCode(reason: string, error: unknown): string {
  const code = codeOf(error);
  return code !== undefined && reasons.has(code) ? `${reason} (${code})` : reason;
}

const isDiskFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT", "EFBIG"].includes(codeOf(error) ?? "");

/** The error that a user sees when a file of the home could not be written: disk_full or store_unwritable. */
export function writeFailure(path: string, error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  return isDiskFull(error) ? diskFull(path, error) : storeUnwritable(path, withCode(writeReason(error), error), error);
}

/** The error that a user sees when a file of the home could not be read: store_unreadable. */
export const readFailure = (path: string, error: unknown): LedgerError =>
  error instanceof LedgerError ? error : storeUnreadable(path, withCode(reasonOf(error), error), error);

/** Runs a read of `path` in the home and converts its failures with `readFailure`. @throws store_unreadable */
export function withReadFailure<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw readFailure(path, error);
  }
}

/** The error that a user sees when a file that they named could not be read. */
export const inputFailure = (path: string, error: unknown): LedgerError =>
  error instanceof LedgerError ? error : unreadableFile(path, reasonOf(error), error);

/** The error that a user sees when a file that they named could not be written. */
export function outputFailure(path: string, error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  return isDiskFull(error) ? outputDiskFull(path, error) : outputUnwritable(path, writeReason(error), error);
}
