import { reasonOf } from "../disk/failure.ts";
import { type LedgerError, unreadableFile } from "../domain/errors.ts";

export { isMissing, writeFailure } from "../disk/failure.ts";

/** The error a user meets when reading a file of theirs failed. */
export const readFailure = (path: string, error: unknown): LedgerError => unreadableFile(path, reasonOf(error), error);
