import { readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wrapCached } from "../../src/features/evals/model/cache.ts";
import { homeMutex } from "../../src/ledger/log/named-mutex.ts";
import { storeFiles } from "../../src/ledger/store-files.ts";
import { createEvalCache } from "../../src/platform/eval-cache.ts";
import { worktrees } from "../../src/platform/worktrees.ts";
import { writeTarget } from "../../src/sync/config.ts";
import { fileVault } from "../../src/sync/session-store.ts";
import { temporaryFolder } from "../support/folder.ts";
import { createRepository, git, gitEnvironment } from "../support/repository.ts";
import { mountSmallDisk } from "../support/small-disk.ts";

const big = "x".repeat(40_000);

describe("a disk that fills up during a write", () => {
  let disk: Awaited<ReturnType<typeof mountSmallDisk>>;
  beforeAll(async () => {
    disk = await mountSmallDisk(262_144);
  });
  afterAll(() => disk.remove());

  const ballast = () => join(disk.folder, "ballast");
  const home = () => join(disk.folder, "home");
  const session = { refreshToken: "r", expiresAt: 0, userId: "u", email: "e" };
  const target = { url: "https://a.example", team: "t" };

  /** Fills the disk up to the given number of free bytes: a part of the write still fits. */
  const fill = (leave: number): void => {
    const { bavail, bsize } = statfsSync(disk.folder);
    writeFileSync(ballast(), new Uint8Array(bavail * bsize - leave));
  };
  const files = (): readonly (readonly [string, string])[] =>
    readdirSync(disk.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "ballast")
      .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), "utf8")] as const);

  const writes: readonly (readonly [string, (text: string) => Promise<unknown>])[] = [
    [
      "a cached answer",
      (text) => createEvalCache(join(home(), "eval-cache")).write("s", "k", wrapCached("s", text, new Date(0))),
    ],
    ["the settings of the home", (text) => writeTarget({ ...target, anonKey: text }, { home: home() })],
    ["the sign-ins", (text) => fileVault(home(), homeMutex(home())).write(target.url, { ...session, accessToken: text })],
    ["a file beside the journal", (text) => storeFiles().replace(join(home(), "summary.json"), new TextEncoder().encode(text))],
  ];

  it.each(writes)("is reported, and %s stays unchanged", async (_, write) => {
    await write("small");
    const before = files();
    fill(16_384);
    await expect(write(big)).rejects.toMatchObject({ code: "disk_full" });
    expect(files()).toEqual(before);
    rmSync(ballast());
    await write(big);
    expect(JSON.stringify(files())).toContain(big);
  });

  it("is reported for writes by git, too", async () => {
    const top = createRepository({ "big.txt": big, "a.txt": "a\n" });
    const commit = git(top, "rev-parse", "HEAD");
    const options = { env: gitEnvironment, folder: top, mutex: homeMutex(home()), prepare: async () => [] };
    const trees = await worktrees({ home: home(), ...options });
    const { signal } = new AbortController();
    const patch = "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,1 +1,1 @@\n-a\n+b\n";
    const change = { base: commit, patch, files: ["a.txt"], message: "m", author: "a", at: "2026-01-01T00:00:00Z" };
    fill(16_384);
    // For some files, git reports only that they could not be written.
    const failure = { message: expect.stringMatching(/^Failed to write .*self-fix/), hint: expect.stringContaining(" space ") };
    await expect(trees.inTree("fix", commit, signal, async () => undefined)).rejects.toMatchObject(failure);
    rmSync(ballast());
    fill(0);
    await expect(trees.apply(change, false, signal)).rejects.toMatchObject(failure);
    rmSync(ballast());
    expect(await trees.apply(change, false, signal)).toMatchObject({ ok: true });
  });

  it("is reported when appending to a file, too", async () => {
    fill(16_384);
    const path = join(home(), "learnings.log");
    await expect(storeFiles().append(path, new TextEncoder().encode(big))).rejects.toMatchObject({ code: "disk_full" });
    rmSync(ballast());
  });
});

describe("the settings of the home", () => {
  it("are readable only by their owner, even when they were not before", async () => {
    const home = temporaryFolder();
    const path = join(home, "settings.json");
    writeFileSync(path, "{}", { mode: 0o644 });
    await writeTarget({ url: "https://a.example", anonKey: "k", team: "t" }, { home });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
