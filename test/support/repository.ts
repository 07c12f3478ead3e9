import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "./folder.ts";

/** Environment for Git without the configuration of the machine. */
export const gitEnvironment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };

const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"];

export const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("git", [...identity, ...args], {
    cwd,
    env: gitEnvironment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();

/** Creates a repository on branch `main` with one commit of these files. */
export function createRepository(
  files: Readonly<Record<string, string>> = {},
  folder = join(temporaryFolder(), "my repo"),
): string {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "-q", "-b", "main");
  commit(folder, files);
  return folder;
}

/** Writes files and commits all changes. @returns the commit */
export function commit(folder: string, files: Readonly<Record<string, string>> = {}): string {
  writeFiles(folder, files);
  git(folder, "add", "--all");
  git(folder, "commit", "-q", "--allow-empty", "-m", "change");
  return git(folder, "rev-parse", "HEAD");
}
