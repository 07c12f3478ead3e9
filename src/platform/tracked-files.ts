import { execFile } from "node:child_process";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { safeArgs } from "./start-git.ts";

const run = promisify(execFile);

/** So many names fit on a command line everywhere. */
const atOnce = 200;

/**
 * Asks git without running anything that a checkout configures. The owner of the folder does not matter: the names alone are read.
 * File names are names, not patterns.
 */
const listing = [...safeArgs, "-c", "safe.directory=*", "--literal-pathspecs", "ls-files", "-z", "--"];

async function trackedIn(folder: string, names: readonly string[], withinMs: number): Promise<readonly string[]> {
  try {
    const options = { cwd: folder, timeout: withinMs, env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" } };
    const { stdout } = await run("git", [...listing, ...names], options);
    return stdout.split("\0").filter((name) => name !== "");
  } catch (error) {
    // What git does not say in time may be tracked: it is left to the user.
    if (error instanceof Error && "killed" in error && error.killed === true) return names;
    // No repository, no git or no such folder: nothing there is known to be tracked.
    return [];
  }
}

/**
 * Which of some files git tracks in the repositories that they lie in: those came with the checkout or go into it.
 * @param paths absolute @param withinMs how long git may take for the files of one folder; what it does not answer by then counts as tracked
 */
export async function trackedFiles(paths: readonly string[], withinMs = 10_000): Promise<ReadonlySet<string>> {
  const names = new Map<string, string[]>();
  for (const path of paths) names.set(dirname(path), [...(names.get(dirname(path)) ?? []), basename(path)]);
  const tracked = new Set<string>();
  for (const [folder, all] of names) {
    for (let from = 0; from < all.length; from += atOnce) {
      for (const name of await trackedIn(folder, all.slice(from, from + atOnce), withinMs)) tracked.add(join(folder, name));
    }
  }
  return tracked;
}
