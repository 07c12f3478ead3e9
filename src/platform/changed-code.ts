import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { lstat, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { notFound, unreadableFile, usage } from "../kernel/errors.ts";
import { patchReader } from "../kernel/patch.ts";
import type { GateChange } from "../ports/gate.ts";
import type { ChangedCode, ChangedLines, ChangesAsked, UnstagedPart } from "../ports/ports.ts";
import { readRegular, withoutWaiting } from "./disk/read-regular-file.ts";
import { askGit, type Checkout, checkoutOf, type Environment, gitOptions, indexInUse, smallText } from "./git.ts";
import { pathWithin } from "./project-paths.ts";

/** Finding where two branches part may walk a long history. */
const timeoutMs = 60_000;

export type Ask = (...args: readonly string[]) => Promise<string | null>;

/** The branch that the code goes to, null where nothing names one. */
async function targetBranch(ask: Ask): Promise<string | null> {
  const branch = await ask("symbolic-ref", "--short", "--quiet", "HEAD");
  const upstream = branch === null ? null : await ask("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}");
  // A branch that is pushed under its own name comes back to itself.
  if (upstream !== null && !upstream.endsWith(`/${branch}`)) return upstream;
  return (await defaultBranch(ask, branch)) ?? upstream;
}

/** The remotes, `origin` first. */
export async function remotesOf(ask: Ask): Promise<readonly string[]> {
  const remotes = ((await ask("remote")) ?? "").split("\n").filter((name) => name !== "");
  return [...remotes.filter((name) => name === "origin"), ...remotes.filter((name) => name !== "origin")];
}

/** The default branch as a remote has it, else here; null when it is the one that is checked out here. */
export async function defaultBranch(ask: Ask, current: string | null): Promise<string | null> {
  for (const remote of await remotesOf(ask)) {
    const head = await ask("symbolic-ref", "--short", "--quiet", `refs/remotes/${remote}/HEAD`);
    if (head !== null) return head;
    const found = await firstOf(ask, ["main", "master"], (name) => `refs/remotes/${remote}/${name}`);
    if (found !== undefined) return `${remote}/${found}`;
  }
  const configured = await ask("config", "--get", "init.defaultBranch");
  const names = [...(configured === null ? [] : [configured]), "main", "master"];
  const found = await firstOf(ask, names, (name) => `refs/heads/${name}`);
  return found === undefined || found === current ? null : found;
}

async function firstOf(ask: Ask, names: readonly string[], refOf: (name: string) => string): Promise<string | undefined> {
  for (const name of names) if ((await ask("rev-parse", "--verify", "--quiet", refOf(name))) !== null) return name;
  return undefined;
}

/** What a patch changes in a file; `all`: it is no text. */
type Patched = "all" | Hunk[];
type Hunk = Readonly<{ first: number; added: number; removed: number }>;

/** Notes the places of each file that a patch without context changes. */
function hunkNoter(files: Map<string, Patched>): (line: string) => void {
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

const addedLines = (patched: Patched): ChangedLines =>
  patched === "all"
    ? patched
    : patched.filter(({ added }) => added > 0).map(({ first, added }) => [first, first + added - 1] as const);

const unstagedParts = (patched: Patched): "all" | readonly UnstagedPart[] =>
  patched === "all" ? patched : patched.map(({ first, added, removed }) => ({ first, lines: added, stagedLines: removed }));

export type Call = Readonly<{ top: string; env: Environment; index: Environment; signal: AbortSignal }>;

/** What a stream holds between separators; what stands behind the last one too, when it is not empty. */
async function* piecesOf(stream: AsyncIterable<string>, separator: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of stream) {
    const pieces = (rest + chunk).split(separator);
    rest = pieces.pop() ?? "";
    yield* pieces;
  }
  if (rest !== "") yield rest;
}

/** Runs git and hands over what it prints, piece by piece. @throws unreadable_file when it fails */
export async function eachPiece(
  { top, env, index, signal }: Call,
  args: readonly string[],
  separator: "\n" | "\0",
  take: (piece: string) => void,
): Promise<void> {
  const child = spawn("git", ["-C", top, ...args], { ...gitOptions(env, index), signal, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const reading = async (): Promise<void> => {
    for await (const piece of piecesOf(child.stdout.setEncoding("utf8"), separator)) take(piece);
  };
  const [code, said] = await Promise.all([ended, text(child.stderr), reading()]);
  if (code !== 0) throw unreadableFile(`the changes in ${top}`, `git failed: ${said.trim().split("\n").at(-1) ?? code}`);
}

/** Whatever the configuration says of how to show a difference, this one is for a program. */
const patch = (context: number): readonly string[] => [
  "-c",
  "core.quotePath=false",
  // Or the checkout's configuration could have a program run.
  "-c",
  "core.fsmonitor=false",
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

/** A larger change is none that anybody reviews. */
const largestPatch = 20 * 1024 * 1024;
const changeTooLarge = () =>
  usage(
    "Failed to read the change: it is larger than 20 MiB",
    "Name a nearer commit with --base, or have git ignore generated files.",
  );

/** Of a larger file its time stands for its content. */
const largestRead = 1024 * 1024;

/** What tells one state of a file that git does not track from another. */
async function stateOf(path: string): Promise<string | Buffer> {
  try {
    const { size, mtimeMs } = await stat(path);
    return size > largestRead ? `${size} ${mtimeMs}` : await readFile(path);
  } catch {
    // Gone meanwhile, or not to be read: its name alone counts.
    return "";
  }
}

/** What git prints as a patch, by file. */
async function patchOf(
  call: Call,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<ReadonlyMap<string, Patched>> {
  const files = new Map<string, Patched>();
  const read = hunkNoter(files);
  await eachPiece(call, [...patch(0), ...args, "--"], "\n", (line) => {
    onLine(line);
    read(line);
  });
  return files;
}

async function untrackedFiles(call: Call): Promise<readonly string[]> {
  const files: string[] = [];
  await eachPiece(call, ["ls-files", "--others", "--exclude-standard", "-z"], "\0", (path) => void files.push(path));
  return files;
}

/** The commit that code is compared with, null where nothing names one. @throws not_found for a name that is given */
async function baseOf(ask: Ask, given: string | undefined): Promise<Readonly<{ commit: string; name: string }> | null> {
  const name = given ?? (await targetBranch(ask));
  if (name === null) return null;
  const commit = await ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
  if (commit === null) {
    if (given === undefined) return null;
    throw notFound(
      `the commit ${given}`,
      "Name a commit, branch or tag of this repository; a shallow clone may lack it (`git fetch`).",
    );
  }
  return { commit: (await ask("merge-base", commit, "HEAD")) ?? commit, name };
}

/** Lines that are in both lists of ranges. */
function linesOfBoth(one: ChangedLines, other: ChangedLines): ChangedLines {
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

/** The commits that a merge under way joins to the one that is checked out. */
const mergedCommits = async ({ own }: Checkout): Promise<readonly string[]> =>
  ((await smallText(join(own, "MERGE_HEAD"))) ?? "").split("\n").filter((line) => /^[0-9a-f]{40,64}$/.test(line));

/** What is staged, as the next commit will have it: of a merge, lines that none of its parents has. */
async function stagedCode(call: Call, ask: Ask, checkout: Checkout): Promise<ChangedCode> {
  const head = await ask("rev-parse", "--verify", "--quiet", "HEAD");
  const hash = createHash("sha256").update(head ?? "");
  const changesFrom = async (...parent: readonly string[]) => {
    const files = await patchOf(call, ["--cached", ...parent], (line) => void hash.update(line).update("\n"));
    return new Map([...files].map(([file, patched]) => [file, addedLines(patched)]));
  };
  let files = await changesFrom();
  const merged = await mergedCommits(checkout);
  for (const parent of merged) {
    const other = await changesFrom(parent);
    const both = [...files].map(([file, lines]) => [file, linesOfBoth(lines, other.get(file) ?? [])] as const);
    files = new Map(both.filter(([, lines]) => lines.length > 0));
  }
  const unstaged = await patchOf(call, ["--no-renames"], () => undefined);
  const untracked = await untrackedFiles(call);
  return {
    base: head === null ? null : { commit: head, name: merged.length === 0 ? "HEAD" : "HEAD and MERGE_HEAD" },
    top: call.top,
    files,
    unstaged: new Map([
      ...[...unstaged].map(([file, patched]) => [file, unstagedParts(patched)] as const),
      ...untracked.map((file) => [file, "all"] as const),
    ]),
    fingerprint: hash.digest("hex"),
  };
}

/** What changed in the checkout that a folder lies in since the code left a commit's history, with what is not committed. */
export async function changedCode(
  folder: string,
  env: Environment,
  { base: given, staged = false, except = [] }: ChangesAsked,
  signal: AbortSignal,
): Promise<ChangedCode | null> {
  const checkout = await checkoutOf(folder);
  if (checkout === null) {
    if (staged) throw notFound(`what is staged: ${folder} is in no git checkout`, "Run it in the checkout.");
    if (given === undefined) return null;
    throw notFound(`the commit ${given}: ${folder} is in no git checkout`, "Leave out --base, or run it in the checkout.");
  }
  const { top } = checkout;
  const ask: Ask = (...args) => askGit(top, env, args, timeoutMs);
  const call = { top, env, index: await indexInUse(checkout, env), signal };
  if (staged) return stagedCode(call, ask, checkout);
  const base = await baseOf(ask, given);
  if (base === null) return null;
  const excepted = new Set(except.map((path) => pathWithin(top, folder, path)));
  const hash = createHash("sha256").update(base.commit);
  const patched = await patchOf(call, [base.commit], (line) => void hash.update(line).update("\n"));
  const files = new Map([...patched].map(([file, one]) => [file, addedLines(one)]));
  for (const path of await untrackedFiles(call)) {
    if (excepted.has(path)) continue;
    files.set(path, "all");
    hash
      .update(path)
      .update("\0")
      .update(await stateOf(join(top, path)));
  }
  return { base, top, files, unstaged: new Map(), fingerprint: hash.digest("hex") };
}

const escapes: ReadonlyMap<string, string> = new Map(
  Object.entries({ "\x07": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v", '"': '"', "\\": "\\" }),
);

/** A name as git writes it: with control characters, quotes or backslashes in quotes, as C does. */
const quoted = (name: string): string => {
  const escaped = name.replaceAll(/[\p{Cc}"\\]/gu, (one) =>
    // Beyond ASCII nothing is quoted with `core.quotePath` off.
    one > "\x7f" ? one : `\\${escapes.get(one) ?? one.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return escaped === name ? name : `"${escaped}"`;
};

/** Git looks for a zero byte in so much of a file to tell whether it is a text. */
const lookedAt = 8_000;

/** The bytes of a text file; null for what is none, of which the beginning is read. @throws usage (too large) */
async function textIn(at: string, path: string): Promise<Buffer | null> {
  // Nothing is read through a link, which may lead anywhere.
  const found = await lstat(at);
  if (!found.isFile()) return null;
  if (found.size <= largestPatch) {
    const bytes = await readRegular(at, largestPatch, path);
    return bytes.includes(0) ? null : bytes;
  }
  await using file = await open(at, withoutWaiting);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(lookedAt), 0, lookedAt, 0);
  if (buffer.subarray(0, bytesRead).includes(0)) return null;
  throw changeTooLarge();
}

/** The lines of a text file that git does not track as those of a patch; of any other that it is binary. */
async function newFilePatch(top: string, path: string): Promise<readonly string[]> {
  const name = quoted(`b/${path}`);
  const head = `diff --git ${quoted(`a/${path}`)} ${name}`;
  const bytes = await textIn(join(top, path), path);
  if (bytes === null) return [head, `Binary files /dev/null and ${name} differ`];
  const lines = bytes.toString("utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return [
    head,
    "new file mode 100644",
    "--- /dev/null",
    `+++ ${name}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
  ];
}

/**
 * The same change as the lines of a patch with context, files that git does not track included.
 * @throws not_found, usage (too large), unreadable_file
 */
export async function changePatch(
  folder: string,
  env: Environment,
  given: string | undefined,
  signal: AbortSignal,
): Promise<GateChange> {
  const checkout = await checkoutOf(folder);
  const base = checkout === null ? null : await baseOf((...args) => askGit(checkout.top, env, args, timeoutMs), given);
  if (checkout === null || base === null) {
    throw notFound("the commit that this change is compared with", "Name one in a git checkout: `--base main`.");
  }
  const { top } = checkout;
  const call = { top, env, index: await indexInUse(checkout, env), signal };
  const lines: string[] = [];
  let size = 0;
  const take = (line: string): void => {
    size += line.length + 1;
    if (size > largestPatch) throw changeTooLarge();
    lines.push(line);
  };
  await eachPiece(call, [...patch(3), base.commit, "--"], "\n", take);
  for (const path of await untrackedFiles(call)) for (const line of await newFilePatch(top, path)) take(line);
  return { top, base, lines };
}
