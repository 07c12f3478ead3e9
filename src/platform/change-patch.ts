import { lstat, open } from "node:fs/promises";
import { join } from "node:path";
import { notFound, usage } from "../kernel/errors.ts";
import type { GateChange } from "../ports/gate.ts";
import { type Ask, baseOf, patch, timeoutMs, untrackedFiles } from "./changed-code.ts";
import { readRegular, withoutWaiting } from "./disk/read-regular-file.ts";
import { checkoutOf, type Environment, indexInUse } from "./git.ts";
import { type Call, eachPiece } from "./run-git.ts";
import { askGit } from "./start-git.ts";

/** Maximum size of a change; nobody reviews a larger one. */
const largestPatch = 20 * 1024 * 1024;
const changeTooLarge = () =>
  usage(
    "Failed to read the change: it is larger than 20 MiB",
    "Name a nearer commit with --base, or have git ignore generated files.",
  );

const escapes: ReadonlyMap<string, string> = new Map(
  Object.entries({ "\x07": "a", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t", "\v": "v", '"': '"', "\\": "\\" }),
);

/** A name in git's notation: one with control characters, quotes or backslashes is quoted and escaped as in C. */
const quoted = (name: string): string => {
  const escaped = name.replaceAll(/[\p{Cc}"\\]/gu, (one) =>
    // With `core.quotePath` off, nothing beyond ASCII is quoted.
    one > "\x7f" ? one : `\\${escapes.get(one) ?? one.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return escaped === name ? name : `"${escaped}"`;
};

/** Number of bytes at the start of a file that git searches for a zero byte, which marks the file as binary. */
const lookedAt = 8_000;

/** The bytes of a text file; null for any other, of which only the beginning may be read. @throws usage (too large) */
async function textIn(at: string, path: string): Promise<Buffer | null> {
  // Links are not followed, as they may lead anywhere.
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

/** The lines of a patch that adds an untracked text file; for any other file, the lines that say that it is binary. */
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

/** Whether a change begins at the tip of the branch that it goes to, as far as that branch is fetched. */
async function isTip(ask: Ask, { commit, name }: Readonly<{ commit: string; name: string }>): Promise<boolean> {
  const ref = await ask("rev-parse", "--symbolic-full-name", "--end-of-options", name);
  if (!/^refs\/(?:heads|remotes)\//m.test(ref ?? "")) return false;
  return (await ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`)) === commit;
}

/** Whether the tracked files are those of the commit that is checked out. */
async function isCommitted(call: Call): Promise<boolean> {
  let isChanged = false;
  await eachPiece(call, [...patch(0), "HEAD", "--"], "\n", () => {
    isChanged = true;
  });
  return !isChanged;
}

/**
 * The change that `changedCode` describes, as the lines of a patch with context, including untracked files.
 * @throws not_found, usage (too large), unreadable_file
 */
export async function changePatch(
  folder: string,
  env: Environment,
  given: string | undefined,
  signal: AbortSignal,
): Promise<GateChange> {
  const checkout = await checkoutOf(folder);
  const ask: Ask = (...args) => askGit(checkout?.top ?? folder, env, args, timeoutMs);
  const base = checkout === null ? null : await baseOf(ask, given);
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
  const untracked = await untrackedFiles(call);
  for (const path of untracked) for (const line of await newFilePatch(top, path)) take(line);
  return { top, base, lines, mergesAsIs: untracked.length === 0 && (await isTip(ask, base)) && (await isCommitted(call)) };
}
