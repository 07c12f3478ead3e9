import { type ChildProcess, spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** The first and the last files that a build writes. */
const bundles = ["dist/cli.cjs", "dist/program.cjs", "dist/collector.d.cts"] as const;

/** What the bundles and the package of the extension are made of. */
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

/** When a file, or any file of a folder, was changed last, ms. */
async function newestChange(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Math.max(...(await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))));
}

/** Whether files that are made are newer than everything that they are made of. */
async function isNewer(made: readonly string[], of: readonly string[]): Promise<boolean> {
  const times = await Promise.all(made.map((file) => stat(join(root, file)).catch(() => null)));
  const oldest = Math.min(...times.map((found) => found?.mtimeMs ?? 0));
  const changes = await Promise.all(of.map((path) => newestChange(join(root, path))));
  return changes.every((change) => change < oldest);
}

/** Whether `dist` is newer than the sources. */
export const isBuilt = (): Promise<boolean> => isNewer(bundles, sources.bundles);

/** Whether the package of the extension, and `dist`, are newer than the sources of both. */
export const isPackaged = (): Promise<boolean> =>
  isNewer([...bundles, "reward-ledger.vsix"], [...sources.bundles, ...sources.vsix]);

/** The program as it is shipped. The set-up of the run has built it. */
export async function builtCli(): Promise<Readonly<{ entry: string; dispose(): Promise<void> }>> {
  return { entry: join(root, "dist/cli.cjs"), dispose: async () => undefined };
}

/** What a process left behind. `code` is null when a signal ended it. */
export type Finished = Readonly<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;

export type RunOptions = Readonly<{
  /** Text or bytes on standard input; absent: an empty one. */
  input?: string | Uint8Array;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Called with the process when it has started. */
  onStart?: (child: ChildProcess) => void;
}>;

/** Environment of a process under test: nothing of the machine's own settings, a fixed zone and no colours. */
export const cleanEnv = (home: string): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: home,
  // Nothing is cached: the ledger's home stands for the user's too, and holds what the ledger writes alone.
  XDG_CACHE_HOME: "/nowhere/caches",
  TZ: "UTC",
  REWARD_LEDGER_HOME: home,
  // A test asks itself, when it wants events to be taken in.
  REWARD_LEDGER_BACKGROUND: "off",
});

/** Runs a program to its end. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
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
    // A program that does not read its input closes it early; what it then did shows in its result.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    options.onStart?.(child);
  });
}
