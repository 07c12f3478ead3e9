import { foreignEntry } from "../../../kernel/errors.ts";
import { readServer, type ServerEntry } from "../model/commands.ts";
import { type Host, serverName } from "../model/hosts.ts";
import { parseOriginal, remainingFile } from "./hooks.ts";
import { addValue, checkPath, nodeAt, parseJsonTree, prune, removeValue, setValue, splitBom, valueAt } from "./json.ts";

/** This program's server in a file. */
export type FoundServer = Readonly<{ programs: readonly string[]; command: string; args: readonly string[] }>;

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

/** Returns this program's server in an entry; undefined if there is no entry. @throws conflict if it is another program's */
export function ownServer(entry: unknown, key: string, path: string): FoundServer | undefined {
  if (entry === undefined) return undefined;
  const own = readServer(entry);
  if (own === undefined || typeof entry !== "object" || entry === null) throw foreignEntry(path, `${key}.${serverName}`);
  const command = "command" in entry ? String(entry.command) : "";
  return { ...own, command, args: "args" in entry ? listOf(entry.args) : [] };
}

/** @throws conflict, invalid_input */
export function findServer(text: string, { mcp }: Host, path: string): FoundServer | undefined {
  return ownServer(valueAt(parseJsonTree(splitBom(text).body, path), [mcp.key, serverName]), mcp.key, path);
}

/** The wanted arguments, followed by those that a user has added. */
export function mergeArguments(wanted: readonly string[], present: readonly string[]): readonly string[] {
  const added = present.slice(present.indexOf("mcp") + 1);
  return [...wanted, ...(added[0] === "--home" ? added.slice(2) : added)];
}

/** Adds or updates this program's server in a file; other keys of the entry are kept. @throws conflict, invalid_input */
export function connectServer(text: string, { mcp }: Host, { command, args }: ServerEntry, path: string): string {
  const { bom, body } = splitBom(text);
  const root = parseJsonTree(body, path);
  checkPath(body, root, [mcp.key, serverName], "object", path);
  const at = [mcp.key, serverName];
  const own = ownServer(valueAt(root, at), mcp.key, path);
  if (own === undefined) {
    return bom + addValue(body, at, { ...(mcp.typed ? { type: "stdio" } : {}), command, args }, false);
  }
  const merged = mergeArguments(args, own.args);
  const renamed = own.command === command ? body : setValue(body, [...at, "command"], command);
  const same = JSON.stringify(merged) === JSON.stringify(own.args);
  if (same) return bom + renamed;
  const hasArgs = nodeAt(root, [...at, "args"]) !== undefined;
  return bom + (hasArgs ? setValue(renamed, [...at, "args"], merged) : addValue(renamed, [...at, "args"], merged, false));
}

/** Removes this program's server from a file. @param before the file as it was without it; null if there was none */
export function removeServer(text: string, host: Host, before: string | null, path: string): string | null {
  if (findServer(text, host, path) === undefined) return text;
  const { bom, body } = splitBom(text);
  const original = parseOriginal(before, path);
  const { key } = host.mcp;
  return remainingFile(bom, prune(removeValue(body, [key, serverName]), [key], original), original);
}
