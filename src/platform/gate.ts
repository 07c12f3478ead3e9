import { stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { type GateCommands, projectCommand } from "../features/gate/model/commands.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { GateOutside } from "../ports/gate.ts";
import { approvedIn, foldersOnPath, keepApproved, type Programs, programOf, startOf, topOf } from "./approved-commands.ts";
import { changePatch } from "./changed-code.ts";
import type { Environment } from "./git.ts";
import { runCommand } from "./run-command.ts";
import { secretsInText, withoutSecrets } from "./scrub-secrets.ts";
import { hashOfTop } from "./stop-review-files.ts";

export type GateOptions = Readonly<{
  home: string;
  env: Environment;
  folder: string;
  /** What the user's settings say of commands. */
  settings(): Promise<GateCommands>;
}>;

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

/** The gate over the checkout that a folder lies in. */
export function gateOutside({ home, env, folder, settings }: GateOptions): GateOutside {
  const top = (): Promise<string> => topOf(folder);
  const fileOf = (at: string): string => join(home, "gate", `${hashOfTop(at)}.json`);
  const scrub = scrubber(secretsIn(env));
  return {
    change: (base, signal) => changePatch(folder, env, base, signal),
    async have(files) {
      const at = await top();
      const isFile = (one: string): Promise<boolean> =>
        stat(join(at, one)).then(
          (found) => found.isFile(),
          // Nothing there, or nothing that may be looked at, is the same to us.
          () => false,
        );
      const there = await Promise.all(files.map(isFile));
      return new Set(files.filter((_, n) => there[n]));
    },
    async run(command, timeoutMs, signal) {
      const at = await top();
      const programs = { env, top: at, trusted: environmentOf(env) };
      const start = await startIn(command, programs);
      if (start === null) return { state: "missing", reason: "it does not exist" };
      // What a program starts by name is not to be found in the checkout either.
      const path = { PATH: (await foldersOnPath(programs)).join(delimiter) };
      const outcome = await runCommand(start, { cwd: at, env: { ...env, ...path }, timeoutMs, signal });
      if (outcome.state === "missing") return outcome;
      const clean = (text: string): Promise<string> => withoutSecrets(scrub(text));
      return { ...outcome, output: await clean(outcome.output), report: await clean(outcome.report) };
    },
    secrets: secretsInText,
    settings,
    approved: async () => {
      const at = await top();
      return approvedIn(fileOf(at), at, projectCommand);
    },
    async approve(commands) {
      const at = await top();
      const file = fileOf(at);
      const before = await approvedIn(file, at, projectCommand);
      await keepApproved(file, at, commands);
      return before !== null;
    },
  };
}
