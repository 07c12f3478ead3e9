import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { notFound, unreadableFile } from "../kernel/errors.ts";
import type { ChangedCode, ChangedLines } from "../ports/ports.ts";
import { askGit, checkoutOf, type Environment, gitOptions } from "./git.ts";
import { pathWithin } from "./project-paths.ts";

/** Finding where two branches part may walk a long history. */
const timeoutMs = 60_000;

type Ask = (...args: readonly string[]) => Promise<string | null>;

/** The branch that the code goes to, null where nothing names one. */
async function targetBranch(ask: Ask): Promise<string | null> {
  const branch = await ask("symbolic-ref", "--short", "--quiet", "HEAD");
  const upstream = branch === null ? null : await ask("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}");
  // A branch that is pushed under its own name comes back to itself.
  if (upstream !== null && !upstream.endsWith(`/${branch}`)) return upstream;
  return (await defaultBranch(ask, branch)) ?? upstream;
}

/** The default branch as a remote has it, else here; null when it is the one that is checked out here. */
async function defaultBranch(ask: Ask, current: string | null): Promise<string | null> {
  const remotes = ((await ask("remote")) ?? "").split("\n").filter((name) => name !== "");
  for (const remote of [...remotes.filter((name) => name === "origin"), ...remotes.filter((name) => name !== "origin")]) {
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

const escapes: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** A name as git writes it: one with unusual characters in quotes, as C does. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes = name.slice(1, name.lastIndexOf('"')).replace(/\\([0-7]{3}|.)|[^\\]+/gs, (found, escaped: string | undefined) => {
    if (escaped === undefined) return Buffer.from(found).toString("latin1");
    return /^[0-7]{3}$/.test(escaped) ? String.fromCharCode(Number.parseInt(escaped, 8)) : (escapes[escaped] ?? escaped);
  });
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The name behind `+++ ` or in `Binary files … and … differ`; undefined for a file that is gone. */
function newName(written: string): string | undefined {
  // A name with a space has a tab behind it.
  const name = unquoted(written.replace(/\t$/, ""));
  return name.startsWith("b/") ? name.slice(2) : undefined;
}

const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const binary = /^Binary files .* and (.*) differ$/;

/** Reads a patch without context, line by line. Lines of the files themselves are counted, not looked at: they may look like headers. */
function patchReader(files: Map<string, ChangedLines>): (line: string) => void {
  const state: { ranges: (readonly [number, number])[]; left: number } = { ranges: [], left: 0 };
  const enter = (name: string | undefined): void => {
    state.ranges = [];
    if (name !== undefined) files.set(name, state.ranges);
  };
  return (line) => {
    if (line.startsWith("\\")) return;
    if (state.left > 0) {
      state.left -= 1;
      return;
    }
    const [, removed = "1", start, added = "1"] = hunk.exec(line) ?? [];
    if (start !== undefined) {
      state.left = Number(removed) + Number(added);
      if (Number(added) > 0) state.ranges.push([Number(start), Number(start) + Number(added) - 1]);
      return;
    }
    if (line.startsWith("+++ ")) enter(newName(line.slice("+++ ".length)));
    const name = newName(binary.exec(line)?.[1] ?? "");
    if (name !== undefined) files.set(name, "all");
  };
}

type Call = Readonly<{ top: string; env: Environment; signal: AbortSignal }>;

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
async function eachPiece(
  { top, env, signal }: Call,
  args: readonly string[],
  separator: "\n" | "\0",
  take: (piece: string) => void,
): Promise<void> {
  const child = spawn("git", ["-C", top, ...args], { ...gitOptions(env), signal, stdio: ["ignore", "pipe", "pipe"] });
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
const patch = [
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
  "--unified=0",
  "--inter-hunk-context=0",
  "--src-prefix=a/",
  "--dst-prefix=b/",
];

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

/**
 * What changed in the checkout that a folder lies in since the code left a commit's history, with what is not committed.
 * @param base any name of a commit; without one the branch that the code goes to @param except files that are no code
 */
export async function changedCode(
  folder: string,
  env: Environment,
  { base, except }: Readonly<{ base: string | undefined; except: readonly string[] }>,
  signal: AbortSignal,
): Promise<ChangedCode | null> {
  const checkout = await checkoutOf(folder);
  if (checkout === null) {
    if (base === undefined) return null;
    throw notFound(`the commit ${base}: ${folder} is in no git checkout`, "Leave out --base, or run it in the checkout.");
  }
  const { top } = checkout;
  const excepted = new Set(except.map((path) => pathWithin(top, folder, path)));
  const ask: Ask = (...args) => askGit(top, env, args, timeoutMs);
  const name = base ?? (await targetBranch(ask));
  if (name === null) return null;
  const commit = await ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`);
  if (commit === null) {
    if (base === undefined) return null;
    throw notFound(
      `the commit ${base}`,
      "Name a commit, branch or tag of this repository; a shallow clone may lack it (`git fetch`).",
    );
  }
  const parted = (await ask("merge-base", commit, "HEAD")) ?? commit;
  const files = new Map<string, ChangedLines>();
  const hash = createHash("sha256").update(parted);
  const call = { top, env, signal };
  const readLine = patchReader(files);
  await eachPiece(call, [...patch, parted, "--"], "\n", (line) => {
    hash.update(line).update("\n");
    readLine(line);
  });
  const untracked: string[] = [];
  await eachPiece(call, ["ls-files", "--others", "--exclude-standard", "-z"], "\0", (path) => void untracked.push(path));
  for (const path of untracked.filter((one) => !excepted.has(one))) {
    files.set(path, "all");
    hash
      .update(path)
      .update("\0")
      .update(await stateOf(join(top, path)));
  }
  return { base: { commit: parted, name }, top, files, fingerprint: hash.digest("hex") };
}
