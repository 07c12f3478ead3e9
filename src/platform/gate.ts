import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type GateCommands, projectCommand } from "../features/gate/model/commands.ts";
import { withoutSecretsOf } from "../kernel/secrets.ts";
import type { GateOutside } from "../ports/gate.ts";
import { approvedIn, keepApproved, topOf } from "./approved-commands.ts";
import { changePatch } from "./change-patch.ts";
import type { Environment } from "./git.ts";
import { commandRunner } from "./run-approved.ts";
import { secretsInText } from "./scrub-secrets.ts";
import { hashOfTop } from "./stop-review-files.ts";

export type GateOptions = Readonly<{
  home: string;
  env: Environment;
  folder: string;
  /** A folder of the checkout that commands are approved for, where it is another one. */
  approvedIn?: string | undefined;
  /** What the user's settings say of commands. */
  settings(): Promise<GateCommands>;
}>;

/** The gate over the checkout that a folder lies in. */
export function gateOutside({ home, env: given, folder, approvedIn: asked, settings }: GateOptions): GateOutside {
  const top = (): Promise<string> => topOf(folder);
  const approvedTop = (): Promise<string> => topOf(asked ?? folder);
  // A tree of this program's own holds code that a model may have written.
  const env = asked === undefined ? given : withoutSecretsOf(given);
  const fileOf = (at: string): string => join(home, "gate", `${hashOfTop(at)}.json`);
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
    run: commandRunner({ env, secrets: given, top, checkout: approvedTop }),
    secrets: secretsInText,
    settings,
    approved: async () => {
      const at = await approvedTop();
      return approvedIn(fileOf(at), at, projectCommand);
    },
    async approve(commands) {
      const at = await approvedTop();
      const file = fileOf(at);
      const before = await approvedIn(file, at, projectCommand);
      await keepApproved(file, at, commands);
      return before !== null;
    },
  };
}
