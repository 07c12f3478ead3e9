import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { callHook } from "./support/agent-events.ts";
import { inProcess } from "./support/cli-here.ts";
import { type CliSession, type Home, openCliSession } from "./support/cli-session.ts";
import { git } from "./support/repository.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const noOutput = { code: 0, signal: null, stdout: "", stderr: "" };

/** A linter that reports one finding in `a.js`, and logs each run with its folder and arguments. */
const linter = (ran: string): string => `
  require("node:fs").appendFileSync(${JSON.stringify(ran)}, JSON.stringify([process.cwd(), ...process.argv.slice(2)]) + "\\n");
  const messages = [{ ruleId: "no-var", severity: 2, message: "no var", line: 1, column: 1 }];
  console.log(JSON.stringify([{ filePath: process.cwd() + "/a.js", messages }]));
`;

/** A linter that logs its run, and reports nothing and ends once the file `go` exists. */
const waitingLinter = (ran: string, go: string): string => `
  const wait = setInterval(() => {
    if (!require("node:fs").existsSync(${JSON.stringify(go)})) return;
    clearInterval(wait);
    console.log("[]");
  }, 20);
  require("node:fs").appendFileSync(${JSON.stringify(ran)}, "[]\\n");
`;

type Place = Readonly<{ home: Home; checkout: string; lint: string; ran: string }>;

function newCheckout(checkout: string): void {
  mkdirSync(checkout);
  git(checkout, "init", "--quiet");
  git(checkout, "commit", "--quiet", "--allow-empty", "--message", "Begin");
  writeFileSync(join(checkout, "a.js"), "var a = 1;\n");
}

async function newPlace(): Promise<Place> {
  const home = await session.newHome();
  const checkout = join(home.work, "shop");
  newCheckout(checkout);
  const ran = join(home.work, "ran.jsonl");
  const lint = await home.file("lint.cjs", linter(ran));
  writeFileSync(ran, "");
  return { home, checkout, lint, ran };
}

const view = z.object({
  commands: z.array(z.object({ from: z.string(), state: z.string() })),
  removed: z.number(),
  last: z.object({ ok: z.boolean(), detail: z.string() }).nullable(),
});
const runs = z.array(z.object({ agent: z.string(), score: z.number() }));

const onStop = async ({ home, checkout }: Place, ...args: readonly string[]) =>
  view.parse((await inProcess(home).json(["on-stop", ...args], { cwd: checkout })).document);
const runsOf = async ({ home, checkout }: Place) =>
  runs.parse((await inProcess(home).json(["history"], { cwd: checkout })).document);
const timesRun = ({ ran }: Place): number => readFileSync(ran, "utf8").split("\n").length - 1;

/** Pending events and reviews. */
const pendingFiles = ({ home }: Place): readonly string[] =>
  ["spool", "stop-reviews"].flatMap((folder) => {
    try {
      return readdirSync(join(home.path, folder)).filter((name) => !/^(?:approved|last)-/.test(name));
    } catch {
      return [];
    }
  });

/** Sends the event that an agent has stopped. */
async function sendStop({ home, checkout }: Place, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const payload = JSON.stringify({ session_id: "s1", cwd: checkout });
  expect(await callHook(session, home, "Stop", payload, { flags: ["--host", "codex"], env })).toEqual(noOutput);
}

/** Sends that event, and waits until the process that the hook starts in the background has ended its work. */
async function stop(place: Place): Promise<void> {
  await sendStop(place, { REWARD_LEDGER_BACKGROUND: "" });
  await vi.waitUntil(() => pendingFiles(place).length === 0, { timeout: 90_000, interval: 50 });
}

