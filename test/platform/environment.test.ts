import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { surroundingsOf } from "../../src/platform/environment.ts";
import { parseRepositoryUrl } from "../../src/platform/git.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";
import { createRepository, git } from "../support/repository.ts";

const projectIn = (cwd: string): Promise<string> => surroundingsOf(cwd, {}).project();

describe("the agent", () => {
  it.each([
    [{}, "claude-code"],
    [{ REWARD_LEDGER_AGENT: "codex" }, "codex"],
    [{ REWARD_LEDGER_AGENT: " " }, "claude-code"],
  ])("with %j is %s", (env, agent) => expect(surroundingsOf("/", env).agent).toBe(agent));
});

describe("parseRepositoryUrl", () => {
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
    ["", null],
  ])("%s is parsed as %s", (url, repositoryName) => expect(parseRepositoryUrl(url)?.name ?? null).toBe(repositoryName));

  it.each([
    ["github-work:acme/shop.git", "acme/shop"],
    ["gh:acme/shop", "acme/shop"],
    ["git@github.com-work:acme/shop.git", "acme/shop"],
    ["git.example.com:group/sub/shop/", "group/sub/shop"],
    ["git@ssh.dev.azure.com:v3/org/My%20Project/repo", "My Project/repo"],
    ["https://org.visualstudio.com/DefaultCollection/My%20Project/_git/repo", "My Project/repo"],
    ["https://bitbucket.example.com/scm/PROJ/repo.git", "PROJ/repo"],
    ["d:/repos/shop", null],
    ["alias:", null],
    ["acme/shop", null],
    ["./a:b/shop", null],
    ["ext::ssh -x git@host %S acme/shop", null],
    ["git@github.com:/acme//shop.git/", "acme/shop"],
    ["https://github.com//acme/shop.GIT", "acme/shop"],
    ["git@git.example.com:~ann/shop.git", "~ann/shop"],
    ["git@git.example.com:Ä/Straße.git", "Ä/Straße"],
    ["git@[2001:db8::1]:acme/shop.git", "acme/shop"],
    ["[git@git.example.com:2222]:acme/shop.git", "acme/shop"],
    ["ssh://git@[::1]:2222/acme/shop.git", "acme/shop"],
    ["https://gerrit.example.com/a/platform/base", "platform/base"],
    ["ssh://ann@gerrit.example.com:29418/platform/base", "platform/base"],
    ["https://github.com/acme/shop//", "acme/shop"],
    ["ssh://git@git.example.com/acme/shop.git//", "acme/shop"],
    ["https://gist.github.com/0a1b2c3d.git", "0a1b2c3d"],
    ["https://gist.github.com/ann/0a1b2c3d.git", "0a1b2c3d"],
    ["git@gist.github.com:0a1b2c3d.git", "0a1b2c3d"],
    ["https://dev.azure.com/org/_git/Shop", "Shop/Shop"],
    ["https://org@dev.azure.com/org/_git/My%20Shop", "My Shop/My Shop"],
    ["https://org.visualstudio.com/_git/Shop", "Shop/Shop"],
    ["https://org.visualstudio.com/DefaultCollection/_git/Shop", "Shop/Shop"],
    ["git@ssh.dev.azure.com:v3/org/Shop/Shop", "Shop/Shop"],
  ])("%s is parsed as %s", (url, name) => expect(parseRepositoryUrl(url)?.name ?? null).toBe(name));

  it.each([
    ["https://gitlab.com/group/sub/src.git", "group/sub/src"],
    ["https://gitlab.com/group/sub/tree", "group/sub/tree"],
    ["https://gitlab.com/group/sub/src/shop.git", "group/sub/src/shop"],
    ["https://git.example.com/group/sub/issues/", "group/sub/issues"],
    ["ssh://git@git.example.com:2222/group/sub/raw.git", "group/sub/raw"],
    ["https://gitlab.com/group/sub/-/shop.git", "group/sub/-/shop"],
    ["https://gitlab.com/acme/src.git", "acme/src"],
    ["https://gitlab.com/src/tree.git", "src/tree"],
    ["https://gerrit.example.com/a/platform/src", "platform/src"],
    ["https://chromium.googlesource.com/a/chromium/src.git", "chromium/src"],
    ["https://chromium.googlesource.com/chromium/src", "chromium/src"],
    ["https://bitbucket.example.com/scm/prj/src.git", "prj/src"],
    ["https://github.com/acme/shop/tree/main/src", "acme/shop"],
    ["ssh://org@vs-ssh.visualstudio.com:22/My%20Project/_ssh/Shop", "My Project/Shop"],
    ["ssh://org@vs-ssh.visualstudio.com:22/_ssh/Shop", "Shop/Shop"],
    ["ssh://org@vs-ssh.visualstudio.com:22/DefaultCollection/My%20Project/_ssh/Shop", "My Project/Shop"],
  ])("%s is parsed as %s, even if its words could name a page", (url, name) => expect(parseRepositoryUrl(url)?.name).toBe(name));

  it.each([
    "gitolite:shop",
    "git@gitolite.example.com:shop.git",
    "ssh://ann@gerrit.example.com:29418/shop",
    "ssh://bob@gerrit.example.com:29418/shop",
    "https://git.example.com/shop.git",
    "codecommit::eu-west-1://shop",
    "codecommit://profile@shop",
    "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop",
    "ssh://KEY@git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop",
  ])("%s has no owner and is parsed as shop", (url) => expect(parseRepositoryUrl(url)?.name).toBe("shop"));

  it.each([
    ["https://github.com/Acme/Shop.git", "acme/shop"],
    ["git@github.com:ACME/shop.git", "acme/shop"],
    ["git@github.com-work:Acme/Shop.git", "acme/shop"],
    ["github-work:Acme/Shop.git", "acme/shop"],
    ["ssh://git@ssh.github.com:443/Acme/Shop.git", "acme/shop"],
    ["https://gitlab.example.com/Group/Sub/Shop", "group/sub/shop"],
    ["https://bitbucket.org/Acme/Shop", "acme/shop"],
    ["https://acme.ghe.com/Acme/Shop.git", "acme/shop"],
    ["git@ghe.acme.example:Acme/Shop.git", "acme/shop"],
    ["git@codeberg.org:Acme/Shop.git", "acme/shop"],
    ["https://gitea.acme.example/Acme/Shop", "acme/shop"],
    ["https://ghee.example.com/Acme/Shop", "Acme/Shop"],
    ["https://git.example.com/Acme/Shop", "Acme/Shop"],
    ["git@notgithub.example:Acme/Shop", "Acme/Shop"],
  ])("letter case is normalized from %s to %s", (url, name) => expect(parseRepositoryUrl(url)?.name).toBe(name));
});

