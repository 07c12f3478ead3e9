import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileLock } from "../../src/ledger/log/lock.ts";
import { thisOwner } from "../../src/ledger/log/lock-owner.ts";
import { thisMachine } from "../../src/ledger/log/machine.ts";
import { run } from "../support/cli.ts";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";
import { makeEvalHistory } from "../support/eval-fixtures.ts";
import { makeHistory } from "../support/fixtures.ts";
import { report } from "./reports.ts";

let session: CliSession;
let filledHome: Home;
beforeAll(async () => {
  session = await openCliSession();
  filledHome = await session.newHome();
  await writeReports(filledHome, 300);
  expect(await filledHome.json(["import", "reports"])).toMatchObject({
    code: 0,
    document: { files: 300, recorded: 300, rejected: [] },
  });
});
afterAll(() => session.dispose());

async function writeReports(home: Home, runs: number): Promise<void> {
  await mkdir(join(home.work, "reports"));
  const history = makeHistory({ seed: 7, runs, agents: ["claude-code"] });
  for (const [index, { report: one }] of history.entries()) {
    await writeFile(join(home.work, "reports", `${String(index).padStart(5, "0")}.json`), JSON.stringify(one));
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs the program in a real terminal of 120 columns. */
function inTerminal(home: Home, args: readonly string[], options: Readonly<{ env?: NodeJS.ProcessEnv }> = {}) {
  const command = ["stty cols 120;", quote(process.execPath), quote(session.entry), ...args.map(quote)].join(" ");
  return run("script", ["-qec", command, "/dev/null"], {
    cwd: home.work,
    env: { ...home.env, TERM: "xterm-256color", ...options.env },
  });
}

/** Runs a shell line in which `ledger` is the program. */
const shell = (home: Home, line: string) =>
  run("bash", ["-c", `set -o pipefail; ledger() { ${quote(process.execPath)} ${quote(session.entry)} "$@"; }; ${line}`], {
    cwd: home.work,
    env: home.env,
  });

describe("hundreds of reports", () => {
  it("are counted once when imported again", async () => {
    expect(await filledHome.json(["import", "reports"])).toMatchObject({ code: 0, document: { recorded: 0, duplicates: 300 } });
    expect((await filledHome.json(["status"])).document).toMatchObject({ runs: 300 });
    expect((await filledHome.json(["verify"])).document).toMatchObject({ ok: true, facts: 300 });
  });
});

describe("history", () => {
  it("shows a screenful of the latest runs, and all runs as JSON or with --limit", async () => {
    const { stdout } = await filledHome.cli(["history"]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1 + 50 + 2);
    expect(stdout).toContain("\n\nThe latest 50 runs; --limit shows more, --json all.\n");
    expect((await filledHome.cli(["history", "--limit", "300"])).stdout.trimEnd().split("\n")).toHaveLength(301);
    expect((await filledHome.json(["history"])).document).toHaveLength(300);
  });
});

describe("a real terminal", () => {
  it("gets colours, a sparkline of scores and lines that fit its width", async () => {
    const { stdout, code } = await inTerminal(filledHome, ["history", "--limit", "30"]);
    expect(code).toBe(0);
    expect(stdout).toContain("\u001b[32mPASS\u001b[39m");
    const lines = stripVTControlCharacters(stdout).split("\r\n");
    expect(lines[1]).toMatch(/^Scores {2}[▁▂▃▄▅▆▇█]{30}$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
  });

  it.each([[{ NO_COLOR: "1" }], [{ TERM: "dumb" }]])("gets no colours with %j", async (env) => {
    const { stdout } = await inTerminal(filledHome, ["status"], { env });
    expect(stdout).toContain("Coins");
    expect(stdout).not.toContain("\u001b");
  });

  it("gets no colours with --no-color, and a pipe gets them only with FORCE_COLOR", async () => {
    expect((await inTerminal(filledHome, ["--no-color", "status"])).stdout).not.toContain("\u001b");
    expect((await filledHome.cli(["status"])).stdout).not.toContain("\u001b");
    expect((await filledHome.cli(["status"], { env: { FORCE_COLOR: "1" } })).stdout).toContain("\u001b[");
    expect((await filledHome.cli(["status", "--json"], { env: { FORCE_COLOR: "1" } })).stdout).not.toContain("\u001b");
  });

  it("shows the progress of a long import, unless --quiet is given", async () => {
    const reports = makeHistory({ seed: 5, runs: 5000 }).map(({ report: one }) => JSON.stringify(one));
    for (const [args, drawn] of [
      [["import", "reports.jsonl"], true],
      [["import", "reports.jsonl", "--quiet"], false],
    ] as const) {
      const home = await session.newHome();
      await home.file("reports.jsonl", reports.join("\n"));
      const { stdout, code } = await inTerminal(home, args);
      expect(code).toBe(0);
      expect(/[█░]{30} {2}[\d,]+\/5,000 .*Recording/.test(stdout)).toBe(drawn);
      // The bar's line is cleared before the answer is printed.
      const [before] = stdout.split("1 file: \u001b[32m5,000 recorded\u001b[39m, 0 already known, none rejected\r\n");
      expect(before?.endsWith("\u001b[2K")).toBe(drawn);
    }
  });

  it("explains piping when update has nothing to read", async () => {
    const { stdout, code } = await inTerminal(filledHome, ["update"]);
    expect(code).toBe(2);
    expect(stripVTControlCharacters(stdout)).toMatch(
      /error: Wrong use of update: there is nothing to read\r\nhint: Pipe a report into it/,
    );
  });
});

describe("a prompt", () => {
  it("is cancelled by Ctrl-C and Ctrl-D without a mention of a defect", async () => {
    const home = await session.newHome();
    await mkdir(join(home.work, ".git"));
    const program = quote(`${quote(process.execPath)} ${quote(session.entry)} sync setup`);
    for (const [key, expected] of [
      ["\\003", 130],
      ["\\004", 1],
    ] as const) {
      const typing = [
        "rm -f keys out; mkfifo keys; exec 3<>keys",
        `script -qec ${program} /dev/null <keys >out & asking=$!`,
        "until grep -q Address out; do sleep 0.05; done",
        `printf '${key}' >&3; wait $asking; code=$?; cat out; exit $code`,
      ];
      const { stdout, code } = await shell(home, typing.join("; "));
      expect(code).toBe(expected);
      expect(stdout).toContain("Cancelled");
      expect(stdout).not.toContain("defect");
    }
  });
});

describe("named files", () => {
  it("are read without waiting for standard input, on a terminal and when it stays open", async () => {
    const home = await session.newHome();
    await home.file("run.json", JSON.stringify(makeEvalHistory({ seed: 1, runs: 1, tests: 3 })[0]));
    expect(await inTerminal(home, ["eval", "push", "run.json"])).toMatchObject({ code: 0 });
    expect(await inTerminal(home, ["eval", "convert", "run.json", "--out", "legacy.json", "--to", "legacy"])).toMatchObject({
      code: 0,
    });
    const open = await shell(home, "mkfifo open; exec 3<>open; ledger eval push run.json <&3");
    expect(open).toMatchObject({ code: 0, stdout: expect.stringContaining("Already recorded run.json") });
    expect((await inTerminal(home, ["eval", "push"])).stdout).toContain("there is nothing to read");
  });
});

describe("standard streams", () => {
  it("may be closed early without error messages or a failure exit", async () => {
    const { stdout, stderr, code } = await shell(filledHome, "ledger history | head -n 2; exit $PIPESTATUS");
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout.split("\n")).toHaveLength(3);
    expect(await shell(filledHome, "ledger export | true; exit $PIPESTATUS")).toMatchObject({ code: 0 });
  });

  it("deliver the complete output to a slow reader", async () => {
    const { stdout, code } = await shell(filledHome, "ledger export --json | (sleep 0.5; cat)");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ runs: { length: 300 } });
  });

  it("that cannot be written cause an error", async () => {
    const { stderr, code } = await shell(filledHome, "ledger history > /dev/full");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: Failed to write standard output: .*\nhint: /);
  });

  it("keep the exit code when the error message cannot be written", async () => {
    for (const where of ["2>&-", "2> /dev/full"]) {
      expect(await shell(filledHome, `ledger nonsense ${where}`), where).toMatchObject({ code: 2, stdout: "" });
      expect(await shell(filledHome, `ledger show no-such-run ${where}`), where).toMatchObject({ code: 1, stdout: "" });
    }
  });

  it("connect score, update and status", async () => {
    const home = await session.newHome();
    const line = `echo '[]' | ledger --json score --run-id r1 | ledger update --quiet && ledger status --json`;
    const { stdout, stderr, code } = await shell(home, line);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toMatch(/^Recorded r1: .*\n[^\n]+\n\{.*\}\n$/);
  });

  it("may be closed from the start", async () => {
    const home = await session.newHome();
    expect(await shell(home, "ledger status <&-")).toMatchObject({ code: 0, stderr: "" });
    expect(await shell(home, "ledger update <&-")).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: /) });
    expect(await shell(home, "ledger status >&-")).toMatchObject({ stdout: "", stderr: expect.not.stringContaining("    at ") });
  });
});

