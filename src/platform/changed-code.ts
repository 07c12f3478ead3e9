import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { notFound } from "../kernel/errors.ts";
import { patchReader } from "../kernel/patch.ts";
import type { ChangedCode, ChangedLines, ChangesQuery, UnstagedPart } from "../ports/ports.ts";
import { checkoutOf, type Environment, headOf, readSmallText } from "./git.ts";
import { pathWithin } from "./project-paths.ts";
import { forEachPiece, type GitCall, prepareGitCall } from "./run-git.ts";
import { type GitSettings, queryGit } from "./start-git.ts";

/** Timeout of git in ms: finding where two branches diverged may walk a long history. */
const timeoutMs = 60_000;

export type GitQuery = (...args: readonly string[]) => Promise<string | null>;

/** Asks git about the checkout of a call. */
export const queryOf =
  ({ checkout, env }: GitCall): GitQuery =>
  (...args) =>
    queryGit(checkout.top, env, args, timeoutMs);

/** The branch that the code goes to; null when nothing names one. */
async function targetBranch({ checkout, env, settings }: GitCall, query: GitQuery): Promise<string | null> {
  const { branch } = await headOf(checkout, env);
  const isTracking = settings.some(({ key }) => key === `branch.${branch}.merge`);
  const upstream = isTracking ? await query("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}") : null;
  // The upstream of a branch that is pushed under its own name is that branch itself.
  if (upstream !== null && !upstream.endsWith(`/${branch}`)) return upstream;
  return (await defaultBranch(query, settings, branch)) ?? upstream;
}

/** The remotes, `origin` first. */
export function remotesIn(settings: GitSettings): readonly string[] {
  const names = settings.flatMap(({ key }) => /^remote\.(.+)\.[^.]*$/s.exec(key)?.[1] ?? []);
  const remotes = [...new Set(names)].sort();
  return [...remotes.filter((name) => name === "origin"), ...remotes.filter((name) => name !== "origin")];
}

/** The default branch of a remote, else of this repository; null when it is the one that is checked out here. */
export async function defaultBranch(query: GitQuery, settings: GitSettings, current: string | null): Promise<string | null> {
  const usual = ["main", "master"];
  const configured = settings.findLast(({ key }) => key === "init.defaultbranch")?.value;
  const names = [...(configured === undefined ? [] : [configured]), ...usual];
  const remotes = remotesIn(settings);
  const asked = [
    ...remotes.flatMap((remote) => ["HEAD", ...usual].map((name) => `refs/remotes/${remote}/${name}`)),
    ...names.map((name) => `refs/heads/${name}`),
  ];
  const listed = (await query("for-each-ref", "--format=%(refname) %(symref:short)", ...asked)) ?? "";
  const targets = new Map(
    listed.split("\n").map((line) => {
      const [ref = "", target = ""] = line.split(" ");
      return [ref, target] as const;
    }),
  );
  for (const remote of remotes) {
    const head = targets.get(`refs/remotes/${remote}/HEAD`) ?? "";
    if (head !== "") return head;
    const found = usual.find((name) => targets.has(`refs/remotes/${remote}/${name}`));
    if (found !== undefined) return `${remote}/${found}`;
  }
  const found = names.find((name) => targets.has(`refs/heads/${name}`));
  return found === undefined || found === current ? null : found;
}

/** The changes of a patch to a file; `all`: the file is not text. */
type FileHunks = "all" | Hunk[];
type Hunk = Readonly<{ first: number; added: number; removed: number }>;

/** Collects, per file, the places that a patch without context changes. */
function hunkCollector(files: Map<string, FileHunks>): (line: string) => void {
  let hunks: Hunk[] = [];
  return patchReader({
    file({ path, isBinary }) {
      hunks = [];
      if (path !== null) files.set(path, isBinary ? "all" : hunks);
    },
    hunk: (hunk) => void hunks.push(hunk),
    added: () => undefined,
    kept: () => undefined,
  });
}

const addedLines = (hunks: FileHunks): ChangedLines =>
  hunks === "all" ? hunks : hunks.filter(({ added }) => added > 0).map(({ first, added }) => [first, first + added - 1] as const);

const unstagedParts = (hunks: FileHunks): "all" | readonly UnstagedPart[] =>
  hunks === "all" ? hunks : hunks.map(({ first, added, removed }) => ({ first, lines: added, stagedLines: removed }));

/** Arguments that override the configuration of how differences are shown: this output is for a program. */
export const diffArgs = (context: number): readonly string[] => [
  "diff",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-relative",
  "--ignore-submodules=all",
  "--find-renames",
  `--unified=${context}`,
  "--inter-hunk-context=0",
  "--src-prefix=a/",
  "--dst-prefix=b/",
];

/** Maximum size in bytes of a file that is identified by its content; a larger one is identified by size and time. */
const maxReadBytes = 1024 * 1024;

/** Identifies a version of a file that git does not track. */
async function stateOf(path: string): Promise<string | Buffer> {
  try {
    const { size, mtimeMs } = await stat(path);
    return size > maxReadBytes ? `${size} ${mtimeMs}` : await readFile(path);
  } catch {
    // Removed meanwhile, or unreadable: only its name counts.
    return "";
  }
}

