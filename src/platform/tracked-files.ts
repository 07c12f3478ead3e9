import { execFile } from "node:child_process";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { safeArgs } from "./start-git.ts";

const execFileAsync = promisify(execFile);

/** Number of names per git call; that many fit on a command line on every platform. */
const batchSize = 200;

/**
 * The arguments of a git call that runs nothing that a checkout configures. The owner of the folder is not checked, as only names
 * are read. File names are taken literally, not as patterns.
 */
const listArgs = [...safeArgs, "-c", "safe.directory=*", "--literal-pathspecs", "ls-files", "-z", "--"];

async function listTracked(folder: string, names: readonly string[], timeoutMs: number): Promise<readonly string[]> {
  try {
    const options = { cwd: folder, timeout: timeoutMs, env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" } };
    const { stdout } = await execFileAsync("git", [...listArgs, ...names], options);
    return stdout.split("\0").filter((name) => name !== "");
  } catch (error) {
    // Files that git does not answer for in time may be tracked: they count as such and are left to the user.
    if (error instanceof Error && "killed" in error && error.killed === true) return names;
    // No repository, no git or no such folder: nothing there is known to be tracked.
    return [];
  }
}

/**
 * Returns those of the given files that git tracks in the repositories that contain them: they came with the checkout or are part
 * of a commit to come.
 * @param paths absolute
 * @param timeoutMs timeout in ms for one call of git; files that it has not answered for by then count as tracked
 */
export async function trackedFiles(paths: readonly string[], timeoutMs = 10_000): Promise<ReadonlySet<string>> {
  const names = new Map<string, string[]>();
  for (const path of paths) names.set(dirname(path), [...(names.get(dirname(path)) ?? []), basename(path)]);
  const tracked = new Set<string>();
  for (const [folder, all] of names) {
    for (let from = 0; from < all.length; from += batchSize) {
      for (const name of await listTracked(folder, all.slice(from, from + batchSize), timeoutMs)) tracked.add(join(folder, name));
    }
  }
  return tracked;
}
