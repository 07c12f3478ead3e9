import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/folder.ts";

/** The launcher in the layout of an installed extension, with a command line that prints how it was started. */
function installedExtension() {
  const folder = temporaryFolder();
  const extension = join(folder, "extension");
  for (const name of ["bin", "dist"]) mkdirSync(join(extension, name), { recursive: true });
  copyFileSync(join(import.meta.dirname, "../../bin/reward-ledger"), join(extension, "bin", "reward-ledger"));
  writeFileSync(
    join(extension, "dist", "cli.cjs"),
    "console.log(JSON.stringify({ node: process.execPath, args: process.argv.slice(2), electron: process.env.ELECTRON_RUN_AS_NODE }));",
  );
  return { folder, launcher: join(extension, "bin", "reward-ledger") };
}
const run = (launcher: string, env: Readonly<Record<string, string>>): unknown =>
  JSON.parse(
    execFileSync(launcher, ["update", "a file.json"], {
      encoding: "utf8",
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...env },
    }),
  );

describe.runIf(process.platform !== "win32")("the launcher of the integrated terminal", () => {
  const args = ["update", "a file.json"];

  test("runs the command line with VS Code's own runtime as Node.js", () => {
    const { launcher } = installedExtension();
    expect(run(launcher, { REWARD_LEDGER_NODE: process.execPath })).toEqual({ node: process.execPath, args, electron: "1" });
  });
  test("falls back to the node on PATH", () => {
    const { launcher } = installedExtension();
    expect(run(launcher, {})).toEqual({ node: process.execPath, args });
    expect(run(launcher, { REWARD_LEDGER_NODE: "/gone/with/an/update" })).toMatchObject({ args });
  });
  test("works through symlinks", () => {
    const { folder, launcher } = installedExtension();
    symlinkSync(launcher, join(folder, "absolute"));
    symlinkSync("absolute", join(folder, "relative"));
    expect(run(join(folder, "relative"), {})).toMatchObject({ args });
  });
});
