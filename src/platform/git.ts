import { open, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import gitUrlParse from "git-url-parse";
import { withoutMark } from "../kernel/byte-order-mark.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { askGit } from "./start-git.ts";

/**
 * A checkout: its top folder, the folder of its own state (HEAD), and the folder it shares with other checkouts of the same
 * repository (config, refs). The last two are the same except in a worktree.
 */
export type Checkout = Readonly<{ top: string; own: string; shared: string }>;

/** Files of git that are read here are small. */
const largest = 1024 * 1024;

/**
 * Text of a file, null when it does not exist, cannot be read, is no file or too large: git facts are a help, never a condition, and
 * a checkout may be anybody's.
 */
export async function smallText(path: string): Promise<string | null> {
  try {
    return (await readRegular(path, largest)).toString("utf8");
  } catch {
    return null;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  // Nothing there, or nothing that may be looked at, is the same to us.
  stat(path).then(
    (kind) => kind.isDirectory(),
    () => false,
  );

/** Whether a folder is a repository without a checkout, as servers keep them. */
const isBare = async (folder: string): Promise<boolean> =>
  basename(folder) !== ".git" && (await isFolder(join(folder, "objects"))) && (await isFolder(join(folder, "refs")));

/** The state folder that `.git` names: itself, or where the file `.git` of a worktree or submodule points; a bare one is its own. */
async function stateFolder(top: string): Promise<string | null> {
  const path = join(top, ".git");
  if (await isFolder(path)) return path;
  if (await isBare(top)) return top;
  const lines = ((await smallText(path)) ?? "").split(/\r?\n/);
  const target =
    lines
      .find((line) => line.startsWith("gitdir:"))
      ?.slice("gitdir:".length)
      .trim() ?? "";
  return target === "" ? null : resolve(top, target);
}

/** The checkout that a folder lies in, null outside of git. */
export async function checkoutOf(folder: string): Promise<Checkout | null> {
  for (let top = resolve(folder); ; top = dirname(top)) {
    const own = await stateFolder(top);
    if (own !== null) {
      const common = (await smallText(join(own, "commondir")))?.trim();
      return { top, own, shared: common === undefined ? own : resolve(own, common) };
    }
    if (dirname(top) === top) return null;
  }
}

/** The end of git's log of a reference is looked at: it grows with each commit. */
const tailBytes = 16 * 1024;

/** When another commit or branch was last checked out, ms since the epoch; null where git keeps no log of that. */
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
    // No log, or none that may be read: git facts are a help, never a condition.
    return null;
  }
}

/** What a config file says of remotes, in its order. */
type Remotes = Readonly<{
  urls: readonly Readonly<{ name: string; url: string }>[];
  /** Whether that is all: nothing is included, rewritten or written in a way that only git itself reads. */
  whole: boolean;
}>;

const sectionLine = /^\s*\[\s*([A-Za-z0-9.-]+)(?:\s+"([^"\\]*)")?\s*\]\s*$/;
const keyLine = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=\s*(.*?)\s*)?$/;
const noteLine = /^\s*(?:[#;].*)?$/;
/** Sections through which other files or rules decide. */
const deciding: ReadonlySet<string> = new Set(["include", "includeif", "url"]);

/** Whether a key in a section leaves the decision to this file, and is written so that it can be read here. */
function isPlainKey(section: string, name: string | undefined, value: string): boolean {
  if (name === undefined || value.endsWith("\\")) return false;
  if (section === "extensions") return name !== "worktreeconfig";
  return section !== "remote" || name !== "url" || !/["#;\\]/.test(value);
}

function remotesOf(config: string): Remotes {
  const urls: Readonly<{ name: string; url: string }>[] = [];
  let whole = true;
  let section = "";
  let remote: string | undefined;
  for (const line of withoutMark(config).split(/\r?\n/)) {
    if (noteLine.test(line)) continue;
    const head = sectionLine.exec(line);
    if (head !== null) {
      section = head[1]?.toLowerCase() ?? "";
      remote = section === "remote" ? head[2] : undefined;
      whole &&= !deciding.has(section) && !section.includes(".");
      continue;
    }
    const key = keyLine.exec(line);
    const [name, value] = [key?.[1]?.toLowerCase(), key?.[2] ?? ""];
    whole &&= isPlainKey(section, name, value);
    if (remote !== undefined && name === "url") urls.push({ name: remote, url: value });
  }
  return { urls, whole };
}

/** Hosts that know one repository by its name in any letter case; a name of an ssh configuration often begins with one of them. */
const ignoresCase = (host: string): boolean =>
  /(?:^|\.)(?:github|ghe|gitlab|codeberg|gitea|forgejo)(?:[.-]|$)/i.test(host) ||
  /(?:^|\.)bitbucket\.org(?:-|$)/i.test(host) ||
  /^bitbucket(?:-|$)/i.test(host);

/** A repository by its remote's address. `folded`: its host ignores letter case, and the name is in lower case. */
export type Repository = Readonly<{ name: string; folded: boolean }>;

/** The repository of a host by its path. One that the host keeps without an owner goes by its own name. */
function repositoryAt(host: string, path: string): Repository | null {
  const folded = ignoresCase(host);
  const plain = path.replace(/\/+/g, "/").replace(/^\/|\/$/g, "");
  const name = (folded ? plain.toLowerCase() : plain).replace(/\.git$/, "").normalize("NFC");
  return name === "" ? null : { name, folded };
}

/** `[user@]host:path` as ssh takes it; a single letter is a disk. Brackets hold an address of IPv6, or a host with its port. */
const sshPlace = /^(?:[^@/:[\]\s]+@)?(?:\[(?:[^@/[\]\s]+@)?([^@/[\]\s]+)\]|([A-Za-z0-9][A-Za-z0-9._-]+)):(?!\/\/|:)(.+)$/;

/** Hosts whose paths hold more than the names of owner and repository. */
const ownPaths = /(?:^|\.)(?:dev\.azure|visualstudio)\.com$/i;

/** `codecommit::region://profile@repository`: a helper of git with an address of its own. */
const codeCommit = /^codecommit(?:::[\w-]+)?:\/\/(?:[^@/]+@)?([^@/]+)\/?$/;

/** A host that asks for a sign-in under `/a/`, and is asked without it by ssh. */
const asksUnderA = /(?:^|[.-])(?:gerrit|review)(?:[.-]|$)|\.googlesource\.com$/i;

/** Project, where it is not named as the repository, and repository in an earlier form of Azure DevOps' addresses for ssh. */
const earlierAzure = /^\/(?:DefaultCollection\/)?(?:([^/]+)\/)?_ssh\/([^/]+)\/?$/;

/** Hosts that keep no groups within an owner, so that words behind owner and repository name a page. */
const noGroups = /(?:^|\.)(?:github|ghe)(?:[.-]|$)/i;

/** Words that the parser takes for a page of a repository, behind its name; they may as well be names of groups and repositories. */
const pageWords: ReadonlySet<string> = new Set(["-", "blob", "tree", "commit", "issues", "src", "raw", "edit"]);

/** The whole path where a name in it looks like a page; undefined where the parser reads it rightly. */
function wholePath(host: string, pathname: string): string | undefined {
  if (noGroups.test(host) || ownPaths.test(host)) return undefined;
  const path = decodeURIComponent(pathname).replace(/(?:\.git)?\/*$/i, "");
  const names = path.split("/").filter((name) => name !== "");
  return names.slice(2).some((name) => pageWords.has(name)) ? names.join("/").replace(/^scm\//, "") : undefined;
}

/** Owner and repository in the path of an address, without what its kind of host puts before them. */
function pathOf(host: string, { protocol, owner, name, user, pathname }: ReturnType<typeof gitUrlParse>): string {
  if (/^git-codecommit\./.test(host)) return name;
  const [, project, stored] = ownPaths.test(host) ? (earlierAzure.exec(decodeURIComponent(pathname)) ?? []) : [];
  if (stored !== undefined) return `${project ?? stored}/${stored}`;
  // Without an owner the parser takes the user in its place, who is another on each machine.
  const isOwned = owner !== "" && (owner !== user || pathname.split("/").includes(owner));
  const path = wholePath(host, pathname) ?? (isOwned ? `${owner}/${name}` : name);
  return protocol.startsWith("http") && asksUnderA.test(host) ? path.replace(/^a\//, "") : path;
}

/** The repository of a remote's address; null when it is a path on this machine or names none. */
export function repositoryOf(url: string): Repository | null {
  const stored = codeCommit.exec(url)?.[1];
  if (stored !== undefined) return repositoryAt("", stored);
  const [, bracketed, plain, path] = sshPlace.exec(url) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && path !== undefined && !ownPaths.test(host)) return repositoryAt(host, path);
  if (!url.includes("://") && host === undefined) return null;
  try {
    const parsed = gitUrlParse(url);
    const { protocol, name, owner, resource } = parsed;
    const remote = ["ssh", "https", "http", "git", "git+ssh"].includes(protocol);
    if (!remote || name === "" || (owner === "" && ignoresCase(resource))) return null;
    return repositoryAt(resource, pathOf(resource, parsed));
  } catch {
    // Whatever is no address of a repository: a path, or something git would refuse as well.
    return null;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Files of git beside the repository's own that may rewrite addresses. */
function outerConfigs(env: Environment): readonly string[] {
  const home = env["HOME"] ?? env["USERPROFILE"] ?? homedir();
  const own =
    env["GIT_CONFIG_GLOBAL"] === undefined
      ? [join(home, ".gitconfig"), join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "git", "config")]
      : [env["GIT_CONFIG_GLOBAL"]];
  return env["GIT_CONFIG_NOSYSTEM"] === undefined ? ["/etc/gitconfig", ...own] : own;
}

/** Whether nothing outside of the repository decides on addresses of remotes. */
async function decidesAlone(env: Environment): Promise<boolean> {
  if (env["GIT_CONFIG_COUNT"] !== undefined || env["GIT_CONFIG_PARAMETERS"] !== undefined) return false;
  const texts = await Promise.all(outerConfigs(env).map(smallText));
  return texts.every((text) => text === null || remotesOf(text).whole);
}

/**
 * The index that a commit is made of, as git names it to a hook: that of `git commit FILE` is one of its own. Of another repository, as
 * where a hook's editor is still open, it says nothing.
 */
export async function indexInUse({ top, own }: Checkout, env: Environment): Promise<Environment> {
  const named = env["GIT_INDEX_FILE"];
  if (named === undefined) return {};
  const path = resolve(top, named);
  try {
    // The one names a folder as it really is, the other by a link.
    const [at, state] = await Promise.all([realpath(path), realpath(own)]);
    return dirname(at) === state ? { GIT_INDEX_FILE: at } : {};
  } catch {
    // A commit that is over has taken its index away.
    return {};
  }
}

/** Addresses of the remotes as git gives them: `origin` first, the others in the order of the configuration. */
async function* askedUrls(top: string, env: Environment): AsyncGenerator<string> {
  const listed = await askGit(top, env, ["config", "--name-only", "--get-regexp", "^remote\\..*\\.url$"]);
  if (listed === null) return;
  const names = new Set(listed.split("\n").map((line) => line.slice("remote.".length, -".url".length)));
  for (const name of ["origin", ...[...names].filter((one) => one !== "origin")]) {
    const url = names.has(name) ? await askGit(top, env, ["remote", "get-url", name]) : null;
    if (url !== null) yield url;
  }
}

/**
 * The repository of the remote `origin`, else of the first remote that has one; else null. The address is the one that
 * `git remote get-url` prints. A plain configuration is read here, which takes no process; anything else git is asked.
 */
export async function remoteRepository({ top, shared }: Checkout, env: Environment = {}): Promise<Repository | null> {
  const { urls, whole } = remotesOf((await smallText(join(shared, "config"))) ?? "");
  if (!whole || !(await decidesAlone(env))) {
    let asked = false;
    for await (const url of askedUrls(top, env)) {
      asked = true;
      const repository = repositoryOf(url);
      if (repository !== null) return repository;
    }
    if (asked) return null;
  }
  const first = urls.filter(({ name }, index) => urls.findIndex((one) => one.name === name) === index);
  const sorted = [...first.filter(({ name }) => name === "origin"), ...first.filter(({ name }) => name !== "origin")];
  for (const { url } of sorted) {
    const repository = repositoryOf(url);
    if (repository !== null) return repository;
  }
  return null;
}

/** Commit that a ref names, from its own file or from the packed refs. */
async function commitOf({ own, shared }: Checkout, ref: string): Promise<string | null> {
  for (const folder of [own, shared]) {
    const loose = (await smallText(join(folder, ref)))?.trim();
    if (loose !== undefined && /^[0-9a-f]{40,64}$/.test(loose)) return loose;
  }
  const packed = (await smallText(join(shared, "packed-refs"))) ?? "";
  const line = packed.split("\n").find((one) => one.endsWith(` ${ref}`));
  return line?.split(" ")[0] ?? null;
}

/** Branch and commit as git itself says them, where refs are not kept in files. */
async function askedHead(top: string, env: Environment): Promise<Readonly<{ branch: string | null; commit: string | null }>> {
  const branch = await askGit(top, env, ["symbolic-ref", "--short", "-q", "HEAD"]);
  return { branch, commit: await askGit(top, env, ["rev-parse", "-q", "--verify", "HEAD"]) };
}

/** Branch and commit that are checked out; each null when unknown (detached, no commit yet, git absent). */
export async function headOf(
  checkout: Checkout,
  env: Environment = {},
): Promise<Readonly<{ branch: string | null; commit: string | null }>> {
  const head = (await smallText(join(checkout.own, "HEAD")))?.trim() ?? "";
  if (/^[0-9a-f]{40,64}$/.test(head)) return { branch: null, commit: head };
  const ref = /^ref:\s*(refs\/.+)$/.exec(head)?.[1];
  // Repositories with reftable storage keep this placeholder for tools that read files only.
  if (ref === "refs/heads/.invalid") return askedHead(checkout.top, env);
  if (ref === undefined) return { branch: null, commit: null };
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
  return { branch, commit: await commitOf(checkout, ref) };
}

/** Name of a folder; the root of a disk has none of its own. */
export const folderName = (folder: string): string => basename(resolve(folder)).normalize("NFC") || "root";
