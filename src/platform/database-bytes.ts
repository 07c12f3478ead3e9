import { inputFailure, isMissing } from "./disk/failure.ts";
import { readRegular } from "./disk/read-regular-file.ts";

/** A database is read into memory as a whole; bytes. */
const largest = 1024 * 1024 * 1024;

/** Bytes of a database of another program; undefined when there is no such file. @throws unreadable_file, file_too_large */
export async function databaseBytes(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readRegular(path, largest);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw inputFailure(path, error);
  }
}