/** Resolves when a process exits, with its exit code or the signal that ended it. */
const waitForExit = (child: ChildProcess): Promise<readonly [number | null, NodeJS.Signals | null]> =>
  new Promise((resolve) => child.on("exit", (code, signal) => resolve([code, signal])));

/** Loaded into a process before the program: writes a file when the program's own listeners have received a signal. */
const signalRecorder = `for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => setImmediate(() => require("node:fs").writeFileSync(process.env.SIGNAL_NOTE, signal)));`;

type Hanging = Readonly<{
  child: ChildProcess;
  /** Resolves when the program has received the signal that was sent. */
  signalTaken(): Promise<void>;
  letGo(): Promise<void>;
}>;

describe("signals", () => {
  /** Starts an import that hangs on reading a named pipe, and calls back when it does. */
  async function hanging(json: boolean, then: (started: Hanging) => Promise<void>) {
    const home = await session.newHome();
    await run("mkfifo", [join(home.work, "pipe.json")]);
    const signalFile = join(home.work, "signal-note");
    const preload = await home.file("note-signal.cjs", signalRecorder);
    const signalTaken = () => expect.poll(() => existsSync(signalFile)).toBe(true);
    let actions = Promise.resolve();
    const finished = await home.cli([...(json ? ["--json"] : []), "import", "pipe.json", "./pipe.json"], {
      env: { NODE_OPTIONS: `--require=${preload}`, SIGNAL_NOTE: signalFile },
      onStart: (child) => {
        // Opening one end waits for the other, so once this end is open, the program is reading.
        actions = open(join(home.work, "pipe.json"), "w").then((pipe) => then({ child, signalTaken, letGo: () => pipe.close() }));
      },
    });
    await actions;
    return { home, finished };
  }

  it("Ctrl-C ends a command cleanly", async () => {
    const { finished } = await hanging(true, async ({ child, signalTaken, letGo }) => {
      child.kill("SIGINT");
      await signalTaken();
      await letGo();
    });
    expect(finished).toMatchObject({ code: 130, signal: null, stderr: "" });
    expect(JSON.parse(finished.stdout)).toMatchObject({ error: { code: "cancelled", hint: expect.stringMatching(/./) } });
  });

  it("SIGTERM ends a command cleanly", async () => {
    const { finished } = await hanging(false, async ({ child, signalTaken, letGo }) => {
      child.kill("SIGTERM");
      await signalTaken();
      await letGo();
    });
    expect(finished).toMatchObject({ code: 143, signal: null, stdout: "" });
    expect(finished.stderr).toMatch(/^error: Cancelled: .*\nhint: Everything recorded before/);
  });

  it("a second signal ends a command at once, even when a read hangs", async () => {
    const { home, finished } = await hanging(true, async ({ child, letGo }) => {
      child.kill("SIGINT");
      child.kill("SIGTERM");
      await waitForExit(child);
      await letGo();
    });
    // Either of two simultaneous signals may arrive first, and the first may end the read before the second ends the process.
    const { code, signal, stdout } = finished;
    if (code === null) expect({ signal, stdout }).toEqual({ signal: expect.stringMatching(/^SIG(INT|TERM)$/), stdout: "" });
    else
      expect({ ended: [130, 143].includes(code), answer: JSON.parse(stdout) }).toMatchObject({
        ended: true,
        answer: { error: { code: "cancelled" } },
      });
    expect((await home.json(["verify"])).document).toMatchObject({ ok: true });
  });

  it("an interrupted import keeps what it recorded and can be completed", async () => {
    const home = await session.newHome();
    const reports = makeHistory({ seed: 11, runs: 6000, agents: ["claude-code"] }).map(({ report: one }) => JSON.stringify(one));
    await home.file("reports.jsonl", reports.join("\n"));
    const finished = await home.json(["import", "reports.jsonl"], {
      onStart: (child) => {
        const watch = setInterval(() => {
          if (!existsSync(join(home.path, "journal"))) return;
          const written = readdirSync(join(home.path, "journal"), { recursive: true, encoding: "utf8" });
          const hasWritten = written.some(
            (name) => name.endsWith(".jsonl") && statSync(join(home.path, "journal", name)).size > 0,
          );
          if (hasWritten) child.kill("SIGINT");
          if (hasWritten) clearInterval(watch);
        }, 2);
        child.on("exit", () => clearInterval(watch));
      },
    });
    expect(finished).toMatchObject({ code: 130, stderr: "", document: { error: { code: "cancelled" } } });
    const { document } = await home.json(["verify"]);
    expect(document).toMatchObject({ ok: true, agents: [{ runs: expect.any(Number) }] });
    const again = await home.json(["import", "reports.jsonl"]);
    expect(again).toMatchObject({ code: 0, document: { rejected: [] } });
    expect((await home.json(["status"])).document).toMatchObject({ runs: 6000 });
  });

  it("SIGINT ends a command that waits for standard input", async () => {
    const home = await session.newHome();
    await run("mkfifo", [join(home.work, "input")]);
    const line = `exec ${quote(process.execPath)} ${quote(session.entry)} update < input`;
    const child = spawn("bash", ["-c", line], { env: home.env, cwd: home.work, stdio: "ignore" });
    const end = waitForExit(child);
    const input = await open(join(home.work, "input"), "w");
    // More than a pipe holds: once all of it is written, the program has begun to read.
    await input.writeFile(Buffer.alloc(300_000, 0x20));
    child.kill("SIGINT");
    expect(await end).toEqual([130, null]);
    await input.close();
  });
});

