import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { trackedFiles } from "../../src/platform/tracked-files.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";

afterEach(() => vi.unstubAllEnvs());

/** Replaces git with a script. */
function replaceGit(script: string): void {
  const bin = writeFiles(temporaryFolder(), { git: `#!/bin/sh\n${script}\n` });
  chmodSync(join(bin, "git"), 0o755);
  vi.stubEnv("PATH", `${bin}${delimiter}${process.env["PATH"] ?? ""}`);
}

function repository(): Readonly<{ tracked: string; other: string }> {
  const folder = writeFiles(temporaryFolder(), { "tracked.json": "{}", "other.json": "{}" });
  execFileSync("git", ["init", "-q"], { cwd: folder });
  execFileSync("git", ["add", "tracked.json"], { cwd: folder });
  return { tracked: join(folder, "tracked.json"), other: join(folder, "other.json") };
}

it("returns the files that git tracks", async () => {
  const { tracked, other } = repository();
  expect(await trackedFiles([tracked, other])).toEqual(new Set([tracked]));
});

it("treats every file as tracked when git does not answer in time", async () => {
  const { tracked, other } = repository();
  replaceGit("exec sleep 60");
  expect(await trackedFiles([tracked, other], 100)).toEqual(new Set([tracked, other]));
});

it("treats no file as tracked when git fails", async () => {
  const { tracked, other } = repository();
  replaceGit("echo broken >&2; exit 128");
  expect(await trackedFiles([tracked, other])).toEqual(new Set());
});
