import { isAbsolute, join } from "node:path";

/**
 * The ledger's home: the setting when it is an absolute path (or starts with `~/`), else `REWARD_LEDGER_HOME`, else
 * `~/.reward-ledger`. A relative path would name another folder in each window, so it does not count.
 */
export function ledgerHome(setting: string, environment: Readonly<Record<string, string | undefined>>, userHome: string): string {
  const given = [setting, environment["REWARD_LEDGER_HOME"] ?? ""].map((path) => expand(path.trim(), userHome)).find(isAbsolute);
  return given ?? join(userHome, ".reward-ledger");
}

const expand = (path: string, userHome: string): string => (/^~(?=$|[/\\])/.test(path) ? join(userHome, path.slice(1)) : path);

/** A path of a setting, with `~` as the user's folder; undefined for an empty or relative one, which would differ by window. */
export function absolutePath(path: string, userHome: string): string | undefined {
  const expanded = expand(path.trim(), userHome);
  return isAbsolute(expanded) ? expanded : undefined;
}
