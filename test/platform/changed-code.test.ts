import { appendFileSync, copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readChangePatch } from "../../src/platform/change-patch.ts";
import { readChangedCode } from "../../src/platform/changed-code.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";
import { commit, createRepository, git, gitEnvironment } from "../support/repository.ts";

const lines = (count: number, word = "line"): string => Array.from({ length: count }, (_, n) => `${word} ${n + 1}\n`).join("");

const { signal } = new AbortController();
const changes = (folder: string, base?: string, except: readonly string[] = []) =>
  readChangedCode(folder, gitEnvironment, { base, except }, signal);

async function filesOf(folder: string, base?: string): Promise<Readonly<Record<string, unknown>>> {
  return Object.fromEntries((await changes(folder, base))?.files ?? []);
}

/** Adds another repository as the remote `origin` and fetches its default branch. */
function withRemote(folder: string): string {
  const remote = join(temporaryFolder(), "remote.git");
  git(folder, "clone", "-q", "--bare", folder, remote);
  git(folder, "remote", "add", "origin", remote);
  git(folder, "fetch", "-q", "origin");
  git(folder, "branch", "-q", "--set-upstream-to", "origin/main", "main");
  return remote;
}

describe("changed lines", () => {
  it("are those added or changed since the base, committed or not", async () => {
    const top = createRepository({ "a.ts": lines(10), "b.ts": lines(3), "c.ts": lines(3), "same.ts": lines(3) });
    const base = git(top, "rev-parse", "HEAD");
    commit(top, { "a.ts": lines(10).replace("line 2\n", "changed\nadded\n").replace("line 9\n", "") });
    writeFiles(top, { "b.ts": `${lines(3)}staged\n` });
    git(top, "add", "b.ts");
    writeFiles(top, { "c.ts": `first\n${lines(3)}`, "new.ts": "new\n" });
    expect(await filesOf(top, base)).toEqual({ "a.ts": [[2, 3]], "b.ts": [[4, 4]], "c.ts": [[1, 1]], "new.ts": "all" });
  });

  it("are counted from the merge base, whatever the base did since", async () => {
    const top = createRepository({ "a.ts": lines(3) });
    git(top, "switch", "-q", "-c", "feature");
    commit(top, { "feature.ts": "feature\n" });
    git(top, "switch", "-q", "main");
    commit(top, { "main.ts": "main\n", "a.ts": "main\n" });
    git(top, "switch", "-q", "feature");
    expect(await filesOf(top, "main")).toEqual({ "feature.ts": [[1, 1]] });
  });

  it("follow a renamed file, and a rename alone is no change", async () => {
    const top = createRepository({ "old.ts": lines(20), "moved.ts": lines(20, "other") });
    renameSync(join(top, "old.ts"), join(top, "new.ts"));
    renameSync(join(top, "moved.ts"), join(top, "to.ts"));
    appendFileSync(join(top, "new.ts"), "more\n");
    git(top, "add", "--all");
    expect(await filesOf(top, "HEAD")).toEqual({ "new.ts": [[21, 21]] });
  });

  it("are empty for a file that only lost lines, and that file still counts as changed", async () => {
    const top = createRepository({ "a.ts": lines(5), "gone.ts": lines(5) });
    writeFiles(top, { "a.ts": lines(4) });
    rmSync(join(top, "gone.ts"));
    expect(await filesOf(top, "HEAD")).toEqual({ "a.ts": [] });
  });

  it("are not confused by code that looks like a patch, nor by carriage returns", async () => {
    const code = "++ b/other.ts\n@@ -1 +1 @@\n-- a/x\r\rstill the same line\n+++ b/evil.ts\n\\ no\n";
    const top = createRepository({ "a.ts": lines(2) });
    writeFiles(top, { "a.ts": `${code}${lines(2)}end` });
    expect(await filesOf(top, "HEAD")).toEqual({
      "a.ts": [
        [1, 5],
        [8, 8],
      ],
    });
  });

  it("support any file name", async () => {
    const names = ["with space.ts", "ü.ts", 'quo"te.ts', "tab\there.ts", "back\\slash.ts", "new\nline.ts", "b/b.ts", "%20.ts"];
    const top = createRepository(Object.fromEntries(names.map((name) => [name, "x\n"])));
    for (const name of names) writeFileSync(join(top, name), "y\n");
    expect(await filesOf(top, "HEAD")).toEqual(Object.fromEntries(names.map((name) => [name, [[1, 1]]])));
    commit(top);
    writeFiles(top, Object.fromEntries(names.map((name) => [`untracked ${name}`, "x\n"])));
    expect(await filesOf(top, "HEAD")).toEqual(Object.fromEntries(names.map((name) => [`untracked ${name}`, "all"])));
  });

  it("do not depend on git's diff configuration", async () => {
    const top = createRepository({ "a.ts": lines(9), "sub/b.ts": lines(3) });
    const settings = [
      ["diff.noprefix", "true"],
      ["diff.mnemonicPrefix", "true"],
      ["diff.relative", "true"],
      ["diff.interHunkContext", "9"],
      ["diff.external", "false"],
      ["color.ui", "always"],
      ["diff.renames", "false"],
      ["core.quotePath", "true"],
      ["diff.context", "7"],
    ] as const;
    for (const [key, value] of settings) git(top, "config", key, value);
    writeFiles(top, { "a.ts": `x\n${lines(9)}x\n`, "sub/b.ts": "x\n" });
    const expected = {
      "a.ts": [
        [1, 1],
        [11, 11],
      ],
      "sub/b.ts": [[1, 1]],
    };
    expect(await filesOf(join(top, "sub"), "HEAD")).toEqual(expected);
    const withContext = await readChangedCode(top, { ...gitEnvironment, GIT_DIFF_OPTS: "--unified=5" }, { base: "HEAD" }, signal);
    expect(Object.fromEntries(withContext?.files ?? [])).toEqual(expected);
  });

  it("are all lines of a binary file", async () => {
    const top = createRepository({ "a.bin": "a\0b" });
    writeFiles(top, { "a.bin": "c\0d" });
    expect(await filesOf(top, "HEAD")).toEqual({ "a.bin": "all" });
  });

  it("exclude files that git ignores and files that are excluded by name", async () => {
    const top = createRepository({ ".gitignore": "dist/\n" });
    writeFiles(top, { "dist/a.js": "x\n", "eslint.json": "[]\n", "a.ts": "x\n" });
    const found = await changes(join(top), "HEAD", ["eslint.json"]);
    expect([...(found?.files.keys() ?? [])]).toEqual(["a.ts"]);
  });
});

