import { createHash } from "node:crypto";
import { mkdir, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { type GateCommands, type ProjectCommand, projectCommand } from "../features/gate/model/commands.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { GateOutside } from "../ports/gate.ts";
import { changePatch } from "./changed-code.ts";
import { isMissing, readFailure, writeFailure } from "./disk/failure.ts";
import { readRegular } from "./disk/read-regular-file.ts";
import { replaceFile } from "./disk/replace-file.ts";
import { checkoutOf, type Environment } from "./git.ts";
import { runCommand } from "./run-command.ts";
import { secretsInText, withoutSecrets } from "./scrub-secrets.ts";

export type GateOptions = Readonly<{
  home: string;
  env: Environment;
  folder: string;
  /** What the user's settings say of commands. */
  settings(): Promise<GateCommands>;
}>;

/** An approval, in a file of its own for each checkout: another copy of a project is asked for anew. */
const approval = z.object({ folder: z.string(), commands: z.array(projectCommand).readonly() });
const largest = 1024 * 1024;

async function approvedIn(file: string): Promise<readonly ProjectCommand[] | null> {
  try {
    // An approval that cannot be read as one approves nothing: the user is asked again, and it is replaced.
    return approval.safeParse(JSON.parse((await readRegular(file, largest)).toString("utf8"))).data?.commands ?? null;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null;
    throw readFailure(file, error);
  }
}

/** The gate over the checkout that a folder lies in. */
export function gateOutside({ home, env, folder, settings }: GateOptions): GateOutside {
  const top = async (): Promise<string> => realpath((await checkoutOf(folder))?.top ?? folder);
  const approvals = join(home, "gate");
  const fileOf = (at: string): string => join(approvals, `${createHash("sha256").update(at).digest("hex").slice(0, 32)}.json`);
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
      const outcome = await runCommand(command, { cwd: await top(), env, timeoutMs, signal });
      return outcome.state === "missing" ? outcome : { ...outcome, output: await withoutSecrets(scrub(outcome.output)) };
    },
    secrets: secretsInText,
    settings,
    approved: async () => approvedIn(fileOf(await top())),
    async approve(commands) {
      const at = await top();
      const file = fileOf(at);
      try {
        const before = await approvedIn(file);
        if (commands === null) await rm(file, { force: true });
        else {
          await mkdir(approvals, { recursive: true, mode: 0o700 });
          await replaceFile(file, `${JSON.stringify({ folder: at, commands }, null, 2)}\n`, { mode: 0o600 });
        }
        return before !== null;
      } catch (error) {
        throw writeFailure(file, error);
      }
    },
  };
}
