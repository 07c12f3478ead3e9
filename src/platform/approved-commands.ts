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
 * Commands that a user has approved for one checkout, in the user's home. Another copy of the project is asked for anew.
 */

/** What approvals are bound to: the top of the checkout that a folder lies in, without links; outside of git the folder. */
export const topOf = async (folder: string): Promise<string> => realpath((await checkoutOf(folder))?.top ?? folder);

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

/** Where programs are looked for. */
export type Programs = Readonly<{
  env: Environment;
  /** The checkout in which they run: what lies in it is nobody's choice. */
  top: string;
  /** The checkout of the user's, where that is another one: what lies in it is not theirs either. */
  checkout?: string | undefined;
  /** A folder that counts all the same, within it or not. */
  trusted?: string | undefined;
  platform?: NodeJS.Platform;
}>;

const isTrusted = ({ trusted }: Programs, folder: string): boolean =>
  trusted !== undefined && resolve(folder) === resolve(trusted);

/** Whether a path leads out of a checkout; one that leads nowhere does no harm. */
async function leadsOut({ top, checkout = top }: Programs, path: string): Promise<boolean> {
  const paths = [path, await realpath(path).catch(() => path)];
  return paths.every((one) => !isWithin(top, one) && !isWithin(checkout, one));
}

/** The folders of the `PATH` that are the user's choice: those of the checkout are not, nor is one that depends on where a program runs. */
export async function foldersOnPath(programs: Programs): Promise<readonly string[]> {
  const { env } = programs;
  const all = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(isAbsolute);
  const are = await Promise.all(all.map(async (folder) => isTrusted(programs, folder) || leadsOut(programs, folder)));
  return all.filter((_, n) => are[n]);
}

/** Programs that Windows starts without a shell, and scripts that npm puts in place of programs there. */
const script = ".cmd";
const windowsEndings: readonly string[] = [".exe", ".com", script];

const namesOf = (name: string, { platform = process.platform }: Programs): readonly string[] => {
  if (platform !== "win32" || windowsEndings.includes(extname(name).toLowerCase())) return [name];
  return windowsEndings.map((ending) => `${name}${ending}`);
};

async function isProgram(path: string, programs: Programs): Promise<boolean> {
  try {
    if (!isTrusted(programs, dirname(path)) && !(await leadsOut(programs, path))) return false;
    if (!(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return extname(path).toLowerCase() !== script || (await scriptOf(path)) !== null;
  } catch {
    // Nothing is there, or nothing that may be run: the next place is looked at.
    return false;
  }
}

/** The path of the program that a name stands for, outside of a checkout; null: there is none. A path has to be absolute. */
export async function programOf(name: string, programs: Programs): Promise<string | null> {
  const names = namesOf(name, programs);
  const places = isAbsolute(name)
    ? names
    : /[\\/]/.test(name)
      ? []
      : (await foldersOnPath(programs)).flatMap((folder) => names.map((one) => join(folder, one)));
  for (const path of places) if (await isProgram(path, programs)) return path;
  return null;
}

/** How npm's scripts for Windows name the JavaScript that they have Node.js run: npm's and npx' own, and those of packages. */
const namedScript = /"NP[MX]_CLI_JS=%~dp0\\([^"%]+)"|"%(?:~dp0|dp0%)\\([^"%]+)"\s+%\*/;
const largestScript = 64 * 1024;

/** The JavaScript behind a script of npm's; null for any other script, which only a shell could run. */
async function scriptOf(path: string): Promise<string | null> {
  const text = (await readRegular(path, largestScript)).toString("utf8");
  const [, own, packaged = own] = /\bnode\b/i.test(text) ? (namedScript.exec(text) ?? []) : [];
  return packaged === undefined ? null : join(dirname(path), ...packaged.split("\\"));
}

/**
 * What starts a program without a shell: the program itself; for a script of npm's Node.js, the one beside it or that of the `PATH`, with
 * the JavaScript behind it. A shell would read the arguments of such a script as commands. Null: there is no Node.js.
 */
export async function startOf(program: string, programs: Programs): Promise<readonly string[] | null> {
  if (extname(program).toLowerCase() !== script) return [program];
  const named = await scriptOf(program);
  const node = (await programOf(join(dirname(program), "node"), programs)) ?? (await programOf("node", programs));
  return named === null || node === null ? null : [node, named];
}
