/*
 * `npm run soak -- [--runs 10] [--busy 2] [--busy-from 6]`: runs the VS Code suites repeatedly, to find flaky tests. From the run
 * `--busy-from` on (default: the second half) busy loops occupy processors. Prints a table; fails when any test failed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { mustRun } from "../test/vscode/support/command.ts";

const projectRoot = resolve(import.meta.dirname, "..");
const folder = join(projectRoot, "test-output", "soak");

const count = z.coerce.number().int().min(0);
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "10" },
    busy: { type: "string", default: "2" },
    "busy-from": { type: "string" },
  },
});
const runs = count.min(1).parse(values.runs);
const busy = count.parse(values.busy);
const busyFrom = count.parse(values["busy-from"] ?? Math.floor(runs / 2) + 1);

const results = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({ message: z.string(), assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })) }),
  ),
});

type Row = Readonly<{ run: number; busy: number; seconds: number; passed: number; failed: readonly string[] }>;

/** Starts busy loops. @returns a function that ends them */
function startLoops(loopCount: number): () => void {
  const loops = Array.from({ length: loopCount }, () => spawn(process.execPath, ["--eval", "for (;;);"], { stdio: "ignore" }));
  const stop = (): void => {
    for (const loop of loops) loop.kill("SIGKILL");
  };
  process.once("exit", stop);
  return () => {
    process.off("exit", stop);
    stop();
  };
}

/** Runs the suites; their output is written to a file as it arrives. @returns their exit code */
async function runSuites(output: string, resultsFile: string): Promise<number> {
  const log = await open(join(output, "output.log"), "w");
  try {
    const args = ["run", "test:vscode", "--", "--reporter=verbose", "--reporter=json", `--outputFile.json=${resultsFile}`];
    const suites = spawn("npm", args, {
      cwd: projectRoot,
      env: { ...process.env, TEST_OUTPUT: output },
      stdio: ["ignore", log.fd, log.fd],
    });
    const [code] = z.tuple([z.int().nullable()], z.unknown()).parse(await once(suites, "exit"));
    return code ?? 1;
  } finally {
    await log.close();
  }
}

/** Runs the suites once. Failed tests write their pictures to the folder of the suites' output. */
async function runOnce(run: number, loopCount: number): Promise<Row> {
  const output = join(folder, `run-${run}`);
  await mkdir(output, { recursive: true });
  const resultsFile = join(output, "results.json");
  const stopLoops = startLoops(loopCount);
  const startTime = performance.now();
  try {
    const code = await runSuites(output, resultsFile);
    const { numPassedTests, testResults } = results.parse(JSON.parse(await readFile(resultsFile, "utf8")));
    const failed = testResults.flatMap(({ message, assertionResults }) => {
      const names = assertionResults.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
      return names.length === 0 && message !== "" ? [message] : names;
    });
    if (code !== 0 && failed.length === 0) failed.push(`the run itself, with exit code ${code}`);
    return { run, busy: loopCount, seconds: Math.round((performance.now() - startTime) / 1000), passed: numPassedTests, failed };
  } finally {
    stopLoops();
  }
}

const describe = ({ run, busy: loopCount, seconds, passed, failed }: Row): string =>
  `| ${[run, loopCount, seconds, passed, failed.length, failed.join("; ") || "-"].join(" | ")} |`;

await rm(folder, { recursive: true, force: true });
await mustRun("npm", ["run", "--silent", "package"], { cwd: projectRoot });
console.log("| run | busy loops | seconds | passed | failed | which |\n| --- | --- | --- | --- | --- | --- |");
const rows: Row[] = [];
for (let run = 1; run <= runs; run += 1) {
  const row = await runOnce(run, run >= busyFrom ? busy : 0);
  rows.push(row);
  console.log(describe(row));
}
const failedRuns = rows.filter(({ failed }) => failed.length > 0);
console.log(`\n${rows.length - failedRuns.length} of ${rows.length} runs passed`);
if (failedRuns.length > 0) {
  console.log("Pictures and logs are in test-output/soak/.");
  process.exitCode = 1;
}
