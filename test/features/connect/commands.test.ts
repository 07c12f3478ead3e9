import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hookCommand, readHook, readServer, type Shell, serverEntry } from "../../../src/features/connect/model/commands.ts";
import { temporaryFolder } from "../../support/folder.ts";

const call = { event: "Stop", host: "codex", enforce: true, home: null };
const windows = { executable: String.raw`C:\Program Files\nodejs\node.exe`, script: String.raw`C:\O'Neil\dist\cli.cjs` };

describe("the command line of a hook", () => {
  it.runIf(process.platform !== "win32").each(["plain", "it's", '$HOME `x` \\ "q"', "a hook Stop --host codex"])(
    "starts the program in a folder called %s, through a shell",
    (name) => {
      const folder = join(temporaryFolder(), name);
      mkdirSync(folder);
      const script = join(folder, "cli.cjs");
      writeFileSync(script, "console.log(JSON.stringify(process.argv.slice(1)))");
      const command = hookCommand({ executable: process.execPath, script }, "posix", { ...call, home: folder });
      const argv: unknown = JSON.parse(execFileSync("/bin/sh", ["-c", command], { encoding: "utf8" }));
      expect(argv).toEqual([script, "hook", "Stop", "--host", "codex", "--enforce-budget", "--home", folder]);
      expect(readHook(command)).toEqual({ event: "Stop", host: "codex", enforce: true, programs: [process.execPath, script] });
    },
  );

  it.each<readonly [Shell, string]>([
    [
      "cmd",
      String.raw`"C:\Program Files\nodejs\node.exe" "C:\O'Neil\dist\cli.cjs" hook Stop --host codex --enforce-budget || exit 0`,
    ],
    [
      "powershell",
      String.raw`& 'C:\Program Files\nodejs\node.exe' 'C:\O''Neil\dist\cli.cjs' hook Stop --host codex --enforce-budget`,
    ],
    [
      "bash",
      String.raw`'C:/Program Files/nodejs/node.exe' 'C:/O'\''Neil/dist/cli.cjs' hook Stop --host codex --enforce-budget || exit 0`,
    ],
  ])("is quoted for %s on Windows, and parsed back", (shell, command) => {
    expect(hookCommand(windows, shell, call)).toBe(command);
    const [executable, script] = [windows.executable, windows.script].map((path) =>
      shell === "bash" ? path.replaceAll("\\", "/") : path,
    );
    expect(readHook(command)?.programs).toEqual([executable, script]);
  });

  it.runIf(process.platform !== "win32")("lets the agent go on if it may stop it, but its program is missing", () => {
    const missing = { executable: join(temporaryFolder(), "reward-ledger"), script: null };
    const run = (enforce: boolean) => spawnSync("/bin/sh", ["-c", hookCommand(missing, "posix", { ...call, enforce })]);
    expect(run(true)).toMatchObject({ status: 0, stdout: Buffer.of() });
    expect(run(false)).toMatchObject({ status: 127 });
  });

  it("is recognized with and without the ending that lets the agent go on", () => {
    for (const ending of ["", " || exit 0"]) {
      for (const home of ["", " --home /l"]) {
        const command = `reward-ledger hook PreToolUse --host vscode --enforce-budget${home}${ending}`;
        expect(readHook(command)).toEqual({ event: "PreToolUse", host: "vscode", enforce: true, programs: ["reward-ledger"] });
      }
    }
  });

  it("is recognized by its ending, regardless of a user's prefix", () => {
    expect(readHook("FOO=1 reward-ledger hook Stop --host gemini")).toMatchObject({
      host: "gemini",
      programs: ["reward-ledger"],
    });
    for (const theirs of [
      "hook Stop --host codex",
      "other hook Stop --host codex",
      "reward-ledger status",
      "reward-ledger hook Stop --host codex; rm x",
    ]) {
      expect(readHook(theirs)).toBeUndefined();
    }
  });
});

describe("the server entry", () => {
  it("starts the server without a shell, except for a batch file on Windows", () => {
    expect(serverEntry(windows, true, null)).toEqual({ command: windows.executable, args: [windows.script, "mcp"] });
    const byName = { executable: "reward-ledger", script: null };
    expect(serverEntry(byName, false, "/l")).toEqual({ command: "reward-ledger", args: ["mcp", "--home", "/l"] });
    expect(serverEntry(byName, true, null)).toEqual({ command: "cmd", args: ["/c", "reward-ledger", "mcp"] });
  });

  it("is distinguished from entries of other programs", () => {
    expect(readServer({ command: "reward-ledger", args: ["mcp", "--read-only"] })).toEqual({ programs: ["reward-ledger"] });
    for (const theirs of [
      { command: "docs", args: ["mcp"] },
      { command: "reward-ledger" },
      { url: "https://reward-ledger.example" },
      null,
      1,
    ]) {
      expect(readServer(theirs)).toBeUndefined();
    }
  });
});
