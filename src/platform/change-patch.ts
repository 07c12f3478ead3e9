import { lstat, open } from "node:fs/promises";
import { join } from "node:path";
import { notFound, usage } from "../kernel/errors.ts";
import type { GateChange } from "../ports/gate.ts";
import { diffArgs, type GitQuery, queryOf, resolveBase, untrackedFiles } from "./changed-code.ts";
import { nonBlockingFlags, readRegular } from "./disk/read-regular-file.ts";
import { checkoutOf, type Environment } from "./git.ts";
import { forEachPiece, type GitCall, prepareGitCall } from "./run-git.ts";

/** Maximum size of a change; nobody reviews a larger one. */
const maxPatchBytes = 20 * 1024 * 1024;
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
const probeBytes = 8_000;

/** The bytes of a text file; null for any other, of which only the beginning may be read. @throws usage (too large) */
async function readText(at: string, path: string): Promise<Buffer | null> {
  // Links are not followed, as they may lead anywhere.
  const found = await lstat(at);
  if (!found.isFile()) return null;
  if (found.size <= maxPatchBytes) {
    const bytes = await readRegular(at, maxPatchBytes, path);
    return bytes.includes(0) ? null : bytes;
  }
  await using file = await open(at, nonBlockingFlags);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(probeBytes), 0, probeBytes, 0);
  if (buffer.subarray(0, bytesRead).includes(0)) return null;
  throw changeTooLarge();
}

/** The lines of a patch that adds an untracked text file; for any other file, the lines that say that it is binary. */
async function newFilePatch(top: string, path: string): Promise<readonly string[]> {
  const name = quoted(`b/${path}`);
  const head = `diff --git ${quoted(`a/${path}`)} ${name}`;
  const bytes = await readText(join(top, path), path);
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
async function isTip(query: GitQuery, { commit, name }: Readonly<{ commit: string; name: string }>): Promise<boolean> {
  const ref = await query("rev-parse", "--symbolic-full-name", "--end-of-options", name);
  if (!/^refs\/(?:heads|remotes)\//m.test(ref ?? "")) return false;
  return (await query("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`)) === commit;
}

/** Whether the tracked files are those of the commit that is checked out. */
async function isCommitted(call: GitCall): Promise<boolean> {
  let isChanged = false;
  await forEachPiece(call, [...diffArgs(0), "HEAD", "--"], "\n", () => {
    isChanged = true;
  });
  return !isChanged;
}

/**
 * The change that `readChangedCode` describes, as the lines of a patch with context, including untracked files.
 * @throws not_found, usage (too large), unreadable_file
 */
export async function readChangePatch(
  folder: string,
  env: Environment,
  requestedBase: string | undefined,
  signal: AbortSignal,
): Promise<GateChange> {
  const checkout = await checkoutOf(folder);
  const call = checkout === null ? null : await prepareGitCall(checkout, env, signal);
  const base = call === null ? null : await resolveBase(call, requestedBase);
  if (call === null || base === null) {
    throw notFound("the commit that this change is compared with", "Name one in a git checkout: `--base main`.");
  }
  const { top } = call.checkout;
  const lines: string[] = [];
  let size = 0;
  const append = (line: string): void => {
    size += line.length + 1;
    if (size > maxPatchBytes) throw changeTooLarge();
    lines.push(line);
  };
  await forEachPiece(call, [...diffArgs(3), base.commit, "--"], "\n", append);
  const untracked = await untrackedFiles(call);
  for (const path of untracked) for (const line of await newFilePatch(top, path)) append(line);
  return {
    top,
    base,
    lines,
    mergesAsIs: untracked.length === 0 && (await isTip(queryOf(call), base)) && (await isCommitted(call)),
  };
}