describe("the base", () => {
  const baseOf = async (folder: string) => (await changes(folder))?.base ?? null;

  it("is where the branch left the remote's default branch, even after a push", async () => {
    const top = createRepository({ "a.ts": "x\n" });
    const remote = withRemote(top);
    const start = git(top, "rev-parse", "HEAD");
    expect(await baseOf(top)).toEqual({ commit: start, name: "origin/main" });
    git(top, "switch", "-q", "-c", "feature");
    commit(top, { "b.ts": "x\n" });
    expect(await baseOf(top)).toEqual({ commit: start, name: "origin/main" });
    git(top, "push", "-q", "--set-upstream", "origin", "feature");
    expect(await baseOf(top)).toEqual({ commit: start, name: "origin/main" });
    git(top, "checkout", "-q", "--detach");
    expect(await baseOf(top)).toEqual({ commit: start, name: "origin/main" });
    // A clone knows the default branch of its remote.
    git(remote, "symbolic-ref", "HEAD", "refs/heads/feature");
    git(top, "remote", "set-head", "origin", "--auto");
    expect(await baseOf(top)).toMatchObject({ name: "origin/feature" });
  });

  it("is the upstream when that is a different branch", async () => {
    const top = createRepository();
    withRemote(top);
    git(top, "push", "-q", "origin", "main:develop");
    git(top, "switch", "-q", "-c", "feature", "--track", "origin/develop");
    expect(await baseOf(top)).toMatchObject({ name: "origin/develop" });
  });

  it("is the pushed state when on the default branch itself", async () => {
    const top = createRepository();
    withRemote(top);
    const start = git(top, "rev-parse", "HEAD");
    commit(top, { "a.ts": "x\n" });
    expect(await changes(top)).toMatchObject({ base: { commit: start, name: "origin/main" } });
    expect(await filesOf(top)).toEqual({ "a.ts": [[1, 1]] });
  });

  it("is the local default branch without a remote, and none when on that branch", async () => {
    const top = createRepository();
    const start = git(top, "rev-parse", "HEAD");
    expect(await baseOf(top)).toBeNull();
    git(top, "switch", "-q", "-c", "feature");
    commit(top, { "a.ts": "x\n" });
    expect(await baseOf(top)).toEqual({ commit: start, name: "main" });
    git(top, "branch", "-q", "-m", "main", "trunk");
    expect(await baseOf(top)).toBeNull();
    git(top, "config", "init.defaultBranch", "trunk");
    expect(await baseOf(top)).toEqual({ commit: start, name: "trunk" });
  });

  it("is none outside a checkout and before the first commit", async () => {
    expect(await changes(temporaryFolder())).toBeNull();
    const empty = temporaryFolder();
    git(empty, "init", "-q", "-b", "main");
    expect(await changes(empty)).toBeNull();
  });

  it("is an error when named and missing, even when it looks like an option", async () => {
    const top = createRepository();
    for (const base of ["nowhere", "--output=/tmp/x", "-h", "HEAD:a.ts"]) {
      await expect(changes(top, base)).rejects.toMatchObject({ code: "not_found", message: `Failed to find the commit ${base}` });
    }
    await expect(changes(temporaryFolder(), "main")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("staged changes", () => {
  const staged = (folder: string, env: Readonly<Record<string, string | undefined>> = gitEnvironment) =>
    readChangedCode(folder, env, { staged: true }, signal);

  it("are those of the index, along with where the working tree differs from it", async () => {
    const top = createRepository({ "a.ts": lines(9), "b.ts": lines(3), "old.ts": lines(20), bin: "a\0b", "gone.ts": "x\n" });
    const head = git(top, "rev-parse", "HEAD");
    git(top, "mv", "old.ts", "new.ts");
    writeFiles(top, {
      "a.ts": lines(9).replace("line 2\n", "changed\nadded\n"),
      "staged.ts": "x\n",
      "new.ts": `${lines(20)}more\n`,
    });
    git(top, "add", "--all");
    writeFiles(top, { "a.ts": `first\n${lines(9).replace("line 2\n", "changed\nadded\n").replace("line 7\nline 8\n", "")}` });
    writeFiles(top, { "b.ts": "", bin: "c\0d", "untracked.ts": "x\n" });
    rmSync(join(top, "gone.ts"));
    writeFiles(top, { "intended.ts": "x\n" });
    git(top, "add", "--intent-to-add", "intended.ts");
    const found = await staged(join(top));
    expect(found?.base).toEqual({ commit: head, name: "HEAD" });
    expect(Object.fromEntries(found?.files ?? [])).toEqual({ "a.ts": [[2, 3]], "staged.ts": [[1, 1]], "new.ts": [[21, 21]] });
    expect(Object.fromEntries(found?.unstaged ?? [])).toEqual({
      "a.ts": [
        { first: 1, lines: 1, stagedLines: 0 },
        { first: 8, lines: 0, stagedLines: 2 },
      ],
      "b.ts": [{ first: 0, lines: 0, stagedLines: 3 }],
      bin: "all",
      "intended.ts": [{ first: 1, lines: 1, stagedLines: 0 }],
      "untracked.ts": "all",
    });
  });

  it("are everything staged before the first commit", async () => {
    const top = writeFiles(temporaryFolder(), { "a.ts": lines(2) });
    git(top, "init", "-q", "-b", "main");
    git(top, "add", "--all");
    expect(await staged(top)).toMatchObject({ base: null, files: new Map([["a.ts", [[1, 2]]]]) });
  });

  it("use the index that git names to a hook, if it belongs to this checkout", async () => {
    const top = createRepository({ "a.ts": lines(2) });
    const other = createRepository({ "a.ts": lines(2) });
    writeFiles(top, { "a.ts": lines(3), "b.ts": "x\n" });
    git(top, "add", "--all");
    const lockFile = join(top, ".git", "next-index-1.lock");
    copyFileSync(join(other, ".git", "index"), lockFile);
    const filesWith = async (index: string) => [
      ...((await staged(top, { ...gitEnvironment, GIT_INDEX_FILE: index }))?.files.keys() ?? []),
    ];
    expect(await filesWith(".git/next-index-1.lock")).toEqual([]);
    expect(await filesWith(lockFile)).toEqual([]);
    expect(await filesWith(join(other, ".git", "index"))).toEqual(["a.ts", "b.ts"]);
    expect(await filesWith(join(top, ".git", "gone.lock"))).toEqual(["a.ts", "b.ts"]);
  });

  it("of a merge are the lines that none of its parents has", async () => {
    const top = createRepository({ "a.ts": lines(9), "both.ts": lines(9), bin: "a\0b", "old.ts": lines(20) });
    git(top, "switch", "-q", "-c", "topic");
    commit(top, {
      "a.ts": lines(9).replace("line 2\n", "topic\n"),
      "both.ts": `${lines(9)}topic\n`,
      bin: "b\0b",
      "topic.ts": "x\n",
    });
    const worktree = join(temporaryFolder(), "beside");
    git(top, "worktree", "add", "-q", "-b", "other", worktree, "main");
    commit(worktree, { "a.ts": lines(9).replace("line 2\n", "main\nmain 2\n"), "both.ts": `main\n${lines(9)}`, bin: "c\0b" });
    const head = git(worktree, "rev-parse", "HEAD");
    expect(() => git(worktree, "merge", "-q", "topic")).toThrow();
    writeFiles(worktree, {
      "a.ts": lines(9).replace("line 2\n", "main\nresolved\ntopic\nmain 2\n"),
      bin: "d\0b",
      "new.ts": "x\n",
    });
    git(worktree, "add", "--all");
    const found = await staged(worktree);
    expect(found?.base).toEqual({ commit: head, name: "HEAD and MERGE_HEAD" });
    expect(Object.fromEntries(found?.files ?? [])).toEqual({ "a.ts": [[3, 3]], bin: "all", "new.ts": [[1, 1]] });
    git(worktree, "commit", "-q", "-m", "merge");
    writeFiles(worktree, { "a.ts": "x\n" });
    git(worktree, "add", "--all");
    expect((await staged(worktree))?.base).toMatchObject({ name: "HEAD" });
  });

  it("of a merge that adds nothing to its parents are empty", async () => {
    const top = createRepository({ "a.ts": lines(9) });
    git(top, "switch", "-q", "-c", "topic");
    commit(top, { "a.ts": `topic\n${lines(9)}`, "topic.ts": "x\n" });
    git(top, "switch", "-q", "main");
    commit(top, { "a.ts": `${lines(9)}main\n` });
    git(top, "merge", "-q", "--no-commit", "topic");
    expect((await staged(top))?.files).toEqual(new Map());
  });

  it("require a checkout", async () => {
    await expect(staged(temporaryFolder())).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the fingerprint", () => {
  it("is equal only for the same code", async () => {
    const top = createRepository({ "a.ts": lines(3) });
    const fingerprint = async (): Promise<string | undefined> =>
      (await changes(top, "HEAD", [join(top, "out.json")]))?.fingerprint;
    const clean = await fingerprint();
    writeFiles(top, { "out.json": "[1]" });
    expect(await fingerprint()).toBe(clean);
    writeFiles(top, { "a.ts": lines(4) });
    const changed = await fingerprint();
    expect(changed).not.toBe(clean);
    writeFiles(top, { "a.ts": lines(3) });
    expect(await fingerprint()).toBe(clean);
    writeFiles(top, { "new.ts": "x\n" });
    const added = await fingerprint();
    expect(new Set([clean, changed, added]).size).toBe(3);
    writeFiles(top, { "new.ts": "y\n" });
    expect(await fingerprint()).not.toBe(added);
    writeFiles(top, { "new.ts": "x\n" });
    expect(await fingerprint()).toBe(added);
  });
});

describe("a patch", () => {
  const patchOf = async (top: string) => (await readChangePatch(top, gitEnvironment, "HEAD", signal)).lines;

  it("names a new file exactly as git does once it is added", async () => {
    const top = createRepository();
    writeFiles(top, { 'a\u001b\t"\\\u0007\u007f\u0085ü.ts': "new\n" });
    const names = async () => (await patchOf(top)).filter((line) => /^(?:diff|\+\+\+) /.test(line));
    const before = await names();
    git(top, "add", "--all");
    expect(before).toEqual(await names());
    expect(before[1]).toBe('+++ "b/a\\033\\t\\"\\\\\\a\\177\u0085ü.ts"');
  });

  it("reports a new binary file of any size, and rejects text that is too large to review", async () => {
    const top = createRepository();
    writeFiles(top, { "big.bin": "\0" });
    truncateSync(join(top, "big.bin"), 21 * 1024 * 1024);
    expect((await patchOf(top)).at(-1)).toBe("Binary files /dev/null and b/big.bin differ");
    writeFiles(top, { "big.txt": `${"x".repeat(1023)}\n`.repeat(21 * 1024) });
    await expect(patchOf(top)).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("larger than 20 MiB") });
  });
});
