import type { CommandOutcome } from "./gate.ts";

/** A line of a tracked file. */
export type TrackedLine = Readonly<{ file: string; line: number; text: string }>;

/** A commit, the branch that changes based on it go to, and the name by which both were found: `origin/main`. */
export type BaseCommit = Readonly<{ commit: string; branch: string; name: string }>;

/** A change to make on top of a commit, as a new commit. */
export type ChangeToCommit = Readonly<{
  base: string;
  /** A patch in git's format; its paths are relative to the top of the checkout. */
  patch: string;
  /** The files that the patch changes. */
  files: readonly string[];
  message: string;
  author: string;
  /** ISO-8601. The same change with the same time results in the same commit. */
  at: string;
}>;

export type ApplyResult = Readonly<{ ok: true; commit: string }> | Readonly<{ ok: false; reason: string }>;

/** Result of pushing a branch to its remote; `transient`: the remote could not be reached. */
export type PushResult = Readonly<{ ok: true }> | Readonly<{ ok: false; reason: string; transient: boolean }>;

/** A folder outside of the user's checkout with the files of a commit. */
export type Worktree = Readonly<{
  folder: string;
  /** Copies a file from the user's checkout to the same path; false if there is no such file. */
  bring(file: string): Promise<boolean>;
  /** Writes a file; false if its path leads through a link. */
  put(file: string, text: string): Promise<boolean>;
  /**
   * Runs the preparation commands from the user's settings. Call it only after it is known that the tree's own commands may run.
   * @throws usage
   */
  prepare(): Promise<void>;
  run(command: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<CommandOutcome>;
}>;

/**
 * Commits and worktrees beside the user's own: the user's working tree, index and checked-out branch are not touched, and no hook
 * of the repository runs.
 */
export interface Worktrees {
  /** Returns base and target of changes: the first preferred branch that exists, else the default branch. @throws not_found */
  base(preferred: readonly string[]): Promise<BaseCommit>;
  /** Finds the lines of text files in a commit that contain any of the words, ignoring case. */
  search(commit: string, words: readonly string[], signal: AbortSignal): Promise<readonly TrackedLine[]>;
  /** Lists the files of a commit, sorted. */
  files(commit: string): Promise<readonly string[]>;
  /** Returns the text of a file in a commit; null if there is no such text file, or if it is a link. */
  text(commit: string, file: string): Promise<string | null>;
  /** Creates a commit from a patch, on no branch. With `check`, only checks whether the patch applies. */
  apply(change: ChangeToCommit, check: boolean, signal: AbortSignal): Promise<ApplyResult>;
  /**
   * Returns why a branch may not be moved; null if it may: it is not checked out anywhere, and it does not exist or points to one
   * of the given commits.
   */
  branchHeld(branch: string, commits: readonly string[]): Promise<string | null>;
  /** Moves a branch to a commit, if `branchHeld` allows it. @throws conflict */
  point(branch: string, commit: string, before: readonly string[]): Promise<void>;
  /** Pushes a commit to a branch of the remote; never overwrites commits there, and never pushes to the target branch itself. */
  push(
    fix: Readonly<{ branch: string; commit: string }>,
    to: Pick<BaseCommit, "branch" | "name">,
    signal: AbortSignal,
  ): Promise<PushResult>;
  /** Fetches a branch from its remote and returns its commit; a local branch is only resolved. @throws unreadable_file */
  fetch(to: Pick<BaseCommit, "branch" | "name">, signal: AbortSignal): Promise<string>;
  /** Returns the commit that a name resolves to; null if it is not in this repository. */
  commit(name: string): Promise<string | null>;
  /** Whether a commit has another one in its history; false if the other is not in this repository. */
  contains(commit: string, other: string): Promise<boolean>;
  /** Runs `work` in a folder with the files of a commit, and removes the folder afterwards. */
  inTree<T>(name: string, commit: string, signal: AbortSignal, work: (tree: Worktree) => Promise<T>): Promise<T>;
  /** Writes a Markdown text for people to the home. @returns its path */
  keep(name: string, text: string): Promise<string>;
  /** Runs `work` exclusively among all processes, after removing trees of killed ones. @throws conflict if another one runs */
  exclusive<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}