describe("the project", () => {
  it("is the folder's name outside git", async () => {
    const folder = writeFiles(temporaryFolder(), { "Grüße und mehr/x": "" });
    expect(await projectIn(join(folder, "Grüße und mehr"))).toBe("Grüße und mehr");
    expect(await projectIn("/")).toBe("root");
  });

  it("is owner/repo of origin, even in a subfolder", async () => {
    const folder = createRepository();
    git(folder, "remote", "add", "upstream", "https://github.com/other/fork.git");
    git(folder, "remote", "add", "origin", "git@github.com:acme/storefront.git");
    mkdirSync(join(folder, "src/deep"), { recursive: true });
    expect(await projectIn(folder)).toBe("acme/storefront");
    expect(await projectIn(join(folder, "src/deep"))).toBe("acme/storefront");
  });

  it("comes from another remote of any name when origin is a path", async () => {
    const folder = createRepository();
    git(folder, "remote", "add", "origin", "/srv/git/storefront.git");
    git(folder, "remote", "add", "my.mirror", "https://example.com/acme/storefront.git");
    expect(await projectIn(folder)).toBe("acme/storefront");
  });

  it("is the name of the top folder without a usable remote", async () => {
    const folder = createRepository();
    mkdirSync(join(folder, "src"));
    expect(await projectIn(join(folder, "src"))).toBe("my repo");
  });

  it("is found from a worktree and from a submodule", async () => {
    const folder = createRepository();
    git(folder, "remote", "add", "origin", "https://github.com/acme/storefront.git");
    git(folder, "worktree", "add", "-q", "../tree", "-b", "feature/one");
    expect(await projectIn(join(folder, "../tree"))).toBe("acme/storefront");

    const other = createRepository();
    git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", other, "lib");
    git(join(folder, "lib"), "remote", "set-url", "origin", "https://github.com/acme/library.git");
    expect(await projectIn(join(folder, "lib"))).toBe("acme/library");
  });

  it("is found from a bare repository and from its worktree", async () => {
    const bare = join(temporaryFolder(), "shop.git");
    git(createRepository(), "clone", "-q", "--bare", ".", bare);
    git(bare, "remote", "set-url", "origin", "git@github.com:acme/storefront.git");
    git(bare, "worktree", "add", "-q", "../tree", "-b", "feature/one");
    for (const folder of [bare, join(bare, "hooks"), join(bare, "../tree")]) {
      expect(await projectIn(folder)).toBe("acme/storefront");
    }
    expect((await surroundingsOf(bare, {}).git()).branch).toBe("main");
    const folder = createRepository();
    expect(await projectIn(join(folder, ".git", "refs"))).toBe("my repo");
  });

  it("ignores a broken git folder", async () => {
    const folder = writeFiles(temporaryFolder(), { ".git": "gitdir: /nowhere/at/all\n" });
    expect(await projectIn(folder)).toBe(basename(folder));
    const damagedFolder = writeFiles(temporaryFolder(), {
      ".git": "no pointer",
      "x/.git/config": '[remote "origin"]\nurl = \u0000\n[[[',
      "x/.git/HEAD": "\n",
    });
    expect(await projectIn(damagedFolder)).toBe(basename(damagedFolder));
    expect(await projectIn(join(damagedFolder, "x"))).toBe("x");
    expect(await surroundingsOf(join(damagedFolder, "x"), {}).git()).toEqual({ branch: null, commit: null });
  });
});

