import type { Command } from "../../../kernel/command.ts";
import type { GatePorts } from "../../../ports/gate.ts";
import { judgeRegression, type Regression, type TestRun } from "../model/regression.ts";
import { testCandidates } from "../model/tool-output.ts";

/** A folder in which the project's tests run, with its own test commands, which the user has approved. */
export type TestFolder = Readonly<{ run: GatePorts["run"]; have: GatePorts["have"]; commands: readonly Command[] }>;

/** The files of a change's base commit, in a separate folder. `tests` is null if the user has not approved its test commands. */
export type BaseFolder = Readonly<{ tests: TestFolder | null; bring(file: string): Promise<boolean> }>;

/** Both sides of a change. */
export type ChangeSides = Readonly<{
  fix: TestFolder;
  inBase<T>(signal: AbortSignal, work: (base: BaseFolder) => Promise<T>): Promise<T>;
  /** The files that it changes. */
  files: readonly string[];
  timeoutMs: number;
}>;

const quotedLines = 10;
const maxQuoteLength = 1_000;

/** Returns the test commands. A plain `pytest` is limited to the tests that are related to the given files by name. */
export async function relatedTests(
  { have, commands }: Omit<TestFolder, "run">,
  files: readonly string[],
): Promise<readonly Command[]> {
  const candidates = testCandidates(files);
  const existing = await have(candidates);
  const related = candidates.filter((one) => existing.has(one));
  return commands.map((command) => (command.length === 1 && command[0] === "pytest" ? [...command, ...related] : command));
}

/** Runs the project's tests in a folder. */
export async function runTests(
  { run, commands }: Omit<TestFolder, "have">,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TestRun> {
  if (commands.length === 0) return { state: "unknown", said: "the project has no known command for tests" };
  for (const command of commands) {
    const outcome = await run(command, timeoutMs, signal);
    const line = `\`${command.join(" ")}\``;
    if (outcome.state === "missing") return { state: "unknown", said: `${line} could not be started: ${outcome.reason}` };
    if (outcome.state === "timed_out") return { state: "unknown", said: `${line} took too long` };
    if (outcome.code === null) return { state: "unknown", said: `${line} was killed` };
    if (outcome.code !== 0) {
      const end = outcome.output.trimEnd().split("\n").slice(-quotedLines).join("\n").slice(-maxQuoteLength);
      return { state: "fail", said: `${line} ended with code ${outcome.code}\n${end}`.trimEnd() };
    }
  }
  return { state: "pass", said: "" };
}

/**
 * Runs the tests on the base commit without and with the regression test, and with the whole change. Only the test's own file is
 * copied to the base commit: anything else that makes it pass is part of the change.
 */
export async function runRegression(
  { fix, inBase, files, timeoutMs }: ChangeSides,
  test: string,
  signal: AbortSignal,
): Promise<Regression> {
  const runIn = async (place: TestFolder): Promise<TestRun> =>
    runTests({ run: place.run, commands: await relatedTests(place, files) }, timeoutMs, signal);
  const before = await inBase(signal, async ({ tests, bring }) => {
    const notRun = (said: string) => ({ base: { state: "unknown", said }, withTest: { state: "unknown", said } }) as const;
    if (tests === null) return notRun("before the change the project has other test commands than you approved");
    const base = await runIn(tests);
    if (base.state !== "pass") return { base, withTest: base };
    if (!(await bring(test))) return notRun(`${test} is no file of the change`);
    return { base, withTest: await runIn(tests) };
  });
  // A side that could not be run decides the verdict by itself.
  const unknown = [before.base, before.withTest].find(({ state }) => state === "unknown");
  return judgeRegression({ ...before, fix: unknown ?? (await runIn(fix)) });
}
