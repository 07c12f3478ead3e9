import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { type Environment, gitOptions } from "./git.ts";

export type GitAnswer = Readonly<{ ok: true; output: string }> | Readonly<{ ok: false; code: number | null; said: string }>;

/** What is kept of what git prints, in characters. */
const mostOutput = 32 * 1024 * 1024;

type Options = Readonly<{ input?: string; more?: Environment; signal?: AbortSignal }>;

/** The beginning of a stream; the rest is read and left out. */
async function beginningOf(stream: NodeJS.ReadableStream): Promise<string> {
  let kept = "";
  for await (const chunk of stream.setEncoding("utf8")) if (kept.length < mostOutput) kept += String(chunk);
  return kept;
}

/** Nothing that a checkout configures runs: neither hooks, nor a monitor, nor an editor or a question for a password. */
const settings = ["core.hooksPath", devNull, "core.fsmonitor", "false", "commit.gpgSign", "false", "core.quotePath", "false"];
const quiet = settings.flatMap((_, n) => (n % 2 === 0 ? ["-c", `${settings[n]}=${settings[n + 1]}`] : []));

/** How git, ssh and curl say that a remote cannot be reached, or is not able to answer at the moment. */
const outages =
  /could not resolve|name resolution|connection (?:refused|reset|timed out|closed)|couldn't connect|could not connect|failed to connect|operation timed out|timeout was reached|network is unreachable|no route to host|unexpected disconnect|hung up unexpectedly|early eof|returned error: (?:429|5\d\d)/i;
/** What ends the connection too, and needs somebody to act. */
const denials = /permission denied|authentication failed|could not read (?:username|password)|host key verification/i;

/** Whether git failed because a remote could not be reached: it may succeed later. */
export const isOutage = (said: string): boolean => outages.test(said) && !denials.test(said);

/** Runs git in a checkout. */
export async function runGit(
  top: string,
  env: Environment,
  args: readonly string[],
  { input = "", more = {}, signal }: Options = {},
): Promise<GitAnswer> {
  const child = spawn("git", ["-C", top, ...quiet, ...args], {
    // What git says is read and quoted, so that it is English everywhere.
    ...gitOptions({ ...env, GIT_TERMINAL_PROMPT: "0", LANGUAGE: "en" }, more),
    stdio: ["pipe", "pipe", "pipe"],
    ...(signal === undefined ? {} : { signal }),
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  // A git that fails early reads no input; what it says tells why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  try {
    const [code, output, said] = await Promise.all([ended, beginningOf(child.stdout), beginningOf(child.stderr)]);
    if (code === 0) return { ok: true, output };
    return { ok: false, code, said: said.trim().split("\n").slice(-3).join("; ") || `it ended with code ${code}` };
  } catch (error) {
    signal?.throwIfAborted();
    return { ok: false, code: null, said: error instanceof Error ? error.message : String(error) };
  }
}
