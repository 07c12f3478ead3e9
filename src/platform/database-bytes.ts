import { ifMissing, inputFailure } from "./disk/failure.ts";
import { readRegular } from "./disk/read-regular-file.ts";

/** A database is read into memory as a whole; bytes. */
const largest = 1024 * 1024 * 1024;

/** Bytes of a database of another program; undefined when there is no such file. @throws unreadable_file, file_too_large */
export const databaseBytes = (path: string): Promise<Uint8Array | undefined> =>
  readRegular(path, largest).catch(ifMissing(undefined, (error) => inputFailure(path, error)));
