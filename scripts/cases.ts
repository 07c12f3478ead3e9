/*
 * `npm run cases`: runs the field cases outside the project (each a folder with a `run.sh`, in `../shared/cases` or the folder in
 * `CASES`) against the built program, and reports which of them pass. Exit code 1 when one fails.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Expected, expected } from "./cases/expected.ts";

const root = resolve(import.meta.dirname, "..");
const folder = resolve(process.env["CASES"] ?? join(root, "../shared/cases"));
const limitMs = 300_000;

/** Creates the project layout that the cases expect: the built program, and the fact hash at the path their servers import. */
function projectForCases(): string {
  const project = mkdtempSync(join(tmpdir(), "reward-ledger-cases-"));
  for (const name of ["dist", "node_modules"]) symlinkSync(join(root, name), join(project, name));
  mkdirSync(join(project, "src/journal"), { recursive: true });
  const { href } = pathToFileURL(join(root, "src/ledger/log/hash-fact.ts"));
  writeFileSync(join(project, "src/journal/foreign.ts"), `export { hashFact as hashOfFact } from ${JSON.stringify(href)};\n`);
  return project;
}

/** Everything that a case prints, both streams in order of arrival. */
function outputOf(script: string, project: string): Promise<string> {
  return new Promise((done, fail) => {
    const env = { ...process.env, PROJECT: project, NO_COLOR: "1", COLUMNS: "200" };
    const child = spawn("bash", [script], { cwd: root, env, detached: true });
    const chunks: Buffer[] = [];
    const collect = (chunk: Buffer): void => void chunks.push(chunk);
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    // Kills the whole group, because background processes of a case keep its output open.
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), limitMs);
    child.on("error", fail);
    child.on("close", () => {
      clearTimeout(timer);
      done(Buffer.concat(chunks).toString());
    });
  });
}

/** The expectations of a case that its output does not meet. */
const findMisses = (output: string, { holds, never = [], check }: Expected): readonly string[] => [
  ...holds.filter((one) => !one.test(output)).map((one) => `does not print ${one}`),
  ...never.filter((one) => one.test(output)).map((one) => `prints ${one}`),
  ...(check?.(output) ?? []),
];

const prefixes = process.argv.slice(2);
const names = existsSync(folder)
  ? readdirSync(folder).filter(
      (name) =>
        existsSync(join(folder, name, "run.sh")) && (prefixes.length === 0 || prefixes.some((one) => name.startsWith(one))),
    )
  : [];
if (names.length === 0) console.log(`There are no cases in ${folder}; CASES names another folder.`);

const project = projectForCases();
const results: Readonly<{ name: string; misses: readonly string[] }>[] = [];
for (const name of names) {
  const expectation = expected[name];
  const output = await outputOf(join(folder, name, "run.sh"), project);
  const misses =
    expectation === undefined ? ["has no expectation in scripts/cases/expected.ts"] : findMisses(output, expectation);
  results.push({ name, misses });
  console.log(`${misses.length === 0 ? "holds" : "FAILS"}  ${name}`);
  for (const miss of misses) console.log(`         ${miss}`);
  if (misses.length > 0 && process.env["VERBOSE"] !== undefined) console.log(output.replaceAll(/^/gm, "       | "));
}
rmSync(project, { recursive: true });
const failed = results.filter(({ misses }) => misses.length > 0).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
