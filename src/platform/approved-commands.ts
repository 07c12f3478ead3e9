import { constants } from "node:fs";
import { access, mkdir, realpath, rm, stat } from "node:fs/promises";
import { delimiter, dirname, extname, isAbsolute, join, resolve } from "node:path";
import * as z from "zod";
import { isMissing, readFailure, writeFailure } from "./disk/failure.ts";
import { isWithin } from "./disk/place.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { replaceFile } from "./disk/replace-file.ts";
import { checkoutOf, type Environment } from "./git.ts";

/*
 * Commands that a user has approved for one checkout, stored in the user's home. Another copy of the
 * project needs its own approval.
 */

/**
 * What approvals are bound to: the top of the checkout that contains a folder, with links resolved;
 * outside of git, the folder itself.
 */
export const topOf = async (folder: string): Promise<string> => realpath((await checkoutOf(folder))?.top ?? folder);

const maxFileBytes = 1024 * 1024;

/**
 * What a file approves for a checkout; null for nothing. A file for another folder, or of another kind, approves nothing: the
 * user is asked again, and the file is replaced.
 * @throws store_unreadable
 */
export async function readApproved<Approved>(
  file: string,
  folder: string,
  schema: z.ZodType<Approved>,
): Promise<readonly Approved[] | null> {
  const approvals = z.object({ folder: z.literal(folder), commands: z.array(schema).readonly() });
  try {
    return approvals.safeParse(JSON.parse((await readRegular(file, maxFileBytes)).toString("utf8"))).data?.commands ?? null;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null;
    throw readFailure(file, error);
  }
}

/** Replaces the approvals; null removes the file. @throws store_unwritable, disk_full */
export async function writeApproved(file: string, folder: string, commands: readonly unknown[] | null): Promise<void> {
  try {
    if (commands === null) return await rm(file, { force: true });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await replaceFile(file, `${JSON.stringify({ folder, commands }, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw writeFailure(file, error);
  }
}

/** Whether two commands consist of the same words. */
export const isSameCommand = (a: readonly string[], b: readonly string[]): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Where programs are searched. */
export type ProgramSearch = Readonly<{
  env: Environment;
  /** The checkout in which they run; programs in it are nobody's choice. */
  top: string;
  /** The user's checkout, if that is another one; programs in it are not the user's choice either. */
  checkout?: string | undefined;
  /** A folder that is trusted in any case, inside of a checkout or not. */
  trusted?: string | undefined;
  platform?: NodeJS.Platform;
}>;

const isTrusted = ({ trusted }: ProgramSearch, folder: string): boolean =>
  trusted !== undefined && resolve(folder) === resolve(trusted);

/** Whether a path leads out of a checkout; one that does not exist is harmless. */
async function isOutside({ top, checkout = top }: ProgramSearch, path: string): Promise<boolean> {
  const paths = [path, await realpath(path).catch(() => path)];
  return paths.every((one) => !isWithin(top, one) && !isWithin(checkout, one));
}

/**
 * The folders on `PATH` that are the user's choice: not those in a checkout, nor relative ones, which
 * depend on where a program runs.
 */
export async function trustedPathFolders(search: ProgramSearch): Promise<readonly string[]> {
  const { env } = search;
  const all = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(isAbsolute);
  const allowed = await Promise.all(all.map(async (folder) => isTrusted(search, folder) || isOutside(search, folder)));
  return all.filter((_, n) => allowed[n]);
}

/** Programs that Windows starts without a shell, and the scripts that npm installs in place of programs there. */
const scriptExtension = ".cmd";
const windowsExtensions: readonly string[] = [".exe", ".com", scriptExtension];

const candidateNames = (name: string, { platform = process.platform }: ProgramSearch): readonly string[] => {
  if (platform !== "win32" || windowsExtensions.includes(extname(name).toLowerCase())) return [name];
  return windowsExtensions.map((ending) => `${name}${ending}`);
};

async function isProgram(path: string, search: ProgramSearch): Promise<boolean> {
  try {
    if (!isTrusted(search, dirname(path)) && !(await isOutside(search, path))) return false;
    if (!(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return extname(path).toLowerCase() !== scriptExtension || (await readScriptPath(path)) !== null;
  } catch {
    // Missing or not executable: the next place is tried.
    return false;
  }
}

/** The path of the program that a name refers to, outside of a checkout; null when there is none. A path must be absolute. */
export async function findProgram(name: string, search: ProgramSearch): Promise<string | null> {
  const names = candidateNames(name, search);
  const candidates = isAbsolute(name)
    ? names
    : /[\\/]/.test(name)
      ? []
      : (await trustedPathFolders(search)).flatMap((folder) => names.map((one) => join(folder, one)));
  for (const path of candidates) if (await isProgram(path, search)) return path;
  return null;
}

/**
 * Matches the JavaScript that npm's scripts for Windows run with Node.js: those of npm and npx themselves, and those of packages.
 */
const scriptPattern = /"NP[MX]_CLI_JS=%~dp0\\([^"%]+)"|"%(?:~dp0|dp0%)\\([^"%]+)"\s+%\*/;
const maxScriptBytes = 64 * 1024;

/** The JavaScript that a script of npm runs; null for any other script, which only a shell could run. */
async function readScriptPath(path: string): Promise<string | null> {
  const text = (await readRegular(path, maxScriptBytes)).toString("utf8");
  const [, own, packaged = own] = /\bnode\b/i.test(text) ? (scriptPattern.exec(text) ?? []) : [];
  return packaged === undefined ? null : join(dirname(path), ...packaged.split("\\"));
}

/**
 * The words that start a program without a shell: the program itself; for a script of npm, Node.js (the one beside it,
 * else the one on `PATH`) with the script's JavaScript. A shell would read the arguments of such a script as commands.
 * Null when there is no Node.js.
 */
export async function toArgv(program: string, search: ProgramSearch): Promise<readonly string[] | null> {
  if (extname(program).toLowerCase() !== scriptExtension) return [program];
  const scriptPath = await readScriptPath(program);
  const node = (await findProgram(join(dirname(program), "node"), search)) ?? (await findProgram("node", search));
  return scriptPath === null || node === null ? null : [node, scriptPath];
}
