import { type ChildProcess, spawn } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

async function newestChange(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
  return Math.max(...times);
}

/** Whether `dist` is newer than the sources. */
export async function isBuilt(): Promise<boolean> {
  const bundles = await Promise.all(
    ["cli.cjs", "program.cjs", "collector.d.cts"].map((name) => stat(join(root, "dist", name)).catch(() => null)),
  );
  const oldest = Math.min(...bundles.map((bundle) => bundle?.mtimeMs ?? 0));
  return oldest > (await newestChange(join(root, "src")));
}

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
