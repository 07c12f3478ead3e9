import { open, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import gitUrlParse from "git-url-parse";
import { stripBom } from "../kernel/byte-order-mark.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { queryGit } from "./start-git.ts";

/**
 * A checkout: its top folder, the folder of its own state (HEAD), and the folder it shares with other checkouts of the same
 * repository (config, refs). The last two are the same except in a worktree.
 */
export type Checkout = Readonly<{ top: string; own: string; shared: string }>;

/** Maximum size in bytes of git's files that are read here; they are small. */
const maxFileBytes = 1024 * 1024;

/**
 * Text of a file; null when it does not exist, cannot be read, is not a regular file or is too large. Git facts are helpful but
 * never required, and a checkout may come from anybody.
 */
export async function readSmallText(path: string): Promise<string | null> {
  try {
    return (await readRegular(path, maxFileBytes)).toString("utf8");
  } catch {
    return null;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  // A missing path and one that may not be accessed are treated alike.
  stat(path).then(
    (kind) => kind.isDirectory(),
    () => false,
  );

/** Whether a folder is a bare repository, as servers store them. */
const isBare = async (folder: string): Promise<boolean> =>
  basename(folder) !== ".git" && (await isFolder(join(folder, "objects"))) && (await isFolder(join(folder, "refs")));

/**
 * The state folder of a checkout: the folder `.git`, or the one that the file `.git` of a worktree or submodule points to;
 * a bare repository is its own.
 */
async function stateFolder(top: string): Promise<string | null> {
  const path = join(top, ".git");
  if (await isFolder(path)) return path;
  if (await isBare(top)) return top;
  const lines = ((await readSmallText(path)) ?? "").split(/\r?\n/);
  const target =
    lines
      .find((line) => line.startsWith("gitdir:"))
      ?.slice("gitdir:".length)
      .trim() ?? "";
  return target === "" ? null : resolve(top, target);
}

/** The checkout that contains a folder; null outside of git. */
export async function checkoutOf(folder: string): Promise<Checkout | null> {
  for (let top = resolve(folder); ; top = dirname(top)) {
    const own = await stateFolder(top);
    if (own !== null) {
      const common = (await readSmallText(join(own, "commondir")))?.trim();
      return { top, own, shared: common === undefined ? own : resolve(own, common) };
    }
    if (dirname(top) === top) return null;
  }
}

/** Number of bytes that are read from the end of git's log of a reference, which grows with each commit. */
const tailBytes = 16 * 1024;

/** When another commit or branch was last checked out, in ms since the epoch; null when git keeps no log of it. */
export async function headMovedAt({ own }: Checkout): Promise<number | null> {
  try {
    await using log = await open(join(own, "logs", "HEAD"));
    const { size } = await log.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await log.read(Buffer.alloc(tailBytes), 0, tailBytes, start);
    const last = buffer.toString("utf8", 0, bytesRead).trimEnd().split("\n").at(-1) ?? "";
    const seconds = /> (\d{1,12}) [+-]\d{4}(?:\t|$)/.exec(last)?.[1];
    return seconds === undefined ? null : Number(seconds) * 1_000;
  } catch {
    // No log, or an unreadable one: git facts are helpful but never required.
    return null;
  }
}

/** The remotes in a config file, in its order. */
type Remotes = Readonly<{
  urls: readonly Readonly<{ name: string; url: string }>[];
  /** Whether `urls` is complete: nothing is included, rewritten or written in a way that only git itself can read. */
  whole: boolean;
}>;

const sectionLine = /^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"([^"\\]*)")?\s*\]\s*$/;
const keyLine = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*?)\s*)?$/;
const commentLine = /^\s*(?:[#;].*)?$/;
/** Sections that let other files or rules decide. */
const overridingSections: ReadonlySet<string> = new Set(["include", "includeif", "url"]);

/** Whether a key can be read here and does not leave the decision to another file. */
function isPlainKey(section: string, name: string | undefined, value: string): boolean {
  if (name === undefined || value.endsWith("\\")) return false;
  if (section === "extensions") return name !== "worktreeconfig";
  return section !== "remote" || name !== "url" || !/["#;\\]/.test(value);
}

function parseRemotes(config: string): Remotes {
  const urls: Readonly<{ name: string; url: string }>[] = [];
  let whole = true;
  let section = "";
  let remote: string | undefined;
  for (const line of stripBom(config).split(/\r?\n/)) {
    if (commentLine.test(line)) continue;
    const head = sectionLine.exec(line);
    if (head !== null) {
      section = head[1]?.toLowerCase() ?? "";
      remote = section === "remote" ? head[2] : undefined;
      whole &&= !overridingSections.has(section) && !section.includes(".");
      continue;
    }
    const key = keyLine.exec(line);
    const [name, value] = [key?.[1]?.toLowerCase(), key?.[2] ?? ""];
    whole &&= isPlainKey(section, name, value);
    if (remote !== undefined && name === "url") urls.push({ name: remote, url: value });
  }
  return { urls, whole };
}

/**
 * Hosts whose repository names are case-insensitive; host aliases in an ssh configuration often begin with one of these names.
 */
const ignoresCase = (host: string): boolean =>
  /(?:^|\.)(?:github|ghe|gitlab|codeberg|gitea|forgejo)(?:[.-]|$)/i.test(host) ||
  /(?:^|\.)bitbucket\.org(?:-|$)/i.test(host) ||
  /^bitbucket(?:-|$)/i.test(host);

/** A repository, identified by its remote's address. `folded`: its host ignores letter case, and the name is in lower case. */
export type Repository = Readonly<{ name: string; folded: boolean }>;

/** The repository of a host, identified by its path. One without an owner is identified by its own name. */
function toRepository(host: string, path: string): Repository | null {
  const folded = ignoresCase(host);
  const plain = path.replace(/\/+/g, "/").replace(/^\/|\/$/g, "");
  const name = (folded ? plain.toLowerCase() : plain).replace(/\.git$/, "").normalize("NFC");
  return name === "" ? null : { name, folded };
}

/**
 * `[user@]host:path` as ssh accepts it; a single letter is a drive. Brackets contain an IPv6 address, or a host with its port.
 */
const scpAddress = /^(?:[^@/:[\]\s]+@)?(?:\[(?:[^@/[\]\s]+@)?([^@/[\]\s]+)\]|([A-Za-z0-9][A-Za-z0-9._-]+)):(?!\/\/|:)(.+)$/;

/** Hosts whose paths contain more than the names of owner and repository. */
const azureHosts = /(?:^|\.)(?:dev\.azure|visualstudio)\.com$/i;

/** `codecommit::region://profile@repository`: the address format of a git helper. */
const codeCommitUrl = /^codecommit(?:::[\w-]+)?:\/\/(?:[^@/]+@)?([^@/]+)\/?$/;

/** Hosts that put `/a/` before the path for authenticated HTTP, but not for ssh. */
const gerritHosts = /(?:^|[.-])(?:gerrit|review)(?:[.-]|$)|\.googlesource\.com$/i;

/** An earlier form of Azure DevOps' ssh addresses: the project, unless it has the repository's name, and the repository. */
const legacyAzurePath = /^\/(?:DefaultCollection\/)?(?:([^/]+)\/)?_ssh\/([^/]+)\/?$/;

/** A path of Azure DevOps without a project: the project has the repository's name. `dev.azure.com` names the organisation first. */
const azureDefaultPath = /^\/(?:DefaultCollection\/)?_git\/([^/]+)$/;

/** Hosts of snippets, whose addresses over ssh have no owner. */
const snippetHosts = /^gist\./i;

/** Hosts without groups within an owner, so that words after owner and repository name a page. */
const hostsWithoutGroups = /(?:^|\.)(?:github|ghe)(?:[.-]|$)/i;

/** Words that, after a repository's name, the parser takes for a page; they may also be names of groups and repositories. */
const pageWords: ReadonlySet<string> = new Set(["-", "blob", "tree", "commit", "issues", "src", "raw", "edit"]);

/** The whole path when a name in it looks like a page; undefined when the parser reads the path correctly. */
function groupPath(host: string, pathname: string): string | undefined {
  if (hostsWithoutGroups.test(host) || azureHosts.test(host)) return undefined;
  const path = decodeURIComponent(pathname).replace(/(?:\.git)?\/*$/i, "");
  const names = path.split("/").filter((name) => name !== "");
  return names.slice(2).some((name) => pageWords.has(name)) ? names.join("/").replace(/^scm\//, "") : undefined;
}

/** Owner and repository from the path of an address, without the prefix that its kind of host adds. */
function pathOf(host: string, { protocol, owner, name, user, pathname }: ReturnType<typeof gitUrlParse>): string {
  if (/^git-codecommit\./.test(host)) return name;
  const [, project, stored] = azureHosts.test(host) ? (legacyAzurePath.exec(decodeURIComponent(pathname)) ?? []) : [];
  if (stored !== undefined) return `${project ?? stored}/${stored}`;
  const azurePath = /^dev\.azure\.com$/i.test(host) ? pathname.replace(/^\/[^/]+/, "") : pathname;
  const unowned = azureHosts.test(host) ? azureDefaultPath.exec(decodeURIComponent(azurePath))?.[1] : undefined;
  if (unowned !== undefined) return `${unowned}/${unowned}`;
  if (snippetHosts.test(host)) return name;
  // Without an owner, the parser returns the user instead, who differs between machines.
  const isOwned = owner !== "" && (owner !== user || pathname.split("/").includes(owner));
  const path = groupPath(host, pathname) ?? (isOwned ? `${owner}/${name}` : name);
  return protocol.startsWith("http") && gerritHosts.test(host) ? path.replace(/^a\//, "") : path;
}

/** The repository of a remote's address; null when the address is a local path or names no repository. */
export function parseRepositoryUrl(url: string): Repository | null {
  const stored = codeCommitUrl.exec(url)?.[1];
  if (stored !== undefined) return toRepository("", stored);
  const [, bracketed, plain, path] = scpAddress.exec(url) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && path !== undefined && !azureHosts.test(host)) return toRepository(host, path);
  if (!url.includes("://") && host === undefined) return null;
  try {
    const parsed = gitUrlParse(url.replace(/\/+$/, ""));
    const { protocol, name, owner, resource } = parsed;
    const isRemote = ["ssh", "https", "http", "git", "git+ssh"].includes(protocol);
    if (!isRemote || name === "" || (owner === "" && ignoresCase(resource) && !snippetHosts.test(resource))) return null;
    return toRepository(resource, pathOf(resource, parsed));
  } catch {
    // Not an address of a repository: a path, or something that git would refuse as well.
    return null;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Git's configuration files outside of the repository that may rewrite addresses. */
function outerConfigs(env: Environment): readonly string[] {
  const home = env["HOME"] ?? env["USERPROFILE"] ?? homedir();
  const own =
    env["GIT_CONFIG_GLOBAL"] === undefined
      ? [join(home, ".gitconfig"), join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "git", "config")]
      : [env["GIT_CONFIG_GLOBAL"]];
  return env["GIT_CONFIG_NOSYSTEM"] === undefined ? ["/etc/gitconfig", ...own] : own;
}

/** Whether nothing outside of the repository affects the addresses of remotes. */
async function areOuterConfigsPlain(env: Environment): Promise<boolean> {
  if (env["GIT_CONFIG_COUNT"] !== undefined || env["GIT_CONFIG_PARAMETERS"] !== undefined) return false;
  const texts = await Promise.all(outerConfigs(env).map(readSmallText));
  return texts.every((text) => text === null || parseRemotes(text).whole);
}

/**
 * The index that a commit is made from, as git names it to a hook: `git commit FILE` uses an index of its own. A variable that
 * names the index of another repository, as in a hook whose editor is still open, is ignored.
 */
export async function indexEnvironment({ top, own }: Checkout, env: Environment): Promise<Environment> {
  const indexFile = env["GIT_INDEX_FILE"];
  if (indexFile === undefined) return {};
  const path = resolve(top, indexFile);
  try {
    // One of the paths may be real and the other may contain a link.
    const [at, state] = await Promise.all([realpath(path), realpath(own)]);
    return dirname(at) === state ? { GIT_INDEX_FILE: at } : {};
  } catch {
    // The commit is finished and has removed its index.
    return {};
  }
}

/** Addresses of the remotes as git reports them: `origin` first, the others in the order of the configuration. */
async function* queryRemoteUrls(top: string, env: Environment): AsyncGenerator<string> {
  const listed = await queryGit(top, env, ["config", "--name-only", "--get-regexp", "^remote\\..*\\.url$"]);
  if (listed === null) return;
  const names = new Set(listed.split("\n").map((line) => line.slice("remote.".length, -".url".length)));
  for (const name of ["origin", ...[...names].filter((one) => one !== "origin")]) {
    const url = names.has(name) ? await queryGit(top, env, ["remote", "get-url", name]) : null;
    if (url !== null) yield url;
  }
}

/**
 * The repository of the remote `origin`, else of the first remote that has one, else null. The address is the one that `git
 * remote get-url` prints. A plain configuration is read directly, which needs no process; otherwise git is run.
 */
export async function remoteRepository({ top, shared }: Checkout, env: Environment = {}): Promise<Repository | null> {
  const { urls, whole } = parseRemotes((await readSmallText(join(shared, "config"))) ?? "");
  if (!whole || !(await areOuterConfigsPlain(env))) {
    let hasUrls = false;
    for await (const url of queryRemoteUrls(top, env)) {
      hasUrls = true;
      const repository = parseRepositoryUrl(url);
      if (repository !== null) return repository;
    }
    if (hasUrls) return null;
  }
  const unique = urls.filter(({ name }, index) => urls.findIndex((one) => one.name === name) === index);
  const sorted = [...unique.filter(({ name }) => name === "origin"), ...unique.filter(({ name }) => name !== "origin")];
  for (const { url } of sorted) {
    const repository = parseRepositoryUrl(url);
    if (repository !== null) return repository;
  }
  return null;
}

/** The commit that a ref points to, from the ref's own file or from the packed refs. */
async function commitOf({ own, shared }: Checkout, ref: string): Promise<string | null> {
  for (const folder of [own, shared]) {
    const loose = (await readSmallText(join(folder, ref)))?.trim();
    if (loose !== undefined && /^[0-9a-f]{40,64}$/.test(loose)) return loose;
  }
  const packed = (await readSmallText(join(shared, "packed-refs"))) ?? "";
  const line = packed.split("\n").find((one) => one.endsWith(` ${ref}`));
  return line?.split(" ")[0] ?? null;
}

/** Branch and commit as git itself reports them, for refs that are not stored in files. */
async function queryHead(top: string, env: Environment): Promise<Readonly<{ branch: string | null; commit: string | null }>> {
  const branch = await queryGit(top, env, ["symbolic-ref", "--short", "-q", "HEAD"]);
  return { branch, commit: await queryGit(top, env, ["rev-parse", "-q", "--verify", "HEAD"]) };
}

/** Branch and commit that are checked out; each null when unknown (detached, no commit yet, git absent). */
export async function headOf(
  checkout: Checkout,
  env: Environment = {},
): Promise<Readonly<{ branch: string | null; commit: string | null }>> {
  const head = (await readSmallText(join(checkout.own, "HEAD")))?.trim() ?? "";
  if (/^[0-9a-f]{40,64}$/.test(head)) return { branch: null, commit: head };
  const ref = /^ref:\s*(refs\/.+)$/.exec(head)?.[1];
  // Repositories with reftable storage keep this placeholder for tools that read files only.
  if (ref === "refs/heads/.invalid") return queryHead(checkout.top, env);
  if (ref === undefined) return { branch: null, commit: null };
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
  return { branch, commit: await commitOf(checkout, ref) };
}

/** Name of a folder; `root` for the root of a disk, which has none. */
export const folderName = (folder: string): string => basename(resolve(folder)).normalize("NFC") || "root";
