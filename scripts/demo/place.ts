import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { sampleFiles } from "../../test/support/samples.ts";

export const projectRoot: string = resolve(import.meta.dirname, "../..");

/** The directory for all files of the demo; each run clears it. */
export const output: string = join(projectRoot, "demo-output");

export const place = {
  pictures: output,
  scratch: join(output, "scratch"),
  home: join(output, "scratch", "home"),
  ownHome: join(output, "scratch", "own-home"),
  emptyHome: join(output, "scratch", "empty-home"),
  fixed: join(output, "scratch", "fixed"),
  fixedHome: join(output, "scratch", "fixed-home"),
  folder: join(output, "scratch", "storefront"),
  vsix: join(projectRoot, "reward-ledger.vsix"),
  cli: join(projectRoot, "dist", "cli.cjs"),
} as const;

/** Clears the output and creates the folder to which the history's reviews refer, so that a finding can be opened. */
export async function preparePlace(): Promise<void> {
  await rm(output, { recursive: true, force: true });
  await mkdir(join(place.folder, ".git"), { recursive: true });
  await writeFile(
    join(place.folder, ".git", "config"),
    '[remote "origin"]\n\turl = https://example.com/acme/storefront.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
  );
  await writeFile(join(place.folder, ".git", "HEAD"), "ref: refs/heads/main\n");
  for (const file of sampleFiles) {
    const path = join(place.folder, file);
    await mkdir(dirname(path), { recursive: true });
    const comment = file.endsWith(".py") ? "#" : "//";
    await writeFile(path, Array.from({ length: 440 }, (_, index) => `${comment} ${file}, line ${index + 1}\n`).join(""));
  }
}
