/*
 * `npm run cases`: runs the field cases that lie beside the project (each a folder with a `run.sh`, in `../shared/cases` or the folder
 * that `CASES` names) against the built program, and says which of them hold. Exit code 1 when one does not.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Expected, expected } from "./cases/expected.ts";

const root = resolve(import.meta.dirname, "..");
const folder = resolve(process.env["CASES"] ?? join(root, "../shared/cases"));
const limitMs = 300_000;

/** Everything that a case prints, both streams in the order in which they arrive. */
function outputOf(script: string): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn("bash", [script], { cwd: root, env: { ...process.env, PROJECT: root, NO_COLOR: "1", COLUMNS: "200" } });
    const chunks: Buffer[] = [];
    const note = (chunk: Buffer): void => void chunks.push(chunk);
    child.stdout.on("data", note);
    child.stderr.on("data", note);
    const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
    child.on("error", fail);
    child.on("close", () => {
      clearTimeout(timer);
      done(Buffer.concat(chunks).toString());
    });
  });
}

/** What of a case's expectations its output contradicts. */
const missesIn = (output: string, { holds, never = [], check }: Expected): readonly string[] => [
  ...holds.filter((one) => !one.test(output)).map((one) => `does not print ${one}`),
  ...never.filter((one) => one.test(output)).map((one) => `prints ${one}`),
  ...(check?.(output) ?? []),
];

const wanted = process.argv.slice(2);
const names = existsSync(folder)
  ? readdirSync(folder).filter(
      (name) => existsSync(join(folder, name, "run.sh")) && (wanted.length === 0 || wanted.some((one) => name.startsWith(one))),
    )
  : [];
if (names.length === 0) console.log(`There are no cases in ${folder}; CASES names another folder.`);

const results: Readonly<{ name: string; misses: readonly string[] }>[] = [];
for (const name of names) {
  const expectation = expected[name];
  const output = await outputOf(join(folder, name, "run.sh"));
  const misses = expectation === undefined ? ["has no expectation in scripts/cases/expected.ts"] : missesIn(output, expectation);
  results.push({ name, misses });
  console.log(`${misses.length === 0 ? "holds" : "FAILS"}  ${name}`);
  for (const miss of misses) console.log(`         ${miss}`);
  if (misses.length > 0 && process.env["VERBOSE"] !== undefined) console.log(output.replaceAll(/^/gm, "       | "));
}
const failed = results.filter(({ misses }) => misses.length > 0).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
