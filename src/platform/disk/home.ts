import { homedir, userInfo } from "node:os";
import { isAbsolute, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** The user's home folder; an empty `HOME`, as some services and containers have it, counts as unset. */
export function userFolder(env: Environment): string {
  const folder = env["HOME"] === "" ? "" : homedir();
  return isAbsolute(folder) ? folder : userInfo().homedir;
}

/**
 * Replaces a leading `~`, `$HOME` or `${HOME}` with the user's folder: no shell expands the values of settings and `.env` files.
 */
export const expandHome = (path: string, userHome: string): string =>
  path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=$|[/\\])/, () => userHome);

/**
 * The ledger's home: the path of a setting, else `REWARD_LEDGER_HOME`, else `~/.reward-ledger`. A blank path counts as unset, and
 * a relative one starts at the user's folder, so that every window and every terminal uses the same ledger.
 */
export function ledgerHome(setting: string | undefined, env: Environment, userHome: string): string {
  const path = setting?.trim() || env["REWARD_LEDGER_HOME"]?.trim() || ".reward-ledger";
  return resolve(userHome, expandHome(path, userHome));
}

/** An absolute path from a setting; undefined for an empty or relative one, which would differ between windows. */
export function absolutePath(path: string, userHome: string): string | undefined {
  const expanded = expandHome(path.trim(), userHome);
  return isAbsolute(expanded) ? expanded : undefined;
}

/** The home that a command line names, with relative paths based on the working directory; without one, `ledgerHome`. */
export const resolveHome = (path: string | undefined, env: Environment, userHome: string, cwd: string): string =>
  path?.trim() ? resolve(cwd, expandHome(path.trim(), userHome)) : ledgerHome(undefined, env, userHome);
