import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createGate } from "../../src/platform/gate.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";
import { createRepository } from "../support/repository.ts";

const tool = `#!${process.execPath}\nconsole.log("ran");\n`;

/** A gate over a checkout with a program in each of the given folders. */
function gate(folders: readonly string[], env: (top: string) => Readonly<Record<string, string>>) {
  const top = createRepository(Object.fromEntries(folders.map((folder) => [join(folder, "tool"), tool])));
  for (const folder of folders) chmodSync(join(top, folder, "tool"), 0o755);
  const options = { home: temporaryFolder(), folder: top, settings: async () => ({}) };
  const createdGate = createGate({ ...options, env: env(top) });
  return { top, run: (...command: readonly string[]) => createdGate.run(command, 60_000, new AbortController().signal) };
}

const pathEnv = (...folders: readonly string[]) => ({ PATH: folders.join(delimiter) });

describe("a command of the gate", () => {
  it("is not a program that the checkout put on the PATH", async () => {
    const { run } = gate(["bin", "."], (top) => pathEnv("bin", ".", "", join(top, "bin")));
    expect(await run("tool")).toEqual({ state: "missing", reason: "no such program is on the PATH outside of the checkout" });
  });

  it("may be one of the active Python environment, even inside the checkout", async () => {
    const { run } = gate([".venv/bin"], (top) => ({ ...pathEnv(join(top, ".venv/bin")), VIRTUAL_ENV: join(top, ".venv") }));
    expect(await run("tool")).toMatchObject({ state: "exited", code: 0, report: "ran\n" });
  });

  it("may be given by its path", async () => {
    const { run } = gate(["bin"], () => pathEnv());
    expect(await run("bin/tool")).toMatchObject({ state: "exited", report: "ran\n" });
  });

  it("cannot start a program of the checkout by name either", async () => {
    const { top, run } = gate(["bin"], (at) => pathEnv("bin", join(at, "bin")));
    writeFiles(top, { "start.cjs": 'console.log(require("node:child_process").spawnSync("tool").error?.code ?? "found");' });
    expect(await run(process.execPath, "start.cjs")).toMatchObject({ report: "ENOENT\n" });
  });

  it("has secrets removed from its report and output", async () => {
    const key = `ghp_${"a1B2".repeat(9)}`;
    const { top, run } = gate([], () => ({ ...pathEnv(), SERVICE_TOKEN: "secret-of-the-environment" }));
    writeFiles(top, { "say.cjs": `console.log("${key}", process.env.SERVICE_TOKEN);` });
    expect(await run(process.execPath, "say.cjs")).toMatchObject({ report: "*** ***\n", output: "*** ***\n" });
  });
});
