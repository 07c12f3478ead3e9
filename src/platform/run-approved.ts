import { delimiter, isAbsolute, join } from "node:path";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { GateOutside } from "../ports/gate.ts";
import { foldersOnPath, type Programs, programOf, startOf } from "./approved-commands.ts";
import type { Environment } from "./git.ts";
import { runCommand } from "./run-command.ts";
import { withoutSecrets } from "./scrub-secrets.ts";

/**
 * The folder with the programs of the active Python environment. It may lie in the checkout: the person who
 * activated it chose its content.
 */
function environmentOf(env: Environment): string | undefined {
  const folder = env["VIRTUAL_ENV"];
  return folder !== undefined && isAbsolute(folder) ? join(folder, process.platform === "win32" ? "Scripts" : "bin") : undefined;
}

/**
 * The words that start a command; null when its program is missing. A program that is named by a path is the
 * one that was approved or set.
 */
async function startIn([name = "", ...args]: readonly string[], programs: Programs): Promise<readonly string[] | null> {
  if (/[\\/]/.test(name)) return [name, ...args];
  const program = await programOf(name, programs);
  const start = program === null ? null : await startOf(program, programs);
  return start === null ? null : [...start, ...args];
}

export type RunnerOptions = Readonly<{
  env: Environment;
  /** Variables whose secrets are removed from the output of commands. */
  secrets: Environment;
  /** Top of the checkout that the commands run in. */
  top(): Promise<string>;
  /** Top of the user's checkout, if the commands run in another one. */
  checkout?: (() => Promise<string>) | undefined;
}>;

/** Runs commands in the top folder of a checkout with programs from outside of it. */
export function commandRunner({ env, secrets, top, checkout }: RunnerOptions): GateOutside["run"] {
  const scrub = scrubber(secretsIn(secrets));
  return async (command, timeoutMs, signal) => {
    const at = await top();
    const programs = { env, top: at, checkout: await checkout?.(), trusted: environmentOf(env) };
    const start = await startIn(command, programs);
    if (start === null) return { state: "missing", reason: "no such program is on the PATH outside of the checkout" };
    // Programs that a program starts by name must not be found in the checkout either.
    const path = { PATH: (await foldersOnPath(programs)).join(delimiter) };
    const outcome = await runCommand(start, { cwd: at, env: { ...env, ...path }, timeoutMs, signal });
    if (outcome.state === "missing") return outcome;
    const clean = (text: string): Promise<string> => withoutSecrets(scrub(text));
    return { ...outcome, output: await clean(outcome.output), report: await clean(outcome.report) };
  };
}
