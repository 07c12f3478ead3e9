import type { Stats } from "node:fs";
import { access, constants, lstat, readdir, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { outputExists, outputInHome, outputUnwritable } from "../../kernel/errors.ts";
import { ifMissing, outputFailure } from "./failure.ts";
import { isWithin } from "./place.ts";
import { destinationOf, replaceFile } from "./replace-file.ts";

/** Whether a file is also one of the folder's files under another name (a hard link). */
async function isLinkedInto(folder: string, file: Stats): Promise<boolean> {
  if (file.nlink < 2) return false;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const own = await lstat(join(entry.parentPath, entry.name)).catch(ifMissing(undefined));
    if (own?.dev === file.dev && own.ino === file.ino) return true;
  }
  return false;
}

/** Whether a write would reach a file of the ledger's home. @param path without links */
async function isInHome(home: string, path: string, present: Stats | undefined): Promise<boolean> {
  const folder = await realpath(home).catch(ifMissing(undefined));
  if (folder === undefined) return false;
  return isWithin(folder, path) || (present !== undefined && (await isLinkedInto(folder, present)));
}

export type OutputOptions = Readonly<{
  /** The path as the user gave it, for messages. Default: `at`. */
  name?: string;
  /** The ledger's home, whose files are never written this way. */
  home: string;
  /** Whether a file that exists may be replaced. Default false. */
  replace?: boolean | undefined;
}>;

/** The file that a write would replace or create; null for a pipe or a device, which a file cannot replace. */
async function resolveTarget(at: string, { name = at, home, replace = false }: OutputOptions): Promise<string | null> {
  const present = await stat(at).catch(ifMissing(undefined));
  if (present !== undefined && !present.isFile() && !present.isDirectory()) return null;
  const target = await destinationOf(at);
  if (await isInHome(home, target, present)) throw outputInHome(name, home);
  if (present?.isDirectory()) throw outputUnwritable(name, "it is a folder");
  if (present !== undefined && !replace) throw outputExists(name);
  return target;
}

/**
 * Writes a file that the user named, as a whole or not at all. A pipe or a device is written to directly.
 * @param at an absolute path
 * @throws exists, invalid_input (inside the home), disk_full, store_unwritable
 */
export async function writeOutput(at: string, content: string, options: OutputOptions): Promise<void> {
  try {
    const target = await resolveTarget(at, options);
    if (target === null) await writeFile(at, content);
    else await replaceFile(target, content);
  } catch (error) {
    throw outputFailure(options.name ?? at, error);
  }
}

/**
 * Checks in advance whether a file can be written, as far as that can be determined. @throws exists,
 * invalid_input, store_unwritable
 */
export async function checkOutput(at: string, options: OutputOptions): Promise<void> {
  try {
    const target = await resolveTarget(at, options);
    await access(target === null ? at : dirname(target), constants.W_OK);
  } catch (error) {
    throw outputFailure(options.name ?? at, error);
  }
}
