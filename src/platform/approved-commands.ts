import { constants } from "node:fs";
import { access, mkdir, realpath, rm, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import * as z from "zod";
import { command as commandSchema } from "../features/hooks/model/stop-commands.ts";
import { isMissing, readFailure, writeFailure } from "./disk/failure.ts";
import { isWithin } from "./disk/place.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { replaceFile } from "./disk/replace-file.ts";
import type { Environment } from "./git.ts";

/*
 * Commands that a user has approved for one checkout: in the user's home, each bound to its exact words, to the checkout and to the file
 * that the program's name leads to.
 */

const approved = z.object({ command: commandSchema, program: z.string() }).readonly();
type ApprovedCommand = z.infer<typeof approved>;
const approvals = z.object({ folder: z.string(), commands: z.array(approved).readonly() });

const largest = 1024 * 1024;

/** The approvals in a file. One for another folder, or that is none, approves nothing. @throws store_unreadable */
export async function approvalsIn(file: string, folder: string): Promise<readonly ApprovedCommand[]> {
  try {
    const found = approvals.safeParse(JSON.parse((await readRegular(file, largest)).toString("utf8"))).data;
    return found?.folder === folder ? found.commands : [];
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return [];
    throw readFailure(file, error);
  }
}

/** Keeps approvals in place of those before; none removes the file. @throws store_unwritable, disk_full */
export async function keepApprovals(file: string, folder: string, commands: readonly ApprovedCommand[]): Promise<void> {
  try {
    if (commands.length === 0) return await rm(file, { force: true });
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
