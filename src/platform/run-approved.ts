import { delimiter, isAbsolute, join } from "node:path";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { GateOutside } from "../ports/gate.ts";
import { foldersOnPath, type Programs, programOf, startOf } from "./approved-commands.ts";
import type { Environment } from "./git.ts";
import { runCommand } from "./run-command.ts";
import { withoutSecrets } from "./scrub-secrets.ts";

/** The programs of the Python environment that is active. It may lie in the checkout: whoever activated it chose what is in it. */
function environmentOf(env: Environment): string | undefined {
  const folder = env["VIRTUAL_ENV"];
  return folder !== undefined && isAbsolute(folder) ? join(folder, process.platform === "win32" ? "Scripts" : "bin") : undefined;
}

/** The words that start a command; null where its program is not there. One that is named by a path is what was approved or set. */
async function startIn([name = "", ...args]: readonly string[], programs: Programs): Promise<readonly string[] | null> {
  if (/[\\/]/.test(name)) return [name, ...args];
  const program = await programOf(name, programs);
  const start = program === null ? null : await startOf(program, programs);
  return start === null ? null : [...start, ...args];
}

export type RunnerOptions = Readonly<{
  env: Environment;
  /** Variables whose secrets are taken out of what commands print. */
  secrets: Environment;
  /** Top of the checkout that they run in. */
  top(): Promise<string>;
  /** Top of the user's checkout, where they run in another one. */
  checkout?: (() => Promise<string>) | undefined;
}>;

/** Runs commands in the top of a checkout with programs from outside of it. */
export function commandRunner({ env, secrets, top, checkout }: RunnerOptions): GateOutside["run"] {
  const scrub = scrubber(secretsIn(secrets));
  return async (command, timeoutMs, signal) => {
    const at = await top();
    const programs = { env, top: at, checkout: await checkout?.(), trusted: environmentOf(env) };
    const start = await startIn(command, programs);
    if (start === null) return { state: "missing", reason: "no such program is on the PATH outside of the checkout" };
    // What a program starts by name is not to be found in the checkout either.
    const path = { PATH: (await foldersOnPath(programs)).join(delimiter) };
    const outcome = await runCommand(start, { cwd: at, env: { ...env, ...path }, timeoutMs, signal });
    if (outcome.state === "missing") return outcome;
    const clean = (text: string): Promise<string> => withoutSecrets(scrub(text));
    return { ...outcome, output: await clean(outcome.output), report: await clean(outcome.report) };
  };
}
