import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../support/cli.ts";
import { type CliSession, openCliSession } from "../support/cli-session.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

describe("the entry script", () => {
  it("uses only syntax that Node 18 and older can parse", async () => {
    const source = await readFile(session.entry, "utf8");
    expect(source).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { code } = await transform(source, { target: "node14" });
    const { code: untransformed } = await transform(source);
    expect(code).toBe(untransformed);
  });

  it("reports in one line that Node is too old, and loads nothing", async () => {
    const home = await session.newHome();
    const oldNode = await home.file(
      "old-node.cjs",
      'globalThis.process = Object.create(process, { versions: { value: { node: "22.1.0" } } });',
    );
    const args = ["--require", oldNode, session.entry, "status"];
    expect(await run(process.execPath, args, { env: home.env })).toEqual({
      code: 1,
      signal: null,
      stdout: "",
      stderr: "error: reward-ledger needs Node.js 22.2 or newer, this is 22.1.0\n",
    });
  });

  it("reports this to an agent's hook with exit code 0, which no host treats as a denial", async () => {
    const home = await session.newHome();
    const oldNode = await home.file(
      "old-node.cjs",
      'globalThis.process = Object.create(process, { versions: { value: { node: "20.20.2" } } });',
    );
    const stderr = "error: reward-ledger needs Node.js 22.2 or newer, this is 20.20.2\n";
    const runWithOldNode = (...words: readonly string[]) =>
      run(process.execPath, ["--require", oldNode, session.entry, ...words], { env: home.env });
    expect(await runWithOldNode("hook", "PreToolUse", "--host", "claude-code")).toMatchObject({ code: 0, stdout: "", stderr });
    expect(await runWithOldNode("--home", home.path, "hook", "Stop")).toMatchObject({ code: 0, stdout: "", stderr });
    expect(await runWithOldNode("rule", "hook")).toMatchObject({ code: 1, stderr });
  });

  it("finds every command in the bundles: help for all, and for one with its own bundle", async () => {
    const home = await session.newHome();
    expect(await home.cli(["--help"])).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/ {2}statusline .+/) });
    expect(await home.cli(["hook", "--help"])).toMatchObject({ code: 0, stdout: expect.stringContaining("--enforce-budget") });
  });
});
