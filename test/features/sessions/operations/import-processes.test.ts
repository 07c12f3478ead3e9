import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";
import { writeTranscripts } from "../../../../bench/transcripts.ts";
import { builtCli, cleanEnv, type ProcessResult, run } from "../../../support/cli.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { listFiles, sessionA, transcriptFolder } from "../support/transcripts.ts";

let cli: Awaited<ReturnType<typeof builtCli>>;
beforeAll(async () => {
  cli = await builtCli();
});
afterAll(() => cli.dispose());

const runCli = (home: string, args: readonly string[], onStart?: (kill: () => void) => void): Promise<ProcessResult> =>
  run(process.execPath, [cli.entry, "--json", ...args], {
    env: cleanEnv(home),
    ...(onStart && { onStart: (child) => onStart(() => void child.kill("SIGKILL")) }),
  });

const totalShape = z.object({ total: z.looseObject({ calls: z.number(), usd_micros: z.number() }) });

async function readTotal(home: string) {
  const { stdout } = await runCli(home, ["spend", "summary", "--all"]);
  return totalShape.parse(JSON.parse(stdout)).total;
}

it("counts transcripts once when two processes import them at the same time", async () => {
  const folder = transcriptFolder();
  const [home, alone] = [temporaryFolder(), temporaryFolder()];
  await runCli(alone, ["sessions", "import", folder]);
  const both = await Promise.all([runCli(home, ["sessions", "import", folder]), runCli(home, ["sessions", "import", folder])]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(await readTotal(home)).toEqual(await readTotal(alone));
  expect((await runCli(home, ["verify"])).code).toBe(0);
});

it("counts once what a killed import had already recorded", async () => {
  const [home, alone] = [temporaryFolder(), temporaryFolder()];
  const folder = join(temporaryFolder(), "transcripts");
  writeTranscripts(folder, 24e6);
  await runCli(alone, ["sessions", "import", folder]);
  // The journal is written before the remembered state: a kill between the two is like a loss of that state.
  await runCli(home, ["sessions", "import", folder]);
  const statePath = join(home, "sessions", "imported.jsonl");
  const savedState = readFileSync(statePath);
  const path = join(folder, "projects", "-work-shop", `${sessionA}.jsonl`);
  writeFileSync(path, readFileSync(listFiles(transcriptFolder()).find((one) => one.endsWith(`${sessionA}.jsonl`)) ?? ""));
  await runCli(alone, ["sessions", "import", folder]);
  await runCli(home, ["sessions", "import", folder]);
  writeFileSync(statePath, savedState);
  // Killed as soon as it holds the lock, which the next import must be able to acquire.
  const lockPath = join(home, "sessions", "import.lock");
  rmSync(lockPath, { recursive: true, force: true });
  const killed = await runCli(home, ["sessions", "import", folder], (kill) => {
    const timer = setInterval(() => {
      if (listFiles(join(home, "sessions")).some((one) => one.includes("import.lock"))) {
        clearInterval(timer);
        kill();
      }
    }, 1);
  });
  expect(killed.signal).toBe("SIGKILL");
  expect((await runCli(home, ["sessions", "import", folder])).code).toBe(0);
  expect(await readTotal(home)).toEqual(await readTotal(alone));
});

it("reads long lines, and reports one beyond the limit", async () => {
  const home = temporaryFolder();
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "long.jsonl");
  const line = (id: string, text: string) =>
    `${JSON.stringify({ type: "user", sessionId: "s", uuid: id, timestamp: "2026-03-16T08:00:00.000Z", message: { content: text } })}\n`;
  writeFileSync(path, line("u1", "first") + line("u2", "x".repeat(5e6)));
  appendFileSync(path, line("u3", "y".repeat(70e6)) + line("u4", "last"));
  const { stdout } = await runCli(home, ["sessions", "import", path]);
  expect(JSON.parse(stdout)).toMatchObject({
    sessions_added: 1,
    problems: [{ line: 3, why: expect.stringMatching(/^it has 70000\d+ bytes, more than a line of a transcript has$/) }],
  });
  const rows: unknown = JSON.parse((await runCli(home, ["sessions", "list"])).stdout);
  expect(rows).toMatchObject({ rows: [{ session_id: "s", turns: 3 }] });
});
