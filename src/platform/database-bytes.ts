import { ifMissing, inputFailure } from "./disk/failure.ts";
import { readRegular } from "./disk/read-regular-file.ts";

/** Maximum size of a database in bytes; it is read into memory as a whole. */
const maxDatabaseBytes = 1024 * 1024 * 1024;

/** Reads the database file of another program; undefined when there is no such file. @throws unreadable_file, file_too_large */
export const readDatabaseBytes = (path: string): Promise<Uint8Array | undefined> =>
  readRegular(path, maxDatabaseBytes).catch(ifMissing(undefined, (error) => inputFailure(path, error)));