describe("several processes", () => {
  it("name the process that holds the lock for too long, and continue after its release", async () => {
    const home = await session.newHome();
    await home.cli(["update"], { input: JSON.stringify(report()) });
    const self = thisOwner(await thisMachine(), new Date());
    const lock = fileLock({ path: join(home.path, "lock"), self, staleMs: 60_000, onStep: () => undefined });
    const held = await lock.acquire({ waitMs: 0 });
    try {
      expect((await home.json(["status"])).document).toMatchObject({ runs: 1 });
      expect(await home.json(["doctor"])).toMatchObject({
        document: {
          checks: expect.arrayContaining([
            expect.objectContaining({ name: "lock", state: "warn", detail: expect.stringContaining(String(process.pid)) }),
          ]),
        },
      });
      const refused = await home.json(["update"], { input: JSON.stringify(report({ run_id: "r2" })) });
      expect(refused).toMatchObject({
        code: 1,
        document: { error: { code: "store_locked", message: expect.stringContaining(`process ${process.pid}`) } },
      });
    } finally {
      held.release();
    }
    expect(await home.json(["update"], { input: JSON.stringify(report({ run_id: "r2" })) })).toMatchObject({ code: 0 });
  });

  it("lose nothing when they write concurrently", async () => {
    const home = await session.newHome();
    const done = await Promise.all(
      Array.from({ length: 8 }, (_, n) => home.json(["update"], { input: JSON.stringify(report({ run_id: `r${n}` })) })),
    );
    expect(done.map(({ code }) => code)).toEqual(done.map(() => 0));
    expect((await home.json(["status"])).document).toMatchObject({ runs: 8 });
    expect((await home.json(["verify"])).document).toMatchObject({ ok: true, facts: 8 });
  });
});
