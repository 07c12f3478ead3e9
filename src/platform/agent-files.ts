import { execFile } from "node:child_process";
import { access, constants, mkdir, readdir, realpath, rm, rmdir, stat } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import type { Program } from "../features/connect/model/commands.ts";
import type { AgentFolder } from "../features/connect/model/hosts.ts";
import { configurationChanged, configurationReadOnly, notFound, outputUnwritable, unreadableFile } from "../kernel/errors.ts";
import type { AgentFiles, Editor } from "../ports/agent-files.ts";
import { codeFolder } from "./assets.ts";
import { codeOf, inputFailure, isMissing, outputFailure } from "./disk/failure.ts";
import { expandHome, ledgerHome } from "./disk/home.ts";
import { folderAbove, isWithin, reachedPath } from "./disk/place.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { destinationOf, replaceFile } from "./disk/replace-file.ts";
import { checkoutOf } from "./git.ts";
import { leadsOutReason } from "./project-files.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type AgentFilesOptions = Readonly<{
  env: Environment;
  userHome: string;
  /** The ledger's home. */
  home: string;
  /** Folder in which the project is searched. */
  folder: string;
  /** Whether the process runs only this program: its runtime can then run the program again. */
  ownsProcess: boolean;
}>;

/** Maximum size of a configuration in bytes. Most are small; one of Claude Code's also stores data about each project. */
const maxFileBytes = 64 * 1024 * 1024;
const minNodeVersion = 22;

const pathExists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A path from an environment variable; undefined for a relative one, which would mean something else in each folder. */
const ifAbsolute = (value: string | undefined): string | undefined =>
  value !== undefined && isAbsolute(value) ? value : undefined;

/** Data folder and extensions folder of each VS Code that may be installed. */
function editorFolders(env: Environment, userHome: string): readonly Readonly<{ data: string; extensions: string }>[] {
  const application =
    process.platform === "darwin"
      ? join(userHome, "Library", "Application Support")
      : process.platform === "win32"
        ? (ifAbsolute(env["APPDATA"]) ?? join(userHome, "AppData", "Roaming"))
        : (ifAbsolute(env["XDG_CONFIG_HOME"]) ?? join(userHome, ".config"));
  const desktop = [
    ["Code", ".vscode"],
    ["Code - Insiders", ".vscode-insiders"],
    ["VSCodium", ".vscode-oss"],
  ] as const;
  const servers = [".vscode-server", ".vscode-server-insiders"];
  return [
    ...desktop.map(([name, own]) => ({ data: join(application, name, "User"), extensions: join(userHome, own, "extensions") })),
    ...servers.map((own) => ({ data: join(userHome, own, "data", "User"), extensions: join(userHome, own, "extensions") })),
  ];
}

async function findEditors(env: Environment, userHome: string): Promise<readonly Editor[]> {
  const editors: Editor[] = [];
  for (const { data, extensions } of editorFolders(env, userHome)) {
    if (!(await pathExists(data))) continue;
    const names = await readdir(extensions).catch(() => []);
    editors.push({ folder: data, hasExtension: names.some((name) => name.startsWith("reward-ledger.reward-ledger-")) });
  }
  return editors;
}

/** The executable file that a name refers to by `PATH`. */
async function findOnPath(name: string, env: Environment): Promise<string | undefined> {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(isAbsolute)) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      const usable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (usable) return path;
    }
  }
  return undefined;
}

/** Major version of a Node.js executable; 0 when it cannot be run. */
const versionOf = (node: string): Promise<number> =>
  new Promise((done) => {
    execFile(node, ["--version"], { timeout: 5_000 }, (error, stdout) =>
      done(error === null ? Number(/^v(\d+)/.exec(stdout)?.[1] ?? 0) : 0),
    );
  });

const realPathOf = (path: string): Promise<string> => realpath(path).catch(() => path);

/**
 * The Node.js that entries name: a path that survives an update of Node.js is preferred to the path that it links to. An editor's
 * own runtime is not used, because the next update of the editor removes it.
 */
async function findNode(env: Environment, ownsProcess: boolean): Promise<string> {
  const found = await findOnPath("node", env);
  if (ownsProcess) {
    const same = found !== undefined && (await realPathOf(found)) === (await realPathOf(process.execPath));
    return same ? found : process.execPath;
  }
  if (found !== undefined && (await versionOf(found)) >= minNodeVersion) return found;
  if (process.versions["electron"] === undefined) return process.execPath;
  throw notFound(
    `Node.js ${minNodeVersion} or newer on PATH, which the agents' hooks run with`,
    "Install Node.js, then try again.",
  );
}

