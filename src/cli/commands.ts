import { commands } from "../features/operations.ts";
import type { Serve } from "../mcp/protocol.ts";
import { type CliCommand, commandOf } from "./command.ts";

/** Commands that are not operations, because they answer any number of requests. */
const servers = {
  mcp: async (serve?: Serve) => (await import("./serve-agents.ts")).mcpCommand(serve),
} as const;

/** A command by name; `null` when it was not loaded because the command line does not name it. */
export type CommandEntry = Readonly<{ name: string; command: CliCommand | null }>;

/** The word that a command line must contain for a command to be loaded: the command, or its group. */
const wordOf = (name: string): string => name.split(" ")[0] ?? name;

const helpWords = ["help", "--help", "-h"];
const versionWords = ["--version", "-V"];
const includesAny = (words: readonly string[], argv: readonly string[]): boolean => words.some((word) => argv.includes(word));

/**
 * The commands that a command line may refer to: those it names, or all of them when it names none or asks for help. Loading only
 * the named commands halves the time that a short command takes to start.
 * @param serve an existing connection to serve agents over, if there is one
 */
export function commandsFor(argv: readonly string[], serve?: Serve): Promise<readonly CommandEntry[]> {
  const loaders: Readonly<Record<string, () => Promise<CliCommand>>> = {
    ...Object.fromEntries(Object.entries(commands).map(([name, load]) => [name, async () => commandOf(await load())])),
    ...Object.fromEntries(Object.entries(servers).map(([name, load]) => [name, () => load(serve)])),
  };
  const names = Object.keys(loaders).map(wordOf);
  const all = includesAny(helpWords, argv) || !(includesAny(names, argv) || includesAny(versionWords, argv));
  return Promise.all(
    Object.entries(loaders).map(async ([name, load]) => ({
      name,
      command: all || argv.includes(wordOf(name)) ? await load() : null,
    })),
  );
}