/** What git prints as a patch, grouped by file. @param onText gets the patch itself */
async function readHunks(
  call: GitCall,
  args: readonly string[],
  onText?: (text: string) => void,
): Promise<ReadonlyMap<string, FileHunks>> {
  const files = new Map<string, FileHunks>();
  await forEachPiece(call, [...diffArgs(0), ...args, "--"], "\n", hunkCollector(files), onText);
  return files;
}

export async function untrackedFiles(call: GitCall): Promise<readonly string[]> {
  const files: string[] = [];
  await forEachPiece(call, ["ls-files", "--others", "--exclude-standard", "-z"], "\0", (path) => void files.push(path));
  return files;
}

/** The commit that code is compared with; null when nothing names one. @throws not_found for a name that is given */
export async function resolveBase(
  call: GitCall,
  requested: string | undefined,
): Promise<Readonly<{ commit: string; name: string }> | null> {
  const query = queryOf(call);
  const name = requested ?? (await targetBranch(call, query));
  if (name === null) return null;
  const target = ["--end-of-options", `${name}^{commit}`];
  const commit = (await query("merge-base", ...target, "HEAD")) ?? (await query("rev-parse", "--verify", "--quiet", ...target));
  if (commit !== null) return { commit, name };
  if (requested === undefined) return null;
  throw notFound(
    `the commit ${requested}`,
    "Name a commit, branch or tag of this repository; a shallow clone may lack it (`git fetch`).",
  );
}

/** Lines that are in both lists of ranges. */
function intersectLines(one: ChangedLines, other: ChangedLines): ChangedLines {
  if (one === "all" || other === "all") return one === "all" ? other : one;
  const both: (readonly [number, number])[] = [];
  for (let [a, b] = [0, 0]; ; ) {
    const [mine, theirs] = [one[a], other[b]];
    if (mine === undefined || theirs === undefined) return both;
    const [first, last] = [Math.max(mine[0], theirs[0]), Math.min(mine[1], theirs[1])];
    if (first <= last) both.push([first, last]);
    if (mine[1] < theirs[1]) a += 1;
    else b += 1;
  }
}

/** The commits that a merge in progress joins to the one that is checked out. */
const mergedCommits = async ({ checkout }: GitCall): Promise<readonly string[]> =>
  ((await readSmallText(join(checkout.own, "MERGE_HEAD"))) ?? "").split("\n").filter((line) => /^[0-9a-f]{40,64}$/.test(line));

/** What is staged, as the next commit will contain it; for a merge, the lines that none of its parents has. */
async function stagedCode(call: GitCall): Promise<ChangedCode> {
  const head = await queryOf(call)("rev-parse", "--verify", "--quiet", "HEAD");
  const hash = createHash("sha256").update(head ?? "");
  const changesFrom = async (...parent: readonly string[]) => {
    const files = await readHunks(call, ["--cached", ...parent], (text) => void hash.update(text));
    return new Map([...files].map(([file, patched]) => [file, addedLines(patched)]));
  };
  let files = await changesFrom();
  const merged = await mergedCommits(call);
  for (const parent of merged) {
    const other = await changesFrom(parent);
    const both = [...files].map(([file, lines]) => [file, intersectLines(lines, other.get(file) ?? [])] as const);
    files = new Map(both.filter(([, lines]) => lines.length > 0));
  }
  const unstaged = await readHunks(call, ["--no-renames"]);
  const untracked = await untrackedFiles(call);
  return {
    base: head === null ? null : { commit: head, name: merged.length === 0 ? "HEAD" : "HEAD and MERGE_HEAD" },
    top: call.checkout.top,
    files,
    unstaged: new Map([
      ...[...unstaged].map(([file, patched]) => [file, unstagedParts(patched)] as const),
      ...untracked.map((file) => [file, "all"] as const),
    ]),
    fingerprint: hash.digest("hex"),
  };
}

/**
 * What changed in the checkout that contains a folder since its code diverged from a commit's history,
 * including what is not committed.
 */
export async function readChangedCode(
  folder: string,
  env: Environment,
  { base: requestedBase, staged = false, except = [] }: ChangesQuery,
  signal: AbortSignal,
): Promise<ChangedCode | null> {
  const checkout = await checkoutOf(folder);
  if (checkout === null) {
    if (staged) throw notFound(`what is staged: ${folder} is in no git checkout`, "Run it in the checkout.");
    if (requestedBase === undefined) return null;
    throw notFound(
      `the commit ${requestedBase}: ${folder} is in no git checkout`,
      "Leave out --base, or run it in the checkout.",
    );
  }
  const { top } = checkout;
  const call = await prepareGitCall(checkout, env, signal);
  if (staged) return stagedCode(call);
  const base = await resolveBase(call, requestedBase);
  if (base === null) return null;
  const excluded = new Set(except.map((path) => pathWithin(top, folder, path)));
  const hash = createHash("sha256").update(base.commit);
  const hunksByFile = await readHunks(call, [base.commit], (text) => void hash.update(text));
  const files = new Map([...hunksByFile].map(([file, one]) => [file, addedLines(one)]));
  for (const path of await untrackedFiles(call)) {
    if (excluded.has(path)) continue;
    files.set(path, "all");
    hash
      .update(path)
      .update("\0")
      .update(await stateOf(join(top, path)));
  }
  return { base, top, files, unstaged: new Map(), fingerprint: hash.digest("hex") };
}
