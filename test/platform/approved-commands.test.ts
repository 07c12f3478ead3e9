import { chmodSync, mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { findProgram, toArgv, trustedPathFolders } from "../../src/platform/approved-commands.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";

/** A checkout, and folders beside it that hold programs of these names. */
function newCheckout(...programs: readonly string[]) {
  const root = realpathSync(temporaryFolder());
  const top = join(root, "checkout");
  mkdirSync(top);
  const put = (path: string, text = "#!/bin/sh\n"): string => {
    writeFiles(root, { [path]: text });
    chmodSync(join(root, path), 0o755);
    return join(root, path);
  };
  for (const path of programs) put(path);
  const env = (...folders: readonly string[]) => ({ PATH: folders.join(delimiter) });
  return { root, top, put, env };
}

describe("a program", () => {
  it("is found only in absolute PATH folders outside the checkout, even through symlinks", async () => {
    const { root, top, env } = newCheckout("checkout/bin/lint", "tools/lint");
    symlinkSync(join(top, "bin"), join(root, "linked"));
    symlinkSync(join(top, "bin/lint"), join(root, "tools/linked-lint"));
    const found = (name: string, ...folders: readonly string[]) => findProgram(name, { env: env(...folders), top });
    for (const folder of [join(top, "bin"), "bin", ".", "", join(root, "linked")]) {
      expect(await found("lint", folder), folder).toBeNull();
      expect(await trustedPathFolders({ env: env(folder, join(root, "tools")), top }), folder).toEqual([join(root, "tools")]);
    }
    expect(await found("lint", join(top, "bin"), join(root, "tools"))).toBe(join(root, "tools/lint"));
    expect(await found("linked-lint", join(root, "tools"))).toBeNull();
    expect(await found(join(top, "bin/lint"))).toBeNull();
    expect(await found("./bin/lint", join(root, "tools"))).toBeNull();
  });

  it("from a worktree of this program is not found in the user's checkout either", async () => {
    const { root, top, env } = newCheckout("checkout/bin/lint", "tree/bin/lint", "tools/lint");
    symlinkSync(join(top, "bin"), join(root, "linked"));
    const folders = [join(top, "bin"), join(root, "linked"), join(root, "tree/bin"), "bin", join(root, "tools")];
    const programs = { env: env(...folders), top: join(root, "tree"), checkout: top };
    expect(await trustedPathFolders(programs)).toEqual([join(root, "tools")]);
    expect(await findProgram("lint", programs)).toBe(join(root, "tools/lint"));
  });

  it("is found in a trusted folder of the checkout, but in no other folder of it", async () => {
    const { top, env } = newCheckout("checkout/.venv/bin/pytest", "checkout/bin/pytest");
    const trusted = join(top, ".venv/bin");
    const programs = { env: env(join(top, "bin"), `${trusted}/`), top, trusted };
    expect(await findProgram("pytest", programs)).toBe(join(trusted, "pytest"));
    expect(await findProgram("pytest", { ...programs, env: env(join(top, "bin")) })).toBeNull();
  });
});

describe("a Windows program", () => {
  const npmCmd = [
    "@ECHO OFF",
    'SET "NODE_EXE=%~dp0\\node.exe"',
    'SET "NPM_PREFIX_JS=%~dp0\\node_modules\\npm\\bin\\npm-prefix.js"',
    'SET "NPM_CLI_JS=%~dp0\\node_modules\\npm\\bin\\npm-cli.js"',
    '"%NODE_EXE%" "%NPM_CLI_JS%" %*',
  ].join("\r\n");
  const packageCmd =
    '@IF EXIST "%dp0%\\node.exe" (SET "_prog=%dp0%\\node.exe")\r\n"%_prog%"  "%dp0%\\..\\typescript\\bin\\tsc" %*\r\n';
  const earlierCmd = '@IF EXIST "%~dp0\\node.exe" (\r\n  "%~dp0\\node.exe"  "%~dp0\\..\\dist\\pnpm.js" %*\r\n)\r\n';
  const platform = "win32";

  it("is found by its extension, and no extension is appended to one that exists", async () => {
    const { root, top, env } = newCheckout("tools/node.exe", "tools/old.com", "tools/node.exe.exe");
    const programs = { env: env(join(root, "tools")), top, platform } as const;
    for (const [name, file] of [
      ["node", "node.exe"],
      ["node.exe", "node.exe"],
      ["NODE.EXE", null],
      ["old", "old.com"],
    ] as const) {
      expect(await findProgram(name, programs), name).toBe(file === null ? null : join(root, "tools", file));
    }
  });

  it.each([
    ["npm", npmCmd, "node_modules/npm/bin/npm-cli.js"],
    ["tsc", packageCmd, "../typescript/bin/tsc"],
    ["pnpm", earlierCmd, "../dist/pnpm.js"],
  ])("installed by npm (%s) is started by Node.js with the JavaScript behind it", async (name, text, script) => {
    const { root, top, put, env } = newCheckout("node/node.exe");
    const file = put(`tools/${name}.cmd`, text);
    const programs = { env: env(join(root, "tools"), join(root, "node")), top, platform } as const;
    expect(await findProgram(name, programs)).toBe(file);
    expect(await toArgv(file, programs)).toEqual([join(root, "node/node.exe"), join(dirname(file), script)]);
    const toolPath = put("tools/node.exe");
    expect((await toArgv(file, programs))?.[0]).toBe(toolPath);
    expect(await toArgv(file, { ...programs, top: root })).toBeNull();
  });

  it("is not a script that requires a shell", async () => {
    const { root, top, put, env } = newCheckout();
    put("tools/own.cmd", "@echo off\r\npython %~dp0\\own.py %*\r\n");
    put("tools/other.bat");
    const programs = { env: env(join(root, "tools")), top, platform } as const;
    expect(await findProgram("own", programs)).toBeNull();
    expect(await findProgram("other", programs)).toBeNull();
  });
});
