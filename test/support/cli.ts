import { type ChildProcess, spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** The files that a build writes first and last. */
const bundles = ["dist/cli.cjs", "dist/program.cjs", "dist/collector.d.cts"] as const;

/** The sources of the bundles and of the extension's package. */
const sources = {
  bundles: ["src", "supabase/migrations", "esbuild.mjs", "scripts", "package.json", "package-lock.json", "tsconfig.json"],
  vsix: [
    "bin",
    "l10n",
    "media",
    "package.nls.json",
    "package.nls.de.json",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    ".vscodeignore",
  ],
} as const;

/** The latest modification time of a file, or of any file in a folder, in ms. */
async function latestChangeMs(path: string): Promise<number> {
  const stats = await stat(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Math.max(...(await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))));
}

/** Whether the generated files are newer than all of their sources. */
async function isNewer(outputs: readonly string[], inputs: readonly string[]): Promise<boolean> {
  const times = await Promise.all(outputs.map((file) => stat(join(root, file)).catch(() => null)));
  const oldest = Math.min(...times.map((stats) => stats?.mtimeMs ?? 0));
  const changes = await Promise.all(inputs.map((path) => latestChangeMs(join(root, path))));
  return changes.every((change) => change < oldest);
}

/** Whether `dist` is newer than the sources. */
export const isBuilt = (): Promise<boolean> => isNewer(bundles, sources.bundles);

/** Whether the extension's package and `dist` are newer than the sources of both. */
export const isPackaged = (): Promise<boolean> =>
  isNewer([...bundles, "reward-ledger.vsix"], [...sources.bundles, ...sources.vsix]);

/** The program as it is shipped. The setup of the test run has built it. */
export async function builtCli(): Promise<Readonly<{ entry: string; dispose(): Promise<void> }>> {
  return { entry: join(root, "dist/cli.cjs"), dispose: async () => undefined };
}

/** The result of a process. `code` is null when a signal ended it. */
export type ProcessResult = Readonly<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;

export type RunOptions = Readonly<{
  /** Text or bytes on standard input; absent: standard input is empty. */
  input?: string | Uint8Array;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Called with the process after it has started. */
  onStart?: (child: ChildProcess) => void;
}>;

/**
 * The caches of all processes under test, outside their homes, which must hold only what the ledger writes. Compiled code is a
 * third of the time of the command line's tests.
 */
export const cachesFolder = join(root, "node_modules/.cache");

/** Environment of a process under test: none of the machine's own settings except `PATH`, and a fixed time zone. */
export const cleanEnv = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: home,
  XDG_CACHE_HOME: cachesFolder,
  TZ: "UTC",
  REWARD_LEDGER_HOME: home,
  // A test starts the intake of events itself.
  REWARD_LEDGER_BACKGROUND: "off",
});

/** Runs a program to its end. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [...args], { env: options.env, cwd: options.cwd, stdio: ["pipe", "pipe", "pipe"] });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
    // A program that does not read its input closes it early; its result shows what it did.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    options.onStart?.(child);
  });
}