describe("when an agent stops", () => {
  it("an approved command reviews the same code once, and the run is recorded for the agent", async () => {
    const place = await newPlace();
    expect(await onStop(place, "--yes", "--", process.execPath, place.lint, "-f", "json")).toMatchObject({
      commands: [{ from: "approval", state: "ready" }],
      last: null,
    });
    await stop(place);
    expect(await runsOf(place)).toEqual([{ agent: "codex", score: 85 }]);
    expect(await onStop(place)).toMatchObject({ last: { ok: true, detail: "recorded: score 85, 1 finding" } });
    await stop(place);
    expect(timesRun(place)).toBe(1);
    writeFileSync(join(place.checkout, "b.js"), "var b = 1;\n");
    await stop(place);
    expect(timesRun(place)).toBe(2);
    expect((await inProcess(place.home).cli(["doctor"], { cwd: place.checkout })).stdout).toMatch(
      /review on stop .*1 command, latest/,
    );
  });

  it("nothing runs by default, after --remove, in another checkout, or by a file of the checkout", async () => {
    const place = await newPlace();
    writeFileSync(join(place.checkout, "settings.json"), JSON.stringify({ "review.onStop": [[process.execPath, place.lint]] }));
    await stop(place);
    expect((await inProcess(place.home).cli(["doctor"], { cwd: place.checkout })).stdout).toMatch(/review on stop .*off/);
    await onStop(place, "--yes", "--", process.execPath, place.lint);
    const other = join(place.home.work, "other");
    mkdirSync(other);
    git(other, "init", "--quiet");
    await stop({ ...place, checkout: other });
    expect(await onStop(place, "--remove")).toMatchObject({ removed: 1, commands: [] });
    await stop(place);
    expect(timesRun(place)).toBe(0);
  });

  it("commands from the user's settings run, and the latest review names those without readable output", async () => {
    const place = await newPlace();
    mkdirSync(place.home.path, { recursive: true });
    const commands = [
      [process.execPath, place.lint],
      [process.execPath, "-e", "console.log('unreadable')"],
      [process.execPath, "-e", "process.exit(3)"],
    ];
    writeFileSync(join(place.home.path, "settings.json"), JSON.stringify({ "review.onStop": commands }));
    await stop(place);
    expect(await runsOf(place)).toEqual([{ agent: "codex", score: 85 }]);
    const { last } = await onStop(place);
    expect(last).toMatchObject({ ok: false, detail: expect.stringContaining("exit code 3") });
    expect(last?.detail).toContain("no known tool writes this");
    expect((await inProcess(place.home).cli(["doctor"], { cwd: place.checkout })).stdout).toContain(
      "reward-ledger on-stop --run",
    );
  });
});

describe("while a review runs", () => {
  /** A place whose review ends when `go` is called, and a function that ingests and reviews in the background. */
  async function waitingPlace() {
    const place = await newPlace();
    const go = join(place.home.work, "go");
    await onStop(place, "--yes", "--", process.execPath, await place.home.file("wait.cjs", waitingLinter(place.ran, go)));
    const background = (): Promise<unknown> => place.home.cli(["hook", "--background", "--home", place.home.path]);
    const begun = () => vi.waitUntil(() => timesRun(place) === 1, { timeout: 90_000, interval: 50 });
    return { place, background, begun, go: () => writeFileSync(go, "") };
  }

  it("another stop in the same checkout is noted, and its state is reviewed afterwards", async () => {
    const { place, background, begun, go } = await waitingPlace();
    await sendStop(place);
    const running = background();
    await begun();
    writeFileSync(join(place.checkout, "b.js"), "var b = 1;\n");
    await sendStop(place);
    await background();
    go();
    await running;
    expect(timesRun(place)).toBe(2);
    expect(pendingFiles(place)).toEqual([]);
  });

  it("another checkout stays due, and is reviewed after the first", async () => {
    const { place: first, background, begun, go } = await waitingPlace();
    const { home } = first;
    const second = { ...first, checkout: join(home.work, "other"), ran: join(home.work, "other.jsonl") };
    newCheckout(second.checkout);
    writeFileSync(second.ran, "");
    await onStop(second, "--yes", "--", process.execPath, await home.file("other.cjs", linter(second.ran)));

    await sendStop(first);
    const running = background();
    await begun();
    await sendStop(second);
    await background();
    const refused = await home.cli(["on-stop", "--run"], { cwd: second.checkout });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("locked by another review") });
    expect(timesRun(second)).toBe(0);
    go();
    await running;
    expect([timesRun(first), timesRun(second)]).toEqual([1, 1]);
    expect(await onStop(second)).toMatchObject({ last: { ok: true } });
    expect(pendingFiles(first)).toEqual([]);
  });

  it("the review after a stop waits for one that the user started", async () => {
    const { place, background, begun, go } = await waitingPlace();
    const manualRun = place.home.cli(["on-stop", "--run"], { cwd: place.checkout });
    await begun();
    writeFileSync(join(place.checkout, "b.js"), "var b = 1;\n");
    await sendStop(place);
    const running = background();
    // The reviewing process touches its file before each attempt: a second touch shows that it was refused once.
    const file = join(place.home.path, "stop-reviews", "reviewing.pid");
    const touchedAt = (): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    await vi.waitUntil(() => touchedAt() > 0, { timeout: 90_000, interval: 5 });
    const first = touchedAt();
    await vi.waitUntil(() => touchedAt() > first + 250, { timeout: 90_000, interval: 50 });
    go();
    await Promise.all([manualRun, running]);
    expect(timesRun(place)).toBe(2);
    expect(pendingFiles(place)).toEqual([]);
  });
});

