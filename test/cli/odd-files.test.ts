import { type ChildProcess, execFileSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../support/cli.ts";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";
import { report } from "./reports.ts";

let session: CliSession;
let home: Home;
let pipe: string;
beforeAll(async () => {
  session = await openCliSession();
  home = await session.newHome();
  pipe = join(home.work, "pipe");
  execFileSync("mkfifo", [pipe]);
});
afterAll(() => session.dispose());

const unreadable = (reason: string) => ({
  code: 1,
  document: { error: { code: "unreadable_file", message: expect.stringContaining(reason) } },
});

/** Whether a process has the pipe open. */
function holdsPipe(pid: number): boolean {
  const fds = `/proc/${pid}/fd`;
  return readdirSync(fds).some((fd) => {
    try {
      return readlinkSync(join(fds, fd)) === pipe;
    } catch {
      // Closed since it was listed.
      return false;
    }
  });
}

/** Sends a signal once the program waits at the pipe, which nobody writes to. */
const interrupting = (signal: NodeJS.Signals) => async (child: ChildProcess) => {
  await expect.poll(() => holdsPipe(child.pid ?? 0), { timeout: 30_000 }).toBe(true);
  child.kill(signal);
};

describe("a pipe without a writer", () => {
  it.each([
    ["SIGTERM", 143, ["update", "--from", "pipe"]],
    ["SIGINT", 130, ["update", "--from", "pipe"]],
    ["SIGHUP", 129, ["import", "pipe"]],
    ["SIGTERM", 143, ["score", "--from", "pipe"]],
    ["SIGINT", 130, ["eval", "push", "pipe"]],
    ["SIGTERM", 143, ["store", "put", "tasks", "--from", "pipe"]],
  ] as const)("lets the first %s end the waiting command with code %i: %j", async (signal, code, args) => {
    expect(await home.cli(args, { onStart: interrupting(signal) })).toMatchObject({
      code,
      stdout: "",
      stderr: expect.stringMatching(/cancelled/i),
    });
  });

  it("lets two signals in a row end the process", async () => {
    const finished = await home.cli(["update", "--from", "pipe"], {
      onStart: async (child) => {
        await interrupting("SIGTERM")(child);
        child.kill("SIGINT");
      },
    });
    // The kernel delivers pending signals in any order, and the second ends the process before or after the first has.
    expect(finished.signal ?? finished.code).toSatisfy((end) => ["SIGINT", "SIGTERM", 130, 143].includes(end));
  });

  it("does not block the import of a folder, nor reads of git's or the team's files", async () => {
    const other = await session.newHome();
    await other.file("in/report.json", JSON.stringify(report()));
    await other.file(".git/objects/x", "");
    for (const name of ["in/pipe.json", ".git/HEAD", ".git/config", ".reward-ledger.json"]) {
      execFileSync("mkfifo", [join(other.work, name)]);
    }
    execFileSync("ln", ["-s", "pipe.json", join(other.work, "in/link.json")]);
    expect(await other.json(["import", "in"])).toMatchObject({ code: 0, document: { files: 1, recorded: 1 } });
    expect(await other.cli(["sync", "status"])).toMatchObject({ stdout: expect.stringContaining("it is a pipe") });
  });
});

describe("pipes with a writer", () => {
  it("are read as process substitution, shell pipe, redirected file, `-` and named pipe", async () => {
    const other = await session.newHome();
    await other.file("r1.json", JSON.stringify(report({ run_id: "r1" })));
    await other.file("r2.json", JSON.stringify(report({ run_id: "r2" })));
    await other.file("r3.json", JSON.stringify(report({ run_id: "r3" })));
    await other.file("r4.json", JSON.stringify(report({ run_id: "r4" })));
    await other.file("r5.json", JSON.stringify(report({ run_id: "r5" })));
    const line = [
      "ledger update --from <(cat r1.json)",
      "cat r2.json | ledger update --from /dev/stdin",
      "ledger update --from /dev/stdin < r3.json",
      "cat r5.json | ledger update --from -",
      "(cat r4.json > ../pipe4 & ledger update --from ../pipe4; wait)",
    ].join(" && ");
    const ledger = `ledger() { "${process.execPath}" "${session.entry}" "$@"; }`;
    const finished = await run("bash", ["-c", `mkfifo ../pipe4; ${ledger}; ${line}`], { cwd: other.work, env: other.env });
    expect(finished).toMatchObject({ code: 0, stderr: "" });
    expect((await other.json(["status"])).document).toMatchObject({ runs: 5 });
  });

  it("that deliver no data are rejected", async () => {
    const empty = `"${process.execPath}" "${session.entry}" update --from <(true)`;
    expect(await run("bash", ["-c", empty], { cwd: home.work, env: home.env })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: /),
    });
  });
});

describe("a path that is not a regular file", () => {
  it.each([
    ["/dev/zero", "it is a device"],
    ["/dev/random", "it is a device"],
    ["/dev/full", "it is a device"],
    [".", "it is a folder"],
  ])("%s is rejected: %s", async (path, reason) => {
    expect(await home.json(["update", "--from", path])).toMatchObject(unreadable(reason));
  });

  it("is rejected when it is a socket", async () => {
    const server = createServer().listen(join(home.work, "socket"));
    try {
      await new Promise((listening) => server.once("listening", listening));
      expect(await home.json(["update", "--from", "socket"])).toMatchObject(unreadable("it is a socket"));
    } finally {
      server.close();
    }
  });
});
