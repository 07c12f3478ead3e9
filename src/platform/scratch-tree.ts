import { randomUUID } from "node:crypto";
import { lstat, mkdir, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { usage } from "../kernel/errors.ts";
import { withoutSecrets } from "../kernel/secrets.ts";
import type { CommandOutcome } from "../ports/gate.ts";
import type { Worktree } from "../ports/worktrees.ts";
import { ifMissing, isMissing, writeFailure } from "./disk/failure.ts";
import { isWithin } from "./disk/place.ts";
import { isRunning } from "./disk/process-status.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { checkoutOf, type Environment } from "./git.ts";
import { commandRunner } from "./run-approved.ts";
import { requireOutput, runGit } from "./run-git.ts";

/** Maximum size of a test file in bytes; nobody writes a larger one. */
const maxFileBytes = 1024 * 1024;
const prepareTimeoutMs = 1_800_000;
/** A tree of a sparse checkout contains all files. */
const fullCheckoutArgs = ["-c", "core.sparseCheckout=false"];

export type TreeOptions = Readonly<{
  /** The ledger's home. */
  home: string;
  env: Environment;
  /** Top of the user's checkout. */
  top: string;
  /** Commands that prepare a fresh checkout for its tests, such as an installation. */
  prepare(): Promise<readonly (readonly string[])[]>;
}>;

const treesFolder = (home: string): string => join(home, "self-fix", "trees");

/** Removes a tree and its entry in the repository. */
async function removeTree(folder: string, env: Environment): Promise<void> {
  const found = await checkoutOf(folder);
  if (found !== null && found.top === folder && found.shared !== found.own) {
    // If the repository is missing, it has no such entry; the folder is removed anyway.
    await runGit(found.shared, env, ["worktree", "remove", "--force", "--force", folder]);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Whether the process that a tree is named after is still running. */
const isInUse = (name: string): boolean => isRunning(Number(/-(\d+)$/.exec(name)?.[1] ?? 0) || process.pid);

/** Removes the trees that killed processes left behind. */
export async function removeStaleTrees(home: string, env: Environment): Promise<void> {
  const names = await readdir(treesFolder(home)).catch(ifMissing([]));
  for (const name of names) if (!isInUse(name)) await removeTree(join(treesFolder(home), name), env);
}

/** Writes a file in a folder, but not through a link; false when its path contains one. */
async function writeInside(folder: string, file: string, content: Buffer | string): Promise<boolean> {
  const target = join(folder, file);
  if (!isWithin(folder, target)) return false;
  for (let at = target; at !== folder; at = dirname(at)) {
    const kind = await lstat(at).catch(() => null);
    if (kind?.isSymbolicLink() === true) return false;
  }
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  } catch (error) {
    throw writeFailure(target, error);
  }
  return true;
}

/** Copies a text file from one folder to the same place in another; nothing is read or written through a link. */
async function copyFile(from: string, to: string, file: string): Promise<boolean> {
  const source = join(from, file);
  try {
    if (!isWithin(from, source) || !(await lstat(source)).isFile()) return false;
    return await writeInside(to, file, await readRegular(source, maxFileBytes, file));
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function checkPrepared(command: readonly string[], outcome: CommandOutcome): void {
  if (outcome.state === "exited" && outcome.code === 0) return;
  const details = outcome.state === "missing" ? outcome.reason : outcome.output.trimEnd().split("\n").slice(-5).join("\n");
  throw usage(
    `Failed to prepare a checkout: \`${command.join(" ")}\` failed (${details})`,
    "Correct gate.prepare in settings.json of the ledger's home.",
  );
}

/**
 * Runs `work` in a folder of the home that contains the files of a commit: a worktree without a branch, removed afterwards.
 * @throws store_unwritable, disk_full
 */
export async function withScratchTree<T>(
  { home, env, top, prepare }: TreeOptions,
  { name, commit, signal }: Readonly<{ name: string; commit: string; signal: AbortSignal }>,
  work: (tree: Worktree) => Promise<T>,
): Promise<T> {
  // Several calls of one process may run at the same time.
  const folder = join(treesFolder(home), `${name}-${randomUUID()}-${process.pid}`);
  const folders = { top: () => realpath(folder), checkout: async () => top };
  const run = commandRunner({ env: withoutSecrets(env), secrets: env, ...folders });
  await mkdir(treesFolder(home), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw writeFailure(treesFolder(home), error);
  });
  try {
    const add = [...fullCheckoutArgs, "worktree", "add", "--force", "--force", "--detach", "--quiet", folder, commit];
    requireOutput(await runGit(top, env, add), folder, "write");
    return await work({
      folder,
      bring: (file) => copyFile(top, folder, file),
      put: (file, text) => writeInside(folder, file, text),
      run,
      prepare: async () => {
        for (const command of await prepare()) checkPrepared(command, await run(command, prepareTimeoutMs, signal));
      },
    });
  } finally {
    await removeTree(folder, env);
  }
}
