import { mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { branchTaken, notFound, selfFixBusy } from "../kernel/errors.ts";
import type { NamedMutex } from "../ports/sync.ts";
import type { ApplyResult, ChangeToCommit, Worktrees } from "../ports/worktrees.ts";
import { defaultBranch, type GitQuery, remotesIn } from "./changed-code.ts";
import { writeFailure } from "./disk/failure.ts";
import { replaceFile } from "./disk/replace-file.ts";
import { checkoutOf, type Environment } from "./git.ts";
import { type GitResult, isOutage, requireOutput, runGit } from "./run-git.ts";
import { removeStaleTrees, withScratchTree } from "./scratch-tree.ts";
import { plainFetch, plainPush, queryGit, readSettings } from "./start-git.ts";

/** Maximum length of a file's text in characters; nobody writes a longer one by hand. */
const largestText = 1024 * 1024;
const queryTimeoutMs = 60_000;
/** The hash that means "there is none" to git. */
const noCommit = "0".repeat(40);

export type WorktreeOptions = Readonly<{
  home: string;
  env: Environment;
  folder: string;
  mutex: NamedMutex;
  prepare(): Promise<readonly (readonly string[])[]>;
}>;

type Git = (args: readonly string[], options?: Parameters<typeof runGit>[3]) => Promise<GitResult>;

/** The mode of a path in a commit: `100644`, `040000` for a folder; null when the path does not exist. */
async function modeOf(git: Git, commit: string, path: string): Promise<string | null> {
  const listed = await git(["ls-tree", "-z", "--full-tree", commit, "--", path]);
  return /^(\d{6}) /.exec(requireOutput(listed, path))?.[1] ?? null;
}

const isText = (mode: string | null): boolean => mode === "100644" || mode === "100755";

/**
 * Why a file of a commit may not be changed; undefined when it may. Nothing is written through a link or into another repository.
 */
async function blockedReason(git: Git, commit: string, file: string): Promise<string | undefined> {
  const parts = file.split("/");
  for (let depth = 1; depth < parts.length; depth += 1) {
    const folder = parts.slice(0, depth).join("/");
    const mode = await modeOf(git, commit, folder);
    if (mode !== null && mode !== "040000") return `${folder} is no folder`;
  }
  const mode = await modeOf(git, commit, file);
  return mode === null || isText(mode) ? undefined : `${file} is no text file`;
}

/**
 * The first file that changed without being announced by the patch, or whose kind (mode) changed; undefined when there is none.
 */
const findUnannouncedChange = (raw: string, files: readonly string[]): string | undefined => {
  const fields = raw.split("\0");
  for (let n = 0; n + 1 < fields.length; n += 2) {
    const [, before = "", after = ""] = /^:(\d{6}) (\d{6}) /.exec(fields[n] ?? "") ?? [];
    const name = fields[n + 1] ?? "";
    const isAllowed = before === after || before === "000000" ? after === "000000" || isText(after) : after === "000000";
    if (!files.includes(name) || !isAllowed) return name;
  }
  return undefined;
};

async function commitPatch(
  git: Git,
  index: string,
  { base, patch, files, message, author, at }: ChangeToCommit,
  check: boolean,
): Promise<ApplyResult> {
  const more = { GIT_INDEX_FILE: index };
  for (const file of files) {
    const reason = await blockedReason(git, base, file);
    if (reason !== undefined) return { ok: false, reason };
  }
  requireOutput(await git(["read-tree", base], { more }), index, "write");
  const apply = ["apply", "--cached", "--whitespace=nowarn", "--recount"];
  const checked = await git([...apply, "--check", "-"], { input: patch, more });
  if (!checked.ok && checked.code === null) requireOutput(checked, "the patch");
  if (!checked.ok) return { ok: false, reason: `it does not fit the files: ${checked.said}` };
  if (check) return { ok: true, commit: base };
  requireOutput(await git([...apply, "-"], { input: patch, more }), "the change", "write");
  const tree = requireOutput(await git(["write-tree"], { more }), "the change", "write").trim();
  const raw = requireOutput(await git(["diff-tree", "-r", "-z", "--raw", "--no-renames", base, tree]), "the change");
  const unannounced = findUnannouncedChange(raw, files);
  if (unannounced !== undefined) return { ok: false, reason: `it changes what ${unannounced} is` };
  const [name, email] = await Promise.all([git(["config", "user.name"]), git(["config", "user.email"])]);
  const who = name.ok && email.ok ? [name.output.trim(), email.output.trim()] : [author, "reward-ledger@localhost"];
  const identity = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) => [
      [`GIT_${role}_NAME`, who[0]],
      [`GIT_${role}_EMAIL`, who[1]],
      [`GIT_${role}_DATE`, `${Math.floor(Date.parse(at) / 1000)} +0000`],
    ]),
  );
  const made = await git(["commit-tree", tree, "-p", base, "-F", "-"], { input: message, more: identity });
  return { ok: true, commit: requireOutput(made, "the commit", "write").trim() };
}