describe("the project from an unusual git configuration", () => {
  /** The address of `origin` that git itself reports. */
  const originUrl = (folder: string): string => git(folder, "remote", "get-url", "origin");
  const isolatedEnv = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const projectOf = (folder: string, env: Readonly<Record<string, string | undefined>> = isolatedEnv) =>
    surroundingsOf(folder, env).project();
  const add = (folder: string, text: string): void => appendFileSync(join(folder, ".git", "config"), text);

  it("comes from the first of several addresses", async () => {
    const folder = createRepository();
    git(folder, "remote", "add", "origin", "git@github.com:acme/first.git");
    git(folder, "remote", "set-url", "--add", "origin", "git@gitlab.com:mirror/second.git");
    expect([originUrl(folder), await projectOf(folder)]).toEqual(["git@github.com:acme/first.git", "acme/first"]);
  });

  it("follows insteadOf of the repository and of the user", async () => {
    const folder = createRepository();
    git(folder, "remote", "add", "origin", "gh:shop");
    git(folder, "config", "url.git@github.com:acme/.insteadOf", "gh:");
    expect([originUrl(folder), await projectOf(folder)]).toEqual(["git@github.com:acme/shop", "acme/shop"]);
    const other = createRepository();
    git(other, "remote", "add", "origin", "work:shop");
    const own = writeFiles(temporaryFolder(), { config: '[URL "https://git.example.com/team/"]\n\tinsteadOf = work:\n' });
    expect(await projectOf(other, { ...isolatedEnv, GIT_CONFIG_GLOBAL: join(own, "config") })).toBe("team/shop");
  });

  it("is read from included files, even conditional ones", async () => {
    const folder = createRepository();
    writeFiles(join(folder, ".git"), { inc: '[remote "origin"]\n\turl = git@github.com:acme/inc.git\n' });
    add(folder, `[includeIf "gitdir:${folder}/"]\n\tpath = inc\n`);
    expect([originUrl(folder), await projectOf(folder)]).toEqual(["git@github.com:acme/inc.git", "acme/inc"]);
  });

  it("supports keys in any letter case, quotes, comments, continued lines and a byte order mark", async () => {
    const folder = createRepository();
    add(folder, '[Remote "origin"]\n\tURL = "git@git.example.com:acme/Up\\\nper.git" # note\n');
    expect([originUrl(folder), await projectOf(folder)]).toEqual(["git@git.example.com:acme/Upper.git", "acme/Upper"]);
    const plain = createRepository();
    const config = join(plain, ".git", "config");
    writeFileSync(config, `\uFEFF${readFileSync(config, "utf8")}[REMOTE "origin"]\r\nUrl=git@git.example.com:acme/plain.git\r\n`);
    expect([originUrl(plain), await projectOf(plain)]).toEqual(["git@git.example.com:acme/plain.git", "acme/plain"]);
  });

  it("falls back to readable files when git is not installed", async () => {
    const folder = createRepository();
    git(folder, "remote", "add", "origin", "https://github.com/acme/shop.git");
    git(folder, "config", "url.https://nowhere.example/.insteadOf", "gh:");
    expect(await projectOf(folder, { ...isolatedEnv, PATH: temporaryFolder() })).toBe("acme/shop");
  });

  it("survives pipes in place of files, and deeply nested section names", async () => {
    const folder = createRepository();
    add(folder, `[${"a.".repeat(200_000)}b]\n[remote "origin"]\n\turl = https://git.example.com/acme/deep.git\n`);
    expect(await projectOf(folder)).toBe("acme/deep");
    const pipeFolder = join(writeFiles(temporaryFolder(), { "piped/.git/objects/x": "", "piped/.git/refs/x": "" }), "piped");
    for (const file of ["HEAD", "config"]) execFileSync("mkfifo", [join(pipeFolder, ".git", file)]);
    const surroundings = surroundingsOf(pipeFolder, isolatedEnv);
    expect([await surroundings.project(), await surroundings.git()]).toEqual(["piped", { branch: null, commit: null }]);
  });

  it("keeps the spelling under which the ledger already has runs", async () => {
    const folder = createRepository();
    git(folder, "remote", "add", "origin", "git@github.com:Acme/Shop.git");
    const projectWith = (...recorded: readonly string[]) => surroundingsOf(folder, isolatedEnv, async () => recorded).project();
    expect(await projectWith()).toBe("acme/shop");
    expect(await projectWith("acme/other", "Acme/Shop")).toBe("Acme/Shop");
    expect(await projectWith("Acme/Shop", "acme/shop")).toBe("acme/shop");
    const unreadable = surroundingsOf(folder, isolatedEnv, () => Promise.reject(new Error("no index")));
    expect(await unreadable.project()).toBe("acme/shop");
  });
});

