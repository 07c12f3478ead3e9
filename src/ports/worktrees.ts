import type { CommandOutcome } from "./gate.ts";

/** A line of a file that git tracks. */
export type TrackedLine = Readonly<{ file: string; line: number; text: string }>;

/** A commit, the branch that changes of it go to, and the name by which both were found: `origin/main`. */
export type BaseCommit = Readonly<{ commit: string; branch: string; name: string }>;

/** A change to a commit: what it becomes on a branch. */
export type ChangeToCommit = Readonly<{
  base: string;
  /** A patch as git writes one; its paths are below the top of the checkout. */
  patch: string;
  /** The files that it touches. */
  files: readonly string[];
  message: string;
  author: string;
  /** ISO-8601. The same change at the same time is the same commit. */
  at: string;
}>;

export type Applied = Readonly<{ ok: true; commit: string }> | Readonly<{ ok: false; reason: string }>;

/** What became of a branch that was to be sent to its remote; `transient`: the remote could not be reached. */
export type Pushed = Readonly<{ ok: true }> | Readonly<{ ok: false; reason: string; transient: boolean }>;

/** A folder with the files of a commit, outside of the user's checkout. */
export type Tree = Readonly<{
  folder: string;
  /** Copies a file of the user's checkout to the same place; false where there is no such text file. */
  bring(file: string): Promise<boolean>;
  /** Writes a file; false where there is a link on the way to it. */
  put(file: string, text: string): Promise<boolean>;
  /** Runs the commands that make it ready, as the user's settings name them: once it is known that its own commands may run. @throws usage */
  prepare(): Promise<void>;
  run(command: readonly string[], timeoutMs: number, signal: AbortSignal): Promise<CommandOutcome>;
}>;

/**
 * Commits and worktrees beside the user's own: neither working tree, index nor checked-out branch of theirs is touched, and no hook of the
 * repository runs.
 */
export interface Worktrees {
  /** Where changes begin and go to: the first of some branches that there is, else the default branch. @throws not_found */
  base(preferred: readonly string[]): Promise<BaseCommit>;
  /** Lines of text files in a commit that hold any of some words, whatever their letter case. */
  search(commit: string, words: readonly string[], signal: AbortSignal): Promise<readonly TrackedLine[]>;
  /** The files of a commit, sorted. */
  files(commit: string): Promise<readonly string[]>;
  /** The text of a file in a commit; null where there is none, or a link. */
  text(commit: string, file: string): Promise<string | null>;
  /** Makes a commit of a patch, which no branch names yet. With `check` only whether that can be done. */
  apply(change: ChangeToCommit, check: boolean, signal: AbortSignal): Promise<Applied>;
  /**
   * Says why a branch may not be moved; null where it may: there is none, or it names one of some commits, and nobody has it checked out.
   */
  branchHeld(branch: string, commits: readonly string[]): Promise<string | null>;
  /** Has a branch name a commit, where `branchHeld` allows that. @throws conflict */
  point(branch: string, commit: string, before: readonly string[]): Promise<void>;
  /** Sends a commit to a branch of the remote, never over what is there and never to the branch that changes go to. */
  push(
    fix: Readonly<{ branch: string; commit: string }>,
    to: Pick<BaseCommit, "branch" | "name">,
    signal: AbortSignal,
  ): Promise<Pushed>;
  /** The commit that the remote's branch is at, brought here; of a branch that is only here, its own. @throws unreadable_file */
  fetch(to: Pick<BaseCommit, "branch" | "name">, signal: AbortSignal): Promise<string>;
  /** The commit of a name; null where it is not here. */
  commit(name: string): Promise<string | null>;
  /** Whether a commit has another one in its history; not, where the other is not here. */
  contains(commit: string, other: string): Promise<boolean>;
  /** Works in a folder with the files of a commit; it is removed afterwards. */
  inTree<T>(name: string, commit: string, signal: AbortSignal, work: (tree: Tree) => Promise<T>): Promise<T>;
  /** Keeps a text in the home for people. @returns its path */
  keep(name: string, text: string): Promise<string>;
  /** Runs work while no other process does, after removing what killed ones have left. @throws conflict when another one does */
  exclusive<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}
