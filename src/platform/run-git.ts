import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { diskFull, gitUnwritable, unreadableFile } from "../kernel/errors.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import { type Checkout, type Environment, indexEnvironment } from "./git.ts";
import { type GitSettings, gitOptions, readSettings, safeArgs, safeGitEnvironment, summarizeError } from "./start-git.ts";

export type GitResult = Readonly<{ ok: true; output: string }> | Readonly<{ ok: false; code: number | null; said: string }>;

/** Maximum number of characters of git's output that are kept. */
const maxOutputChars = 32 * 1024 * 1024;

type Options = Readonly<{ input?: string; more?: Environment; signal?: AbortSignal | undefined }>;

/** The beginning of a stream; the rest is read and discarded. */
async function readBounded(stream: NodeJS.ReadableStream): Promise<string> {
  let output = "";
  for await (const chunk of stream.setEncoding("utf8")) if (output.length < maxOutputChars) output += String(chunk);
  return output;
}

/** Messages in which git, ssh and curl report that a remote cannot be reached or cannot answer at the moment. */
const outages =
  /could not resolve|name resolution|connection (?:refused|reset|timed out|closed)|couldn't connect|could not connect|failed to connect|operation timed out|timeout was reached|network is unreachable|no route to host|unexpected disconnect|hung up unexpectedly|early eof|returned error: (?:429|5\d\d)/i;
/** Messages of failures that also end the connection, but need somebody to act. */
const denials = /permission denied|authentication failed|could not read (?:username|password)|host key verification/i;

/** Whether git failed because a remote could not be reached, so that it may succeed later. */
export const isOutage = (message: string): boolean => outages.test(message) && !denials.test(message);

/** Starts git in a checkout. @param more includes the variables that `safeGitEnvironment` returns for it */
function startGit(top: string, args: readonly string[], { env, more, signal }: StartOptions) {
  signal?.throwIfAborted();
  const child = spawn("git", ["-C", top, ...safeArgs, ...args], {
    ...gitOptions(env, more),
    stdio: ["pipe", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  // A git that fails early reads no input; its error output contains the reason.
  child.stdin.on("error", () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { child, ended };
}

type StartOptions = Readonly<{ env: Environment; more: Environment; signal?: AbortSignal | undefined }>;

/** Runs git in a checkout. */
export async function runGit(
  top: string,
  env: Environment,
  args: readonly string[],
  { input = "", more = {}, signal }: Options = {},
): Promise<GitResult> {
  try {
    const safe = safeGitEnvironment(await readSettings(top, env), env);
    const { child, ended } = startGit(top, args, { env, more: { ...safe, ...more }, signal });
    child.stdin.end(input);
    const [code, output, stderr] = await Promise.all([ended, readBounded(child.stdout), readBounded(child.stderr)]);
    if (code === 0) return { ok: true, output };
    return { ok: false, code, said: scrubber(secretsIn(env))(summarizeError(stderr)) || `it ended with code ${code}` };
  } catch (error) {
    signal?.throwIfAborted();
    return { ok: false, code: null, said: error instanceof Error ? error.message : String(error) };
  }
}

const diskFullPattern = /no space left on device|disk quota exceeded|not enough space/i;

/** Returns what git printed. @param verb what git was to do with `what` @throws unreadable_file, store_unwritable, disk_full */
export function requireOutput(result: GitResult, what: string, verb: "read" | "write" = "read"): string {
  if (result.ok) return result.output;
  if (diskFullPattern.test(result.said)) throw diskFull(what);
  throw verb === "read" ? unreadableFile(what, `git failed: ${result.said}`) : gitUnwritable(what, result.said);
}

/** What all calls of git about one checkout have in common, with its settings, which are read once. */
export type GitCall = Readonly<{
  checkout: Checkout;
  env: Environment;
  more: Environment;
  settings: GitSettings;
  signal: AbortSignal;
}>;

export async function prepareGitCall(checkout: Checkout, env: Environment, signal: AbortSignal): Promise<GitCall> {
  const settings = await readSettings(checkout.top, env);
  const more = { ...safeGitEnvironment(settings, env), ...(await indexEnvironment(checkout, env)) };
  return { checkout, env, more, settings, signal };
}

/**
 * Runs git and passes its output to `onPiece`: the parts between separators, and the part after the last one unless it is empty.
 * @param onText gets the whole output, in parts of any length
 * @throws unreadable_file when it fails
 */
export async function forEachPiece(
  { checkout: { top }, env, more, signal }: GitCall,
  args: readonly string[],
  separator: "\n" | "\0",
  onPiece: (piece: string) => void,
  onText: (text: string) => void = () => undefined,
): Promise<void> {
  const { child, ended } = startGit(top, args, { env, more, signal });
  child.stdin.end();
  const reading = async (): Promise<void> => {
    let rest = "";
    const chunks: AsyncIterable<string> = child.stdout.setEncoding("utf8");
    for await (const chunk of chunks) {
      onText(chunk);
      const pieces = (rest + chunk).split(separator);
      rest = pieces.pop() ?? "";
      for (const piece of pieces) onPiece(piece);
    }
    if (rest !== "") onPiece(rest);
  };
  const [code, stderr] = await Promise.all([ended, text(child.stderr), reading()]);
  if (code !== 0) throw unreadableFile(`the changes in ${top}`, `git failed: ${summarizeError(stderr) || code}`);
}
