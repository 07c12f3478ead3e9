import { delimiter, isAbsolute, join } from "node:path";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { GatePorts } from "../ports/gate.ts";
import { findProgram, type ProgramSearch, toArgv, trustedPathFolders } from "./approved-commands.ts";
import type { Environment } from "./git.ts";
import { runCommand } from "./run-command.ts";
import { withoutSecrets } from "./scrub-secrets.ts";

/**
 * The folder with the programs of the active Python environment. It may lie in the checkout: the person who
 * activated it chose its content.
 */
function virtualEnvFolder(env: Environment): string | undefined {
  const folder = env["VIRTUAL_ENV"];
  return folder !== undefined && isAbsolute(folder) ? join(folder, process.platform === "win32" ? "Scripts" : "bin") : undefined;
}

/**
 * The words that start a command; null when its program is missing. A program that is named by a path is the
 * one that was approved or set.
 */
async function resolveCommand([name = "", ...args]: readonly string[], search: ProgramSearch): Promise<readonly string[] | null> {
  if (/[\\/]/.test(name)) return [name, ...args];
  const program = await findProgram(name, search);
  const argv = program === null ? null : await toArgv(program, search);
  return argv === null ? null : [...argv, ...args];
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
export function commandRunner({ env, secrets, top, checkout }: RunnerOptions): GatePorts["run"] {
  const scrub = scrubber(secretsIn(secrets));
  return async (command, timeoutMs, signal) => {
    const at = await top();
    const search = { env, top: at, checkout: await checkout?.(), trusted: virtualEnvFolder(env) };
    const argv = await resolveCommand(command, search);
    if (argv === null) return { state: "missing", reason: "no such program is on the PATH outside of the checkout" };
    // Programs that a program starts by name must not be found in the checkout either.
    const path = { PATH: (await trustedPathFolders(search)).join(delimiter) };
    const outcome = await runCommand(argv, { cwd: at, env: { ...env, ...path }, timeoutMs, signal });
    if (outcome.state === "missing") return outcome;
    const redact = (text: string): Promise<string> => withoutSecrets(scrub(text));
    return { ...outcome, output: await redact(outcome.output), report: await redact(outcome.report) };
  };
}
