import { join, resolve } from "node:path";

const expand = (path: string, userHome: string): string => (/^~(?=$|[/\\])/.test(path) ? join(userHome, path.slice(1)) : path);

/**
 * The ledger's home as an absolute path: what was given, else `REWARD_LEDGER_HOME`, else `~/.reward-ledger`. Blank counts as not
 * given, a leading `~` is the user's home folder, a relative path starts at the working directory.
 */
export function homeOf(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  userHome: string,
  cwd: string,
): string {
  const path = given?.trim() || env["REWARD_LEDGER_HOME"]?.trim() || join("~", ".reward-ledger");
  return resolve(cwd, expand(path, userHome));
}
