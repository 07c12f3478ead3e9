import { execFileSync } from "node:child_process";
import { chmod, link, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { replaceFile } from "../../../src/platform/disk/replace-file.ts";
import { writeOutput } from "../../../src/platform/disk/write-output.ts";
import { temporaryFolder, writeFiles } from "../../support/folder.ts";
import { mountSmallDisk } from "../../support/small-disk.ts";

const readText = (path: string): Promise<string> => readFile(path, "utf8");

/** A home with its usual files, and a folder beside it. */
function newFolders(): Readonly<{ home: string; work: string }> {
  const root = writeFiles(temporaryFolder(), {
    "home/device.json": "device",
    "home/index.sqlite": "index",
    "home/summary.json": "summary",
    "home/settings.json": "settings",
    "home/journal/a/00000001.jsonl": "facts",
    "work/old.json": "old",
  });
  return { home: join(root, "home"), work: join(root, "work") };
}

describe("replaceFile", () => {
  it("keeps the permissions of the replaced file, and leaves no other file behind", async () => {
    const folder = writeFiles(temporaryFolder(), { "a.json": "old" });
    await chmod(join(folder, "a.json"), 0o640);
    await replaceFile(join(folder, "a.json"), "new");
    expect([await readText(join(folder, "a.json")), (await stat(join(folder, "a.json"))).mode & 0o777]).toEqual(["new", 0o640]);
    expect(await readdir(folder)).toEqual(["a.json"]);
  });

  it("follows symlinks, even to a file that does not exist yet", async () => {
    const folder = writeFiles(temporaryFolder(), { "to/a.json": "old" });
    await symlink(join("to", "a.json"), join(folder, "link.json"));
    await symlink(join("to", "b.json"), join(folder, "new.json"));
    await replaceFile(join(folder, "link.json"), "one");
    await replaceFile(join(folder, "new.json"), "two");
    expect([await readText(join(folder, "to/a.json")), await readText(join(folder, "to/b.json"))]).toEqual(["one", "two"]);
  });

  it("accepts the longest file name that the file system allows", async () => {
    const path = join(temporaryFolder(), "n".repeat(255));
    await replaceFile(path, "content");
    expect(await readText(path)).toBe("content");
  });

  it("leaves the file unchanged when the disk is full", async () => {
    const disk = await mountSmallDisk(256 * 1024);
    onTestFinished(disk.remove);
    await writeFile(join(disk.folder, "a.json"), "old");
    await expect(replaceFile(join(disk.folder, "a.json"), "x".repeat(1024 * 1024))).rejects.toMatchObject({ code: "ENOSPC" });
    expect([await readText(join(disk.folder, "a.json")), await readdir(disk.folder)]).toEqual(["old", ["a.json"]]);
  });
});

describe("writeOutput", () => {
  it.each([
    "device.json",
    "index.sqlite",
    "summary.json",
    "settings.json",
    "journal/a/00000001.jsonl",
    "journal/a/00000002.jsonl",
    "lock",
    "anything.json",
  ])("does not write %s in the home", async (name) => {
    const { home } = newFolders();
    const before = await readText(join(home, "journal/a/00000001.jsonl"));
    const rejection = { code: "invalid_input", message: expect.stringContaining("belongs to the ledger's home") };
    await expect(writeOutput(join(home, name), "x", { home, replace: true })).rejects.toMatchObject(rejection);
    expect(await readText(join(home, "journal/a/00000001.jsonl"))).toBe(before);
    expect((await readdir(home)).sort()).toEqual(["device.json", "index.sqlite", "journal", "settings.json", "summary.json"]);
  });

  it("recognizes the home's files through symlinks, chained symlinks and hard links", async () => {
    const { home, work } = newFolders();
    const log = join(home, "journal/a/00000001.jsonl");
    await symlink(log, join(work, "link"));
    await symlink("link", join(work, "link-of-link"));
    await symlink(join(home, "journal/a/00000002.jsonl"), join(work, "dangling"));
    await symlink(join(home, "journal"), join(work, "folder"));
    await symlink(home, join(work, "home-link"));
    await link(log, join(work, "hard"));
    for (const path of ["link", "link-of-link", "dangling", "folder/a/x.json", "hard", "../home/device.json"])
      await expect(writeOutput(join(work, path), "x", { home, replace: true })).rejects.toMatchObject({ code: "invalid_input" });
    // The home itself may be named through a link.
    const linked = { home: join(work, "home-link"), replace: true };
    await expect(writeOutput(log, "x", linked)).rejects.toMatchObject({ code: "invalid_input" });
    expect(await readText(log)).toBe("facts");
  });

  it("replaces a file only when requested", async () => {
    const { home, work } = newFolders();
    const path = join(work, "old.json");
    await expect(writeOutput(path, "new", { home })).rejects.toMatchObject({
      code: "exists",
      hint: expect.stringContaining("--force"),
    });
    expect(await readText(path)).toBe("old");
    await writeOutput(path, "new", { home, replace: true });
    await writeOutput(join(work, "..new.json"), "new", { home });
    expect([await readText(path), await readText(join(work, "..new.json"))]).toEqual(["new", "new"]);
  });

  it.each([
    ["missing/x.json", "its folder does not exist"],
    ["old.json/x.json", "a part of the path is not a folder"],
    [".", "it is a folder"],
  ])("reports why %s cannot be written, and does not blame the home", async (name, reason) => {
    const { home, work } = newFolders();
    const writing = writeOutput(join(work, name), "x", { name, home, replace: true });
    await expect(writing).rejects.toMatchObject({
      code: "store_unwritable",
      message: `Failed to write ${name}: ${reason}`,
      hint: "Check that its folder exists and that you may write there, or name another file.",
    });
  });

  it("fails with disk_full and keeps the old file when the disk is full", async () => {
    const { home } = newFolders();
    const disk = await mountSmallDisk(256 * 1024);
    onTestFinished(disk.remove);
    const path = join(disk.folder, "backup.json");
    await writeFile(path, "backup");
    const writing = writeOutput(path, "x".repeat(1024 * 1024), { home, replace: true });
    await expect(writing).rejects.toMatchObject({ code: "disk_full", hint: expect.stringContaining("unchanged") });
    expect([await readText(path), await readdir(disk.folder)]).toEqual(["backup", ["backup.json"]]);
  });

  it("writes into devices and pipes instead of replacing them, and reports their write errors", async () => {
    const { home, work } = newFolders();
    await expect(writeOutput("/dev/full", "x", { home })).rejects.toMatchObject({ code: "disk_full" });
    await writeOutput("/dev/null", "x", { home });
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
    execFileSync("mkfifo", [join(work, "pipe")]);
    const reading = readText(join(work, "pipe"));
    await writeOutput(join(work, "pipe"), "content", { home });
    expect(await reading).toBe("content");
  });

  it("works when the home does not exist", async () => {
    const { home, work } = newFolders();
    await mkdir(join(work, "below"));
    await writeOutput(join(work, "below/x.json"), "x", { home: join(home, "not-there") });
    expect(await readText(join(work, "below/x.json"))).toBe("x");
  });
});
