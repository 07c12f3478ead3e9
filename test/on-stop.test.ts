import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { callHook } from "./support/agent-events.ts";
import { type CliSession, type Home, openCliSession } from "./support/cli-session.ts";
import { git } from "./support/repository.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const silent = { code: 0, signal: null, stdout: "", stderr: "" };

/** A linter that finds one thing in `a.js`, and notes that it ran, where and with what. */
const linter = (ran: string): string => `
  require("node:fs").appendFileSync(${JSON.stringify(ran)}, JSON.stringify([process.cwd(), ...process.argv.slice(2)]) + "\\n");
  const messages = [{ ruleId: "no-var", severity: 2, message: "no var", line: 1, column: 1 }];
  console.log(JSON.stringify([{ filePath: process.cwd() + "/a.js", messages }]));
`;

type Place = Readonly<{ home: Home; checkout: string; lint: string; ran: string }>;

async function newPlace(): Promise<Place> {
  const home = await session.newHome();
  const checkout = join(home.work, "shop");
  mkdirSync(checkout);
  git(checkout, "init", "--quiet");
  git(checkout, "commit", "--quiet", "--allow-empty", "--message", "Begin");
  writeFileSync(join(checkout, "a.js"), "var a = 1;\n");
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
  view.parse((await home.json(["on-stop", ...args], { cwd: checkout })).document);
const runsOf = async ({ home, checkout }: Place) => runs.parse((await home.json(["history"], { cwd: checkout })).document);
const timesRun = ({ ran }: Place): number => readFileSync(ran, "utf8").split("\n").length - 1;

/** Sends the event that an agent has stopped, and waits until what the hook starts in the background has ended. */
async function stop({ home, checkout }: Place): Promise<void> {
  const payload = JSON.stringify({ session_id: "s1", cwd: checkout });
  const options = { flags: ["--host", "codex"], env: { REWARD_LEDGER_BACKGROUND: "" } };
  expect(await callHook(session, home, "Stop", payload, options)).toEqual(silent);
  const left = (): readonly string[] =>
    ["spool", "stop-reviews"].flatMap((folder) => {
      try {
        return readdirSync(join(home.path, folder)).filter((name) => !/^(?:approved|last)-/.test(name));
      } catch {
        return [];
      }
    });
  await vi.waitUntil(() => left().length === 0, { timeout: 90_000, interval: 50 });
}

describe("when an agent stops", () => {
  it("an approved command reviews what it did, once for the same code, and is recorded under the agent", async () => {
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
    expect((await place.home.cli(["doctor"], { cwd: place.checkout })).stdout).toMatch(/review on stop .*1 command, latest/);
  });

  it("nothing runs by default, after --remove, in another checkout, or because a file of the checkout says so", async () => {
    const place = await newPlace();
    writeFileSync(join(place.checkout, "settings.json"), JSON.stringify({ "review.onStop": [[process.execPath, place.lint]] }));
    await stop(place);
    expect((await place.home.cli(["doctor"], { cwd: place.checkout })).stdout).toMatch(/review on stop .*off/);
    await onStop(place, "--yes", "--", process.execPath, place.lint);
    const other = join(place.home.work, "other");
    mkdirSync(other);
    git(other, "init", "--quiet");
    await stop({ ...place, checkout: other });
    expect(await onStop(place, "--remove")).toMatchObject({ removed: 1, commands: [] });
    await stop(place);
    expect(timesRun(place)).toBe(0);
  });

  it("a command of the user's settings runs, and one whose output nobody can read is said", async () => {
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
    expect((await place.home.cli(["doctor"], { cwd: place.checkout })).stdout).toContain("reward-ledger on-stop --run");
  });
});

describe("an approval", () => {
  it("is asked for, and asked for again when a word of the command changes", async () => {
    const place = await newPlace();
    const asked = await place.home.cli(["on-stop", "--", process.execPath, place.lint], { cwd: place.checkout });
    expect(asked).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });
    expect(await onStop(place)).toMatchObject({ commands: [] });
    await onStop(place, "--yes", "--", process.execPath, place.lint);
    const changed = await place.home.cli(["on-stop", "--", process.execPath, place.lint, "--fix"], { cwd: place.checkout });
    expect(changed).toMatchObject({ code: 1, stderr: expect.stringContaining("--yes") });
  });

  it("holds for the file that the program's name led to, and never for one of the checkout", async () => {
    const place = await newPlace();
    const program = (folder: string): void => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "mylint"), `#!/bin/sh\nexec "${process.execPath}" "${place.lint}" "$@"\n`);
      chmodSync(join(folder, "mylint"), 0o755);
    };
    const [first, second, own] = [join(place.home.work, "one"), join(place.home.work, "two"), join(place.checkout, "bin")];
    program(second);
    program(own);
    const path = { PATH: [own, first, second, process.env["PATH"]].join(":") };
    const approved = await place.home.cli(["on-stop", "--yes", "--", "mylint"], { cwd: place.checkout, env: path });
    expect(approved).toMatchObject({ code: 0 });
    program(first);
    const { document } = await place.home.json(["on-stop"], { cwd: place.checkout, env: path });
    expect(document).toMatchObject({ commands: [{ state: "changed" }] });
    const ran = await place.home.cli(["on-stop", "--run"], { cwd: place.checkout, env: path });
    expect(ran).toMatchObject({ code: 1, stdout: expect.stringContaining("its program changed since it was approved") });
    expect(timesRun(place)).toBe(0);
    for (const name of ["./bin/mylint", join(own, "mylint"), "no-such-program"]) {
      const refused = await place.home.cli(["on-stop", "--yes", "--", name], { cwd: place.checkout });
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("outside of") });
    }
  });
});
