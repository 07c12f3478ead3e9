import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { headOf } from "../../src/platform/spool-writer.ts";
import { temporaryFolder } from "../support/folder.ts";
import { createRepository, git } from "../support/repository.ts";

it("reads branch and commit of a checkout and of a worktree from git's files", () => {
  const top = createRepository({ "a/b.ts": "x\n" });
  const commit = git(top, "rev-parse", "HEAD");
  expect(headOf(join(top, "a"))).toEqual({ branch: "main", commit });
  const worktree = join(temporaryFolder(), "beside");
  git(top, "worktree", "add", "-q", "-b", "topic/one", worktree);
  expect(headOf(worktree)).toEqual({ branch: "topic/one", commit });
  git(worktree, "checkout", "-q", "--detach");
  expect(headOf(worktree)).toEqual({ commit });
  expect(headOf(temporaryFolder())).toEqual({});
});

// The content of HEAD where references are kept in tables (reftable), and names that git refuses.
it.each(["refs/heads/.invalid", "refs/heads/../../config", "refs/heads/a/.b"])("reads no branch from %s", (ref) => {
  const top = createRepository();
  writeFileSync(join(top, ".git", "HEAD"), `ref: ${ref}\n`);
  expect(headOf(top)).toEqual({});
});