/** Makes changes beside the checkout that contains a folder, not in its working tree. @throws not_found outside of a checkout */
export async function worktrees({ home, env, folder, mutex, prepare }: WorktreeOptions): Promise<Worktrees> {
  const checkout = await checkoutOf(folder);
  if (checkout === null) throw notFound(`a git checkout around ${folder}`, "Run it in the checkout that the feedback is about.");
  const top = await realpath(checkout.top);
  const git: Git = (args, options) => runGit(top, env, args, options);
  const query: GitQuery = (...args) => queryGit(top, env, args, queryTimeoutMs);
  const stateFolder = join(home, "self-fix");
  const remoteOf = async ({ name, branch }: Readonly<{ name: string; branch: string }>): Promise<string | null> => {
    return remotesIn(await readSettings(top, env)).find((remote) => name === `${remote}/${branch}`) ?? null;
  };
  const branchOf = async (name: string): Promise<string> => {
    const remotes = remotesIn(await readSettings(top, env));
    return name.slice((remotes.find((remote) => name.startsWith(`${remote}/`))?.length ?? -1) + 1);
  };
  const headOf = (branch: string): Promise<string | null> =>
    query("rev-parse", "--verify", "--quiet", "--end-of-options", `refs/heads/${branch}`);
  const branchHeld: Worktrees["branchHeld"] = async (branch, commits) => {
    const used = requireOutput(await git(["worktree", "list", "--porcelain"]), "the worktrees");
    if (used.split("\n").includes(`branch refs/heads/${branch}`)) return "it is checked out in a working tree";
    if ((await query("symbolic-ref", "--quiet", `refs/heads/${branch}`)) !== null) return "it is another name of a branch";
    const head = await headOf(branch);
    return head === null || commits.includes(head) ? null : "it holds commits that are not of this fix";
  };
  const commitOf = (name: string): Promise<string | null> =>
    query("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
  const preferredBase = async (names: readonly string[]): Promise<string | null> => {
    const settings = await readSettings(top, env);
    const remotes = remotesIn(settings);
    for (const name of names) {
      for (const remote of remotes) {
        if ((await query("rev-parse", "--verify", "--quiet", `refs/remotes/${remote}/${name}`)) !== null)
          return `${remote}/${name}`;
      }
      if ((await query("rev-parse", "--verify", "--quiet", `refs/heads/${name}`)) !== null) return name;
    }
    return defaultBranch(query, settings, null);
  };
  return {
    async base(preferred) {
      const name = await preferredBase(preferred);
      const commit =
        name === null ? null : await query("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
      if (name === null || commit === null) throw notFound("the branch that a fix goes to", "Make a branch `main`, or fetch it.");
      return { commit, branch: await branchOf(name), name };
    },
    async search(commit, words, signal) {
      if (words.length === 0) return [];
      const wanted = words.flatMap((word) => ["-e", word]);
      const found = await git(["grep", "-n", "-z", "-I", "-i", "-F", "--no-color", "--full-name", ...wanted, commit, "--"], {
        signal,
      });
      // Git exits with 1 when no line matches.
      if (!found.ok && found.code === 1) return [];
      return requireOutput(found, "the files")
        .split("\n")
        .flatMap((line) => {
          const [file = "", number = "", text] = line.split("\0");
          return text === undefined ? [] : [{ file: file.slice(commit.length + 1), line: Number(number), text }];
        });
    },
    async files(commit) {
      const listed = await git(["ls-tree", "-r", "-z", "--full-tree", "--name-only", commit]);
      return requireOutput(listed, "the files")
        .split("\0")
        .filter((file) => file !== "")
        .sort();
    },
    async text(commit, file) {
      if (!isText(await modeOf(git, commit, file))) return null;
      const shown = requireOutput(await git(["cat-file", "blob", `${commit}:${file}`]), file);
      return shown.length > largestText || shown.includes("\0") ? null : shown;
    },
    async apply(change, check, signal) {
      await mkdir(stateFolder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        throw writeFailure(stateFolder, error);
      });
      const index = join(stateFolder, `index-${process.pid}`);
      try {
        return await commitPatch((args, options) => git(args, { ...options, signal }), index, change, check);
      } finally {
        await rm(index, { force: true });
        await rm(`${index}.lock`, { force: true });
      }
    },
    branchHeld,
    async point(branch, commit, before) {
      const heldReason = await branchHeld(branch, [...before, commit]);
      if (heldReason !== null) throw branchTaken(branch, heldReason);
      const now = (await headOf(branch)) ?? "";
      if (now === commit) return;
      const moved = await git(["update-ref", "--no-deref", `refs/heads/${branch}`, commit, now || noCommit]);
      requireOutput(moved, `the branch ${branch}`, "write");
    },
    async push({ branch, commit }, to, signal) {
      const remote = await remoteOf(to);
      if (remote === null) return { ok: false, reason: "the repository has no remote for it", transient: false };
      if (!branch.startsWith("auto/") || branch === to.branch) throw new TypeError(`${branch} is no branch of a fix`);
      const sent = await git(["push", "--quiet", plainPush, remote, `${commit}:refs/heads/${branch}`], { signal });
      if (sent.ok) return { ok: true };
      return { ok: false, reason: `git could not push: ${sent.said}`, transient: isOutage(sent.said) };
    },
    async fetch(to, signal) {
      const remote = await remoteOf(to);
      if (remote !== null) {
        const fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", plainFetch, remote, to.branch];
        requireOutput(await git(fetch, { signal }), to.name);
      }
      return requireOutput(await git(["rev-parse", "--verify", "--end-of-options", `${to.name}^{commit}`]), to.name).trim();
    },
    commit: commitOf,
    async contains(commit, other) {
      if ((await commitOf(other)) === null) return false;
      const result = await git(["merge-base", "--is-ancestor", other, commit]);
      if (!result.ok && result.code !== 1) requireOutput(result, `the history of ${commit.slice(0, 12)}`);
      return result.ok;
    },
    inTree: (name, commit, signal, work) => withScratchTree({ home, env, top, prepare }, { name, commit, signal }, work),
    async keep(name, text) {
      const file = join(stateFolder, `${name}.md`);
      try {
        await mkdir(stateFolder, { recursive: true, mode: 0o700 });
        await replaceFile(file, text, { mode: 0o600 });
      } catch (error) {
        throw writeFailure(file, error);
      }
      return file;
    },
    async exclusive(signal, work) {
      const result = await mutex.pass(
        "process",
        0,
        async () => {
          await removeStaleTrees(home, env);
          return work();
        },
        signal,
      );
      if (result === null) throw selfFixBusy();
      return result.value;
    },
  };
}
