import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import gitUrlParse from "git-url-parse";
import { parse } from "ini";

/**
 * A checkout: its top folder, the folder of its own state (HEAD), and the folder it shares with other checkouts of the same
 * repository (config, refs). The last two are the same except in a worktree.
 */
export type Checkout = Readonly<{ top: string; own: string; shared: string }>;

/** Text of a file, null when it does not exist or cannot be read: git facts are a help, never a condition. */
async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return null;
  }
}

/** The state folder that `.git` names: itself, or where the file `.git` of a worktree or submodule points. */
async function stateFolder(top: string): Promise<string | null> {
  const path = join(top, ".git");
  try {
    if ((await stat(path)).isDirectory()) return path;
  } catch {
    // Nothing there, or nothing that may be looked at, which is the same to us.
    return null;
  }
  const target = /^gitdir:\s*(.+?)\s*$/m.exec((await textOf(path)) ?? "")?.[1];
  return target === undefined ? null : resolve(top, target);
}

/** The checkout that a folder lies in, null outside of git. */
export async function checkoutOf(folder: string): Promise<Checkout | null> {
  for (let top = resolve(folder); ; top = dirname(top)) {
    const own = await stateFolder(top);
    if (own !== null) {
      const common = (await textOf(join(own, "commondir")))?.trim();
      return { top, own, shared: common === undefined ? own : resolve(own, common) };
    }
    if (dirname(top) === top) return null;
  }
}

/** Every `url` of a `[remote "name"]` section, by name. The parser splits names at dots, so they are put together again. */
function remotesOf(section: unknown, name: string): readonly (readonly [name: string, url: string])[] {
  if (typeof section !== "object" || section === null) return [];
  const own: readonly (readonly [string, string])[] =
    "url" in section && typeof section.url === "string" ? [[name, section.url]] : [];
  return [...own, ...Object.entries(section).flatMap(([key, value]) => remotesOf(value, name === "" ? key : `${name}.${key}`))];
}

const remoteName = /^remote "(.*)"$/;

/** `owner/repo` of a remote's address; null when it is a path on this machine or names no owner. */
export function repositoryOf(url: string): string | null {
  try {
    const { protocol, owner, name } = gitUrlParse(url);
    const remote = ["ssh", "https", "http", "git", "git+ssh"].includes(protocol);
    return remote && owner !== "" && name !== "" ? `${owner}/${name}` : null;
  } catch {
    // Whatever is no address of a repository: a path, or something git would refuse as well.
    return null;
  }
}

/** `owner/repo` of the remote `origin`, else of the first remote that has one; else null. */
export async function remoteRepository({ shared }: Checkout): Promise<string | null> {
  const config = parse((await textOf(join(shared, "config"))) ?? "");
  const remotes = remotesOf(config, "").flatMap(([section, url]) => {
    const name = remoteName.exec(section)?.[1];
    return name === undefined ? [] : [{ name, repository: repositoryOf(url) }];
  });
  const origin = remotes.find((one) => one.name === "origin")?.repository;
  return origin ?? remotes.find((one) => one.repository !== null)?.repository ?? null;
}

/** Commit that a ref names, from its own file or from the packed refs. */
async function commitOf({ own, shared }: Checkout, ref: string): Promise<string | null> {
  for (const folder of [own, shared]) {
    const loose = (await textOf(join(folder, ref)))?.trim();
    if (loose !== undefined && /^[0-9a-f]{40,64}$/.test(loose)) return loose;
  }
  const packed = (await textOf(join(shared, "packed-refs"))) ?? "";
  const line = packed.split("\n").find((one) => one.endsWith(` ${ref}`));
  return line?.split(" ")[0] ?? null;
}

/** Branch and commit that are checked out; each null when unknown (detached, no commit yet, another storage of refs). */
export async function headOf(checkout: Checkout): Promise<Readonly<{ branch: string | null; commit: string | null }>> {
  const head = (await textOf(join(checkout.own, "HEAD")))?.trim() ?? "";
  if (/^[0-9a-f]{40,64}$/.test(head)) return { branch: null, commit: head };
  const ref = /^ref:\s*(refs\/.+)$/.exec(head)?.[1];
  // Repositories with reftable storage keep this placeholder for tools that read files only.
  if (ref === undefined || ref === "refs/heads/.invalid") return { branch: null, commit: null };
  const branch = ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
  return { branch, commit: await commitOf(checkout, ref) };
}

/** Name of a folder; the root of a disk has none of its own. */
export const folderName = (folder: string): string => basename(resolve(folder)) || "root";
