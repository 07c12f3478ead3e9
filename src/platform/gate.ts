import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { type GateCommands, projectCommand } from "../features/gate/model/commands.ts";
import { scrubber, secretsIn } from "../kernel/secrets.ts";
import type { GateOutside } from "../ports/gate.ts";
import { approvedIn, keepApproved } from "./approved-commands.ts";
import { changePatch } from "./changed-code.ts";
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

/** The gate over the checkout that a folder lies in. */
export function gateOutside({ home, env, folder, settings }: GateOptions): GateOutside {
  const top = async (): Promise<string> => realpath((await checkoutOf(folder))?.top ?? folder);
  const fileOf = (at: string): string => join(home, "gate", `${createHash("sha256").update(at).digest("hex").slice(0, 32)}.json`);
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
