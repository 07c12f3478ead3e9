import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkAnswer } from "./answers.ts";
import { builtCli, cleanEnv, type ProcessResult, type RunOptions, run } from "./cli.ts";

/** A built program with a scratch folder, for one test file. */
export type CliSession = Readonly<{
  entry: string;
  /** A fresh home below a scratch folder. The home's own folder does not exist yet. */
  newHome(name?: string): Promise<Home>;
  dispose(): Promise<void>;
}>;

/** A home, a working folder beside it, and functions that run the program on both. */
export type Home = Readonly<{
  path: string;
  work: string;
  env: NodeJS.ProcessEnv;
  /** Runs the program. */
  cli(args: readonly string[], options?: RunOptions): Promise<ProcessResult>;
  /** Runs the program with `--json` and parses the single document that it prints. */
  json(args: readonly string[], options?: RunOptions): Promise<ProcessResult & Readonly<{ document: unknown }>>;
  /** Writes a file below the working folder and returns its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
}>;

/** The result of a command line, with the document that it printed. @throws when the document's shape is not as documented */
export function withDocument(args: readonly string[], result: ProcessResult): ProcessResult & Readonly<{ document: unknown }> {
  const document: unknown = JSON.parse(result.stdout);
  checkAnswer(args, document);
  return { ...result, document };
}

async function newHome(entry: string, scratch: string, name: string): Promise<Home> {
  const parent = await mkdtemp(join(scratch, "home-"));
  const path = join(parent, name);
  const work = join(parent, "work");
  await mkdir(work);
  const env = cleanEnv(path);
  const cli: Home["cli"] = (args, options = {}) =>
    run(process.execPath, [entry, ...args], { cwd: work, ...options, env: { ...env, ...options.env } });
  return {
    path,
    work,
    env,
    cli,
    async json(args, options) {
      return withDocument(args, await cli(["--json", ...args], options));
    },
    async file(fileName, content) {
      const file = join(work, fileName);
      await mkdir(join(file, ".."), { recursive: true });
      await writeFile(file, content);
      return file;
    },
  };
}

/** Builds the program once and provides homes to run it on. */
export async function openCliSession(): Promise<CliSession> {
  const built = await builtCli();
  const scratch = await mkdtemp(join(tmpdir(), "reward-ledger-test-"));
  return {
    entry: built.entry,
    newHome: (name = "home") => newHome(built.entry, scratch, name),
    async dispose() {
      await rm(scratch, { recursive: true, force: true });
      await built.dispose();
    },
  };
}
