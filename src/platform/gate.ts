import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type GateCommands, projectCommand } from "../features/gate/model/commands.ts";
import { withoutSecrets } from "../kernel/secrets.ts";
import type { GatePorts } from "../ports/gate.ts";
import { readApproved, topOf, writeApproved } from "./approved-commands.ts";
import { readChangePatch } from "./change-patch.ts";
import type { Environment } from "./git.ts";
import { commandRunner } from "./run-approved.ts";
import { secretsInText } from "./scrub-secrets.ts";
import { hashOfTop } from "./stop-review-files.ts";

export type GateOptions = Readonly<{
  home: string;
  env: Environment;
  folder: string;
  /** A folder of the checkout that commands are approved for, if that is not the one of `folder`. */
  approvedIn?: string | undefined;
  /** The commands in the user's settings. */
  settings(): Promise<GateCommands>;
}>;

/** The gate for the checkout that contains a folder. */
export function createGate({ home, env: fullEnv, folder, approvedIn: approvedFolder, settings }: GateOptions): GatePorts {
  const top = (): Promise<string> => topOf(folder);
  const approvedTop = (): Promise<string> => topOf(approvedFolder ?? folder);
  // A tree that this program made contains code that a model may have written: commands in it get no secrets.
  const env = approvedFolder === undefined ? fullEnv : withoutSecrets(fullEnv);
  const fileOf = (at: string): string => join(home, "gate", `${hashOfTop(at)}.json`);
  return {
    change: (base, signal) => readChangePatch(folder, env, base, signal),
    async have(files) {
      const at = await top();
      const isFile = (one: string): Promise<boolean> =>
        stat(join(at, one)).then(
          (found) => found.isFile(),
          // A missing file and one that may not be accessed are treated alike.
          () => false,
        );
      const present = await Promise.all(files.map(isFile));
      return new Set(files.filter((_, n) => present[n]));
    },
    run: commandRunner({ env, secrets: fullEnv, top, checkout: approvedTop }),
    secrets: secretsInText,
    settings,
    approved: async () => {
      const at = await approvedTop();
      return readApproved(fileOf(at), at, projectCommand);
    },
    async approve(commands) {
      const at = await approvedTop();
      const file = fileOf(at);
      const before = await readApproved(file, at, projectCommand);
      await writeApproved(file, at, commands);
      return before !== null;
    },
  };
}
