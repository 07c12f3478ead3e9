import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryOf } from "../../src/system/git.ts";
import { surroundingsOf } from "../../src/system/surroundings.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";

const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"];
const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("git", [...identity, ...args], {
    cwd,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();

/** A repository on branch `main` with one commit. */
function repository(folder = join(temporaryFolder(), "my repo")): string {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "-q", "-b", "main");
  git(folder, "commit", "-q", "--allow-empty", "-m", "start");
  return folder;
}

const projectIn = (cwd: string): Promise<string> => surroundingsOf(cwd, {}).project();

describe("the agent", () => {
  it.each([
    [{}, "claude-code"],
    [{ REWARD_LEDGER_AGENT: "codex" }, "codex"],
    [{ REWARD_LEDGER_AGENT: " " }, "claude-code"],
  ])("with %j is %s", (env, agent) => expect(surroundingsOf("/", env).agent).toBe(agent));
});

describe("repositoryOf", () => {
  it.each([
    ["git@github.com:acme/storefront.git", "acme/storefront"],
    ["https://github.com/acme/storefront", "acme/storefront"],
    ["https://ann:secret@github.com/acme/storefront.git/", "acme/storefront"],
    ["ssh://git@git.example.com:2222/acme/store.front.git", "acme/store.front"],
    ["git://git.example.com/acme/storefront.git", "acme/storefront"],
    ["https://gitlab.com/group/sub/repo.git", "group/sub/repo"],
    ["git@alias:acme/storefront.git", "acme/storefront"],
    ["/srv/git/acme/storefront.git", null],
    ["../storefront.git", null],
    ["file:///srv/git/storefront.git", null],
    ["C:\\repos\\storefront", null],
    ["https://github.com/acme", null],
    ["alias:storefront", null],
    ["", null],
  ])("%s is %s", (url, repositoryName) => expect(repositoryOf(url)).toBe(repositoryName));
});

describe("the project", () => {
  it("is the folder's name outside of git", async () => {
    const folder = writeFiles(temporaryFolder(), { "Grüße und mehr/x": "" });
    expect(await projectIn(join(folder, "Grüße und mehr"))).toBe("Grüße und mehr");
    expect(await projectIn("/")).toBe("root");
  });

  it("is owner/repo of origin, also below the top folder", async () => {
    const folder = repository();
    git(folder, "remote", "add", "upstream", "https://github.com/other/fork.git");
    git(folder, "remote", "add", "origin", "git@github.com:acme/storefront.git");
    mkdirSync(join(folder, "src/deep"), { recursive: true });
    expect(await projectIn(folder)).toBe("acme/storefront");
    expect(await projectIn(join(folder, "src/deep"))).toBe("acme/storefront");
  });

  it("is that of another remote when origin is a path, whatever that remote is called", async () => {
    const folder = repository();
    git(folder, "remote", "add", "origin", "/srv/git/storefront.git");
    git(folder, "remote", "add", "my.mirror", "https://example.com/acme/storefront.git");
    expect(await projectIn(folder)).toBe("acme/storefront");
  });

  it("is the name of the top folder without such a remote", async () => {
    const folder = repository();
    mkdirSync(join(folder, "src"));
    expect(await projectIn(join(folder, "src"))).toBe("my repo");
  });

  it("is found from a worktree and from a submodule", async () => {
    const folder = repository();
    git(folder, "remote", "add", "origin", "https://github.com/acme/storefront.git");
    git(folder, "worktree", "add", "-q", "../tree", "-b", "feature/one");
    expect(await projectIn(join(folder, "../tree"))).toBe("acme/storefront");

    const other = repository();
    git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", other, "lib");
    git(join(folder, "lib"), "remote", "set-url", "origin", "https://github.com/acme/library.git");
    expect(await projectIn(join(folder, "lib"))).toBe("acme/library");
  });

  it("does without a broken git folder", async () => {
    const folder = writeFiles(temporaryFolder(), { ".git": "gitdir: /nowhere/at/all\n" });
    expect(await projectIn(folder)).toBe(basename(folder));
    const odd = writeFiles(temporaryFolder(), {
      ".git": "no pointer",
      "x/.git/config": '[remote "origin"]\nurl = \u0000\n[[[',
      "x/.git/HEAD": "\n",
    });
    expect(await projectIn(odd)).toBe(basename(odd));
    expect(await projectIn(join(odd, "x"))).toBe("x");
    expect(await surroundingsOf(join(odd, "x"), {}).git()).toEqual({ branch: null, commit: null });
  });
});

describe("branch and commit", () => {
  const headIn = (cwd: string) => surroundingsOf(cwd, {}).git();

  it("are those git names: on a branch, packed, detached, in a worktree", async () => {
    const folder = repository();
    const commit = git(folder, "rev-parse", "HEAD");
    expect(await headIn(folder)).toEqual({ branch: "main", commit });

    git(folder, "worktree", "add", "-q", "../tree", "-b", "feature/one");
    git(join(folder, "../tree"), "commit", "-q", "--allow-empty", "-m", "more");
    const inTree = git(join(folder, "../tree"), "rev-parse", "HEAD");
    expect(await headIn(join(folder, "../tree"))).toEqual({ branch: "feature/one", commit: inTree });

    git(folder, "pack-refs", "--all");
    expect(await headIn(folder)).toEqual({ branch: "main", commit });
    expect(await headIn(join(folder, "../tree"))).toEqual({ branch: "feature/one", commit: inTree });

    git(folder, "checkout", "-q", "--detach");
    expect(await headIn(folder)).toEqual({ branch: null, commit });
  });

  it("are unknown before the first commit and outside of git", async () => {
    const folder = temporaryFolder();
    expect(await headIn(folder)).toEqual({ branch: null, commit: null });
    git(folder, "init", "-q", "-b", "main");
    expect(await headIn(folder)).toEqual({ branch: "main", commit: null });
  });
});

describe("house rules", () => {
  it("are read from the top of the checkout, else from the folder, else there are none", async () => {
    const rules = "# House Rules - AI Coding Context (v3)\n";
    const folder = writeFiles(repository(), { "skills/specfact-code-review/SKILL.md": rules, "src/a.ts": "" });
    expect(await surroundingsOf(join(folder, "src"), {}).houseRules()).toBe(rules);
    rmSync(join(folder, ".git"), { recursive: true });
    expect(await surroundingsOf(folder, {}).houseRules()).toBe(rules);
    expect(await surroundingsOf(join(folder, "src"), {}).houseRules()).toBeNull();
  });
});