describe("a review that is due", () => {
  it("runs although another note is damaged, and doctor names that note", async () => {
    const place = await newPlace();
    await onStop(place, "--yes", "--", process.execPath, place.lint);
    const tornFile = join(place.home.path, "stop-reviews", `due-${"0".repeat(32)}.json`);
    writeFileSync(tornFile, '{"folder": "/');
    await sendStop(place);
    await place.home.cli(["hook", "--background", "--home", place.home.path]);
    expect(timesRun(place)).toBe(1);
    expect((await inProcess(place.home).cli(["doctor"], { cwd: place.checkout })).stdout).toContain(
      `due-${"0".repeat(32)}.json cannot be read`,
    );
  });

  it("is dropped when the checkout was removed", async () => {
    const place = await newPlace();
    await onStop(place, "--yes", "--", process.execPath, place.lint);
    await sendStop(place);
    await place.home.cli(["spend", "summary"]);
    expect(pendingFiles(place)).toEqual([expect.stringMatching(/^due-/)]);
    rmSync(place.checkout, { recursive: true });
    await place.home.cli(["hook", "--background", "--home", place.home.path]);
    expect(pendingFiles(place)).toEqual([]);
  });

  it("runs nothing and succeeds when nothing changed", async () => {
    const place = await newPlace();
    const { checkout } = place;
    git(checkout, "add", ".");
    git(checkout, "commit", "--quiet", "--message", "Add a");
    git(checkout, "branch", "--move", "main");
    git(checkout, "checkout", "--quiet", "-b", "topic");
    await onStop(place, "--yes", "--", process.execPath, place.lint);
    await stop(place);
    expect(await onStop(place)).toMatchObject({ last: { ok: true, detail: "nothing changed" } });
    expect(timesRun(place)).toBe(0);
  });

  it("runs again on the same code once another command is approved", async () => {
    const place = await newPlace();
    await onStop(place, "--yes", "--", process.execPath, place.lint);
    await stop(place);
    await onStop(place, "--yes", "--", process.execPath, place.lint, "--more");
    await stop(place);
    // The first command alone, then both commands.
    expect(timesRun(place)).toBe(3);
    await stop(place);
    expect(timesRun(place)).toBe(3);
  });
});

describe("an approval", () => {
  it("is required, and required again when a word of the command changes", async () => {
    const place = await newPlace();
    const unapproved = await inProcess(place.home).cli(["on-stop", "--", process.execPath, place.lint], { cwd: place.checkout });
    expect(unapproved).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });
    expect(await onStop(place)).toMatchObject({ commands: [] });
    await onStop(place, "--yes", "--", process.execPath, place.lint);
    const changed = await inProcess(place.home).cli(["on-stop", "--", process.execPath, place.lint, "--fix"], {
      cwd: place.checkout,
    });
    expect(changed).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });
  });

  it("applies to the file that the program's name resolved to, and never to a file of the checkout", async () => {
    const place = await newPlace();
    const program = (folder: string): void => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "mylint"), `#!/bin/sh\nexec "${process.execPath}" "${place.lint}" "$@"\n`);
      chmodSync(join(folder, "mylint"), 0o755);
    };
    const [first, second, checkoutBin] = [
      join(place.home.work, "one"),
      join(place.home.work, "two"),
      join(place.checkout, "bin"),
    ];
    program(second);
    program(checkoutBin);
    const path = { PATH: [checkoutBin, first, second, process.env["PATH"]].join(":") };
    const approved = await place.home.cli(["on-stop", "--yes", "--", "mylint"], { cwd: place.checkout, env: path });
    expect(approved).toMatchObject({ code: 0 });
    program(first);
    const { document } = await inProcess(place.home).json(["on-stop"], { cwd: place.checkout, env: path });
    expect(document).toMatchObject({ commands: [{ state: "changed" }] });
    const ran = await place.home.cli(["on-stop", "--run"], { cwd: place.checkout, env: path });
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining("its program changed since it was approved") });
    expect(timesRun(place)).toBe(0);
    for (const name of ["./bin/mylint", join(checkoutBin, "mylint"), "no-such-program"]) {
      const refused = await inProcess(place.home).cli(["on-stop", "--yes", "--", name], { cwd: place.checkout });
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("outside of") });
    }
  });
});
