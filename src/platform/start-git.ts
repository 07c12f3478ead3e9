import { execFile } from "node:child_process";
import { devNull } from "node:os";
import { dirname } from "node:path";

/*
 * How git is started: it runs no program that a checkout configures (hook, monitor, filter or helper). The
 * user's own configuration applies.
 */

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that are of no use here even when the user configured them; these values override them. */
const safeSettings = {
  "core.hooksPath": devNull,
  "core.fsmonitor": "false",
  "core.pager": "cat",
  "core.quotePath": "false",
  "commit.gpgSign": "false",
  "push.gpgSign": "false",
  "protocol.ext.allow": "never",
  "submodule.recurse": "false",
  "fetch.recurseSubmodules": "false",
  "push.recurseSubmodules": "no",
  // Garbage collection has hooks of its own.
  "gc.auto": "0",
  "maintenance.auto": "false",
};

/** Arguments of every call of git. */
export const safeArgs: readonly string[] = Object.entries(safeSettings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);

/** How git is started: it prompts for nothing on a terminal, and prints English, because its output is parsed and quoted here. */
export function gitOptions(
  env: Environment,
  more: Environment = {},
): Readonly<{ cwd: string; env: Environment; windowsHide: true }> {
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_COMMON_DIR: ___, GIT_INDEX_FILE: ____, GIT_DIFF_OPTS: _____, ...others } = env;
  const own = { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LANGUAGE: "en" };
  // The folder of the running program, so that systems that search the working folder first do not start a `git` of the checkout.
  return { cwd: dirname(process.execPath), env: { ...others, ...own, ...more }, windowsHide: true };
}

const maxOutputBytes = 1024 * 1024;
const gitTimeoutMs = 2_000;

function gitOutput(top: string, env: Environment, args: readonly string[], timeout: number): Promise<string | null> {
  const options = { ...gitOptions(env, { GIT_NO_LAZY_FETCH: "1" }), timeout, maxBuffer: maxOutputBytes };
  return new Promise((answer) => {
    execFile("git", ["-C", top, ...safeArgs, ...args], options, (error, output) => answer(error === null ? output : null));
  });
}

/** What git prints for a question about a checkout; null when git is missing, fails or times out. */
export const queryGit = async (
  top: string,
  env: Environment,
  args: readonly string[],
  timeout = gitTimeoutMs,
): Promise<string | null> => (await gitOutput(top, env, args, timeout))?.trim() ?? null;

/** `isOwn`: set by the checkout's own configuration. */
type Setting = Readonly<{ isOwn: boolean; key: string; value: string }>;

/** The settings that apply to a checkout, in their order: the last one with a key decides. */
export type GitSettings = readonly Setting[];

export async function readSettings(top: string, env: Environment): Promise<GitSettings> {
  const fields = ((await gitOutput(top, env, ["config", "--list", "--show-scope", "-z"], 60_000)) ?? "").split("\0");
  return fields.flatMap((scope, n) => {
    const entry = n % 2 === 0 ? fields[n + 1] : undefined;
    if (entry === undefined) return [];
    const end = entry.includes("\n") ? entry.indexOf("\n") : entry.length;
    return [{ isOwn: scope === "local" || scope === "worktree", key: entry.slice(0, end), value: entry.slice(end + 1) }];
  });
}

/** Settings that name a program, with the value that makes git start none, or its own. */
const programSettings: readonly (readonly [RegExp, string])[] = [
  [/^filter\..*\.(?:clean|smudge|process)$/, ""],
  [/^filter\..*\.required$/, "false"],
  [/^core\.askpass$/, ""],
  [/^core\.alternaterefscommand$/, "true"],
];
/** Overrides the program that a remote's configuration names for reading it; git uses the first one that is named. */
export const plainFetch = "--upload-pack=git-upload-pack";
export const plainPush = "--receive-pack=git-receive-pack";
const helperKey = /^credential\.(?:.*\.)?helper$/;
/** An ssh that fails instead of asking for a password or about a host. */
const quietSsh = "ssh -oBatchMode=yes";

/** Returns variables that keep git from starting any program that a checkout's own configuration names. */
export function safeGitEnvironment(all: GitSettings, env: Environment): Environment {
  const others = all.filter(({ isOwn }) => !isOwn);
  const own = [...new Set(all.filter(({ isOwn }) => isOwn).map(({ key }) => key))];
  const userValue = (key: string): string | undefined => others.findLast((one) => one.key === key)?.value;
  const overrides: (readonly [string, string])[] = own.flatMap((key) => {
    const neutral = programSettings.find(([form]) => form.test(key))?.[1];
    if (neutral !== undefined) return [[key, userValue(key) ?? neutral] as const];
    const hook = /^hook\.(.*)\.command$/.exec(key)?.[1];
    return hook === undefined ? [] : [[`hook.${hook}.enabled`, "false"] as const];
  });
  if (own.some((key) => helperKey.test(key))) {
    // An empty value resets all helpers before it.
    overrides.push(["credential.helper", ""]);
    for (const { key, value } of others) if (helperKey.test(key)) overrides.push([key, value]);
  }
  const ssh = userValue("core.sshcommand");
  if (own.includes("core.sshcommand") || (ssh === undefined && env["GIT_SSH"] === undefined)) {
    overrides.push(["core.sshCommand", ssh ?? quietSsh]);
  }
  const firstIndex = Number(env["GIT_CONFIG_COUNT"] ?? 0) || 0;
  return {
    // Otherwise missing objects would be fetched by the program that the remote names.
    ...(own.some((key) => /^remote\..*\.uploadpack$/.test(key)) && { GIT_NO_LAZY_FETCH: "1" }),
    ...(own.includes("core.gitproxy") && { GIT_PROXY_COMMAND: env["GIT_PROXY_COMMAND"] ?? "" }),
    ...Object.fromEntries(
      overrides.flatMap(([key, value], n) => [
        [`GIT_CONFIG_KEY_${firstIndex + n}`, key],
        [`GIT_CONFIG_VALUE_${firstIndex + n}`, value],
      ]),
    ),
    GIT_CONFIG_COUNT: String(firstIndex + overrides.length),
  };
}

/** Matches the lines in which git states what went wrong; the other lines only accompany them. */
const errorLine = /^(?:fatal|error|remote: (?:fatal|error)|ssh|gpg| ! \[)/;

/** What git printed about a failure: the lines that state the cause come first. */
export function summarizeError(text: string): string {
  const lines = text.trim().split("\n");
  return [...lines.filter((line) => errorLine.test(line)), ...lines.filter((line) => !errorLine.test(line))]
    .slice(0, 3)
    .map((line) => line.trim())
    .join("; ");
}
