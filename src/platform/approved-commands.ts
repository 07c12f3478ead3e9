import { constants } from "node:fs";
import { access, mkdir, realpath, rm, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import * as z from "zod";
import { isMissing, readFailure, writeFailure } from "./disk/failure.ts";
import { isWithin } from "./disk/place.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { replaceFile } from "./disk/replace-file.ts";
import type { Environment } from "./git.ts";

/*
 * Commands that a user has approved for one checkout, in the user's home. Another copy of the project is asked for anew.
 */

const largest = 1024 * 1024;

/**
 * What a file says is approved for a checkout; null: nothing. A file for another folder, or that is none of this kind, approves nothing:
 * the user is asked again, and it is replaced.
 * @throws store_unreadable
 */
export async function approvedIn<Approved>(
  file: string,
  folder: string,
  one: z.ZodType<Approved>,
): Promise<readonly Approved[] | null> {
  const approvals = z.object({ folder: z.literal(folder), commands: z.array(one).readonly() });
  try {
    return approvals.safeParse(JSON.parse((await readRegular(file, largest)).toString("utf8"))).data?.commands ?? null;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null;
    throw readFailure(file, error);
  }
}

/** Keeps what is approved in place of what was; null removes the file. @throws store_unwritable, disk_full */
export async function keepApproved(file: string, folder: string, commands: readonly unknown[] | null): Promise<void> {
  try {
    if (commands === null) return await rm(file, { force: true });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await replaceFile(file, `${JSON.stringify({ folder, commands }, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw writeFailure(file, error);
  }
}

/** Whether two commands are the same words. */
export const isSameCommand = (a: readonly string[], b: readonly string[]): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Folders of the `PATH` outside of a checkout: what lies in one is the checkout's, whatever it is called. */
export const foldersOnPath = (env: Environment, top: string): readonly string[] =>
  (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder) && !isWithin(top, folder));

/** Programs that Windows starts without a shell. */
const endings = process.platform === "win32" ? [".exe", ".com"] : [""];

async function isProgram(path: string, top: string): Promise<boolean> {
  try {
    if (isWithin(top, await realpath(path)) || !(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return true;
  } catch {
    // Nothing is there, or nothing that may be run: the next place is looked at.
    return false;
  }
}

/** The path of the program that a name stands for, outside of a checkout; null: there is none. A path has to be absolute. */
export async function programOf(name: string, env: Environment, top: string): Promise<string | null> {
  const places = isAbsolute(name)
    ? [name]
    : /[\\/]/.test(name)
      ? []
      : foldersOnPath(env, top).flatMap((folder) => endings.map((ending) => join(folder, `${name}${ending}`)));
  for (const path of places) if (await isProgram(path, top)) return path;
  return null;
}