async function checkWritable(path: string, inside: string | null): Promise<void> {
  try {
    if (inside !== null && !isWithin(await realpath(inside), await reachedPath(path)))
      throw outputUnwritable(path, leadsOutReason);
    const present = await stat(path).catch(() => undefined);
    // The superuser may write any file, but one that its owner made read-only is meant to stay unchanged.
    if (present !== undefined && (present.mode & 0o222) === 0) throw configurationReadOnly(path);
    if (present !== undefined) await access(path, constants.W_OK);
    await access(await folderAbove(present === undefined ? path : await destinationOf(path)), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw outputFailure(path, error);
  }
}

async function readText(path: string): Promise<string | null> {
  try {
    const bytes = await readRegular(path, maxFileBytes);
    const text = bytes.toString("utf8");
    if (!Buffer.from(text).equals(bytes)) throw unreadableFile(path, "it is not UTF-8 text");
    return text;
  } catch (error) {
    if (isMissing(error)) return null;
    throw inputFailure(path, error);
  }
}

/** Removes the empty folders above a path, up to the first one in `protectedFolders`. */
async function removeEmptyFolders(path: string, protectedFolders: ReadonlySet<string>): Promise<void> {
  for (let folder = dirname(path); !protectedFolders.has(folder) && dirname(folder) !== folder; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch (error) {
      if (["ENOTEMPTY", "EEXIST", "EPERM", "EACCES", "EBUSY", "ENOENT"].includes(codeOf(error) ?? "")) return;
      throw error;
    }
  }
}

/** The files of coding agents on this machine and in the project of a folder. */
export async function agentFiles({ env, userHome, home, folder, ownsProcess }: AgentFilesOptions): Promise<AgentFiles> {
  const project = (await checkoutOf(folder))?.top ?? resolve(folder);
  const claude = ifAbsolute(env["CLAUDE_CONFIG_DIR"]);
  const folders: Readonly<Record<AgentFolder, string>> = {
    user: userHome,
    project,
    claude: claude ?? join(userHome, ".claude"),
    "claude-state": claude ?? userHome,
    codex: ifAbsolute(env["CODEX_HOME"]) ?? join(userHome, ".codex"),
    copilot: ifAbsolute(env["COPILOT_HOME"]) ?? join(userHome, ".copilot"),
    coder: resolve(userHome, expandHome(env["GAIA_CODER_HOME"]?.trim() || home, userHome)),
    cursor: join(userHome, ".cursor"),
    gemini: join(ifAbsolute(env["GEMINI_CLI_HOME"]) ?? userHome, ".gemini"),
  };
  const protectedFolders = new Set([...Object.values(folders), ...editorFolders(env, userHome).map(({ data }) => data)]);
  return {
    windows: process.platform === "win32",
    home: home === ledgerHome(undefined, {}, userHome) ? null : home,
    path: (base, ...segments) => join(folders[base], ...segments),
    editors: () => findEditors(env, userHome),
    program: async (): Promise<Program> => ({
      executable: await findNode(env, ownsProcess),
      script: join(codeFolder(), "cli.cjs"),
    }),
    isRunnable: async (command) => (isAbsolute(command) ? pathExists(command) : (await findOnPath(command, env)) !== undefined),
    exists: pathExists,
    read: readText,
    checkWritable: (path, inside) => checkWritable(path, inside === undefined ? null : folders[inside]),
    async replace(path, before, after, mode) {
      try {
        if (before === null) await mkdir(dirname(path), { recursive: true, ...(mode !== undefined && { mode: 0o700 }) });
        if ((await readText(path)) !== before) throw configurationChanged(path);
        if (after !== null) return await replaceFile(path, after, mode === undefined ? {} : { mode });
        await rm(path, { force: true });
        await removeEmptyFolders(path, protectedFolders);
      } catch (error) {
        throw outputFailure(path, error);
      }
    },
    async keepCopy(path, before, copy) {
      try {
        const { mode } = await stat(path);
        // In a checkout, a link at this path could make the copy overwrite any file of the user's. The copy gets the text that
        // was read before: another process may have connected the agent meanwhile.
        await replaceFile(copy, before, { mode: mode & 0o7777, followLinks: false });
      } catch (error) {
        throw outputFailure(copy, error);
      }
    },
  };
}
