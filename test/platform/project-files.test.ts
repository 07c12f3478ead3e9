import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectFiles } from "../../src/platform/project-files.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";

const shortestMs = 2_000;

it("does not write a file after its lock was lost, and the process continues", async () => {
  const top = temporaryFolder();
  writeFiles(top, { "rules.md": "before\n", "other.md": "before\n" });
  const files = projectFiles(async () => top, shortestMs);
  const writing = files.exclusive("rules.md", async () => {
    await files.write("rules.md", "mine\n");
    rmSync(join(top, "rules.md.lock"), { recursive: true });
    // The lock is checked every second.
    for (;;) await files.write("rules.md", "mine\n");
  });
  await expect(writing).rejects.toMatchObject({
    code: "store_unwritable",
    message: expect.stringContaining("its lock was lost"),
  });
  expect(readFileSync(join(top, "rules.md"), "utf8")).toBe("mine\n");
  await files.exclusive("rules.md", () => files.write("rules.md", "again\n"));
  expect(readFileSync(join(top, "rules.md"), "utf8")).toBe("again\n");
});
