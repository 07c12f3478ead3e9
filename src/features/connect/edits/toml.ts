import { configurationRefused } from "../../../kernel/errors.ts";
import { parseToml, type TomlTable } from "../../shared/input/toml.ts";
import type { ServerEntry } from "../model/commands.ts";
import { type Host, serverName } from "../model/hosts.ts";
import { splitBom } from "./json.ts";
import { type FoundServer, mergeArguments, ownServer } from "./servers.ts";

/*
 * TOML is not edited in place: this program's table is in a separate block at the end of the file, between two comments.
 */

const blockStart = "# >>> reward-ledger: `reward-ledger connect codex --remove` takes this block away";
const blockEnd = "# <<< reward-ledger";
const blockPattern = new RegExp(String.raw`(?:\r?\n)?^${blockStart}[^\r\n]*\r?\n[\s\S]*?^${blockEnd}[^\r\n]*(?:\r?\n|$)`, "m");

/** The text without the block and without the line end that was added before it. */
const withoutBlock = (body: string): string => body.replace(blockPattern, "");

type Table = TomlTable;

/** @throws invalid_input with the place */
function parseTables(body: string, path: string): Table {
  const read = parseToml(body);
  if (read.table !== undefined) return read.table;
  throw configurationRefused(path, read.place, read.reason, "Mend it there, then try again.");
}

const isTable = (value: unknown): value is Table => typeof value === "object" && value !== null && !Array.isArray(value);

/** The first line that contains a top-level key, as text; the key itself if there is none. */
const lineOf = (body: string, key: string): string => {
  const at = body.split("\n").findIndex((line) => new RegExp(String.raw`^\s*\[*\s*"?${key}\b`).test(line));
  return at === -1 ? `"${key}"` : `line ${at + 1}`;
};

/** @throws conflict, invalid_input */
export function findTomlServer(text: string, { mcp }: Host, path: string): FoundServer | undefined {
  const servers = parseTables(splitBom(text).body, path)[mcp.key];
  return isTable(servers) ? ownServer(servers[serverName], mcp.key, path) : undefined;
}

/** Adds or updates this program's server, in a block at the end of a file. @throws conflict, invalid_input */
export function connectTomlServer(text: string, host: Host, wanted: ServerEntry, path: string): string {
  const { bom, body } = splitBom(text);
  const { key } = host.mcp;
  const own = findTomlServer(text, host, path);
  const args = mergeArguments(wanted.args, own?.args ?? []);
  if (own?.command === wanted.command && JSON.stringify(args) === JSON.stringify(own.args)) return text;
  const rest = withoutBlock(body);
  const servers = parseTables(rest, path)[key];
  if (isTable(servers) && serverName in servers) {
    throw configurationRefused(
      path,
      lineOf(rest, `${key}.${serverName}`),
      `"${key}.${serverName}" is defined outside of the block that this command writes`,
      "Remove that table, then try again.",
    );
  }
  const eol = /\r?\n/.exec(body)?.[0] ?? "\n";
  const lines = [
    blockStart,
    `[${key}.${serverName}]`,
    `command = ${JSON.stringify(wanted.command)}`,
    `args = [${args.map((one) => JSON.stringify(one)).join(", ")}]`,
    blockEnd,
    "",
  ];
  // Keys that users have added to the table are in the block too, and are kept.
  const userLines =
    blockPattern
      .exec(body)?.[0]
      .replace(argsStatement, "")
      .split(/\r?\n/)
      .filter((line) => !isOwnLine(line, lines)) ?? [];
  const table = [...lines.slice(0, 4), ...userLines, ...lines.slice(4)].join(eol);
  const edited = blockPattern.test(body)
    ? body.replace(blockPattern, (old) => (/^\r?\n/.exec(old)?.[0] ?? "") + table)
    : rest + (rest === "" ? "" : eol) + table;
  // After an array of tables (`[[mcp_servers]]`) or in an open multi-line string, the block would not define the server.
  if (parseToml(edited).table === undefined || findTomlServer(edited, host, path)?.command !== wanted.command) {
    throw configurationRefused(
      path,
      lineOf(rest, key),
      `"${key}" is written in a form that no table can be added to`,
      `Write it as tables ([${key}.name]), then try again.`,
    );
  }
  return bom + edited;
}

/** The statement of the arguments. Formatters may put each argument on its own line, with comments between them. */
const argsStatement = /^[ \t]*args[ \t]*=[ \t]*\[(?:#[^\r\n]*|"(?:\\.|[^"\\\r\n])*"|'[^'\r\n]*'|[^\]"'#])*\][^\r\n]*/m;

const isOwnLine = (line: string, lines: readonly string[]): boolean =>
  line.trim() === "" ||
  lines.includes(line) ||
  /^\s*command\s*=/.test(line) ||
  line.startsWith(blockEnd) ||
  line.startsWith(blockStart);

/** Removes the block from a file. @param before the file as it was without it; null if there was none */
export function removeTomlServer(text: string, host: Host, before: string | null, path: string): string | null {
  if (findTomlServer(text, host, path) === undefined) return text;
  const { bom, body } = splitBom(text);
  const rest = withoutBlock(body);
  if (rest === body) {
    throw configurationRefused(
      path,
      lineOf(body, host.mcp.key),
      "our server is outside the block that this command writes",
      "Remove that table by hand.",
    );
  }
  return rest === "" && before === null ? null : bom + rest;
}
