import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { sampleFiles } from "../../test/support/samples.ts";

export const projectRoot: string = resolve(import.meta.dirname, "../..");

/** The directory for all files of the demo; each run clears it. */
export const outputFolder: string = join(projectRoot, "demo-output");

export const paths = {
  pictures: outputFolder,
  scratch: join(outputFolder, "scratch"),
  home: join(outputFolder, "scratch", "home"),
  ownHome: join(outputFolder, "scratch", "own-home"),
  emptyHome: join(outputFolder, "scratch", "empty-home"),
  fixed: join(outputFolder, "scratch", "fixed"),
  fixedHome: join(outputFolder, "scratch", "fixed-home"),
  folder: join(outputFolder, "scratch", "storefront"),
  vsix: join(projectRoot, "reward-ledger.vsix"),
  cli: join(projectRoot, "dist", "cli.cjs"),
} as const;

/** Clears the output and creates the folder to which the history's reviews refer, so that a finding can be opened. */
export async function prepareFolders(): Promise<void> {
  await rm(outputFolder, { recursive: true, force: true });
  await mkdir(join(paths.folder, ".git"), { recursive: true });
  await writeFile(
    join(paths.folder, ".git", "config"),
    '[remote "origin"]\n\turl = https://example.com/acme/storefront.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
  );
  await writeFile(join(paths.folder, ".git", "HEAD"), "ref: refs/heads/main\n");
  for (const file of sampleFiles) {
    const path = join(paths.folder, file);
    await mkdir(dirname(path), { recursive: true });
    const comment = file.endsWith(".py") ? "#" : "//";
    await writeFile(path, Array.from({ length: 440 }, (_, index) => `${comment} ${file}, line ${index + 1}\n`).join(""));
  }
}