describe("branch and commit", () => {
  const headIn = (cwd: string) => surroundingsOf(cwd, {}).git();

  it("match git on a branch, with packed refs, detached, and in a worktree", async () => {
    const folder = createRepository();
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

  it("are unknown outside git, and the commit is unknown before the first commit", async () => {
    const folder = temporaryFolder();
    expect(await headIn(folder)).toEqual({ branch: null, commit: null });
    git(folder, "init", "-q", "-b", "main");
    expect(await headIn(folder)).toEqual({ branch: "main", commit: null });
  });
});

describe("house rules", () => {
  it("are read from the top of the checkout, else from the folder, else there are none", async () => {
    const rules = "# House Rules - AI Coding Context (v3)\n";
    const folder = writeFiles(createRepository(), { "skills/specfact-code-review/SKILL.md": rules, "src/a.ts": "" });
    expect(await surroundingsOf(join(folder, "src"), {}).houseRulesVersion()).toBe(3);
    rmSync(join(folder, ".git"), { recursive: true });
    expect(await surroundingsOf(folder, {}).houseRulesVersion()).toBe(3);
    expect(await surroundingsOf(join(folder, "src"), {}).houseRulesVersion()).toBeNull();
  });
});

describe("the branch of a CI job that checks out a single commit", () => {
  const detached = (): Readonly<{ cwd: string; commit: string }> => {
    const cwd = createRepository({ "a.txt": "1" });
    git(cwd, "switch", "-q", "--detach");
    return { cwd, commit: git(cwd, "rev-parse", "HEAD") };
  };

  it.each([
    ["GITHUB_SHA", { GITHUB_REF: "refs/heads/main", GITHUB_HEAD_REF: "" }, "main"],
    ["GITHUB_SHA", { GITHUB_REF: "refs/pull/7/merge", GITHUB_HEAD_REF: "fix/cart" }, "fix/cart"],
    ["GITHUB_SHA", { GITHUB_REF: "refs/tags/v1", GITHUB_HEAD_REF: "" }, null],
    ["CI_COMMIT_SHA", { CI_COMMIT_BRANCH: "main" }, "main"],
    ["CI_COMMIT_SHA", { CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: "fix", CI_COMMIT_REF_NAME: "x" }, "fix"],
    ["CI_COMMIT_SHA", { CI_COMMIT_TAG: "v1" }, null],
    ["BUILD_SOURCEVERSION", { BUILD_SOURCEBRANCH: "refs/heads/main" }, "main"],
    [
      "BUILD_SOURCEVERSION",
      { BUILD_SOURCEBRANCH: "refs/pull/7/merge", SYSTEM_PULLREQUEST_SOURCEBRANCH: "refs/heads/fix" },
      "fix",
    ],
    ["BITBUCKET_COMMIT", { BITBUCKET_BRANCH: "main" }, "main"],
    ["GIT_COMMIT", { BRANCH_NAME: "PR-7", CHANGE_BRANCH: "fix" }, "fix"],
    ["CIRCLE_SHA1", { CIRCLE_BRANCH: "main" }, "main"],
  ])("from %s and %j is %j", async (name, env, branch) => {
    const { cwd, commit } = detached();
    expect(await surroundingsOf(cwd, { ...env, [name]: commit }).git()).toEqual({ branch, commit });
  });

  it("is unknown for a commit other than the job's, and is the checked out branch when there is one", async () => {
    const { cwd, commit } = detached();
    const env = { GITHUB_SHA: "0".repeat(40), GITHUB_REF: "refs/heads/main" };
    expect(await surroundingsOf(cwd, env).git()).toEqual({ branch: null, commit });
    git(cwd, "switch", "-q", "-c", "own");
    expect(await surroundingsOf(cwd, { ...env, GITHUB_SHA: commit }).git()).toEqual({ branch: "own", commit });
  });
});
