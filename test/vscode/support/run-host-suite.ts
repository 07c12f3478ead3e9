import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { cacheRoot } from "./cache.ts";
import { type HostResult, hostConsoleVariable, hostResult, hostResultVariable } from "./host-result.ts";

const projectRoot = resolve(import.meta.dirname, "../../..");

/** Where the suite runs: in the server of a VS Code version, or in a downloaded desktop VS Code. */
export type HostTarget = Readonly<{ server: string }> | Readonly<{ desktop: string }>;

/** Bundles the suite for the extension host. @returns the entry's path */
async function bundleSuite(): Promise<string> {
  const outfile = join(cacheRoot, "host-suite.cjs");
  await build({
    entryPoints: [join(projectRoot, "test/vscode/host/main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode", "mocha"],
    logLevel: "warning",
  });
  return outfile;
}

/**
 * Runs the in-host suite on the extension that `npm run build` has built.
 * @throws when the host exited before the suite ended, or when a test failed; with everything that mocha printed
 */
export async function runHostSuite(target: HostTarget): Promise<HostResult & Readonly<{ console: string }>> {
  const root = await mkdtemp(join(tmpdir(), "reward-ledger-host-"));
  const resultFile = join(root, "result.json");
  const consoleFile = join(root, "console.log");
  const folder = join(root, "storefront");
  await mkdir(folder);
  const launcher = "server" in target ? [join(import.meta.dirname, "launcher.ts")] : [];
  try {
    const failure = await runTests({
      ...("server" in target ? { vscodeExecutablePath: process.execPath } : { version: target.desktop }),
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: await bundleSuite(),
      extensionTestsEnv: {
        ...("server" in target ? { VSCODE_VERSIONS: target.server } : {}),
        REWARD_LEDGER_HOME: join(root, "home"),
        REWARD_LEDGER_SUITE_TOKEN: "a-secret-of-the-suite",
        [hostResultVariable]: resultFile,
        [hostConsoleVariable]: consoleFile,
      },
      launchArgs: [
        ...launcher,
        folder,
        "--disable-extensions",
        `--user-data-dir=${join(root, "user-data")}`,
        `--extensions-dir=${join(root, "extensions")}`,
      ],
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const consoleText = await readFile(consoleFile, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "(the suite printed nothing)";
      throw error;
    });
    if (failure !== undefined) throw new Error(`The in-host suite failed: ${String(failure)}\n${consoleText}`);
    const text = await readFile(resultFile, "utf8").catch((cause: unknown) => {
      throw new Error(`The extension host ended before the suite did\n${consoleText}`, { cause });
    });
    return { ...hostResult.parse(JSON.parse(text)), console: consoleText };
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
